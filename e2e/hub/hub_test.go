package hub_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long something may take that must come; machines under test may be slow.
const patience = 60 * time.Second

// services in an order in which none has to wait.
var services = []string{"audit", "config", "transfer", "scheduler", "gateway"}

// hub is an installation of processes. Each service has as many addresses as it may have replicas, whether they run or not.
type hub struct {
	folder    string
	database  string
	authority *authority
	replicas  map[string][]*replica
	client    *http.Client
}

// replica is one process of a service, which may be started again at the same addresses.
type replica struct {
	hub      *hub
	service  string
	listen   string
	health   string
	peers    string // transfer only
	command  *exec.Cmd
	log      *output
	exited   chan struct{}
	exitCode int
}

// newHub prepares the installation; nothing runs yet.
func newHub(t *testing.T, database string, replicas int) *hub {
	t.Helper()
	h := &hub{folder: t.TempDir(), database: database, authority: newAuthority(t), replicas: map[string][]*replica{}}
	h.client = &http.Client{Transport: &http.Transport{TLSClientConfig: h.authority.client(t, "")}, Timeout: patience}
	for _, service := range services {
		h.authority.sign(t, "edensync-"+service)
		for range replicas {
			r := &replica{hub: h, service: service, listen: freeAddress(t), health: freeAddress(t), log: &output{}}
			if service == "transfer" {
				r.peers = freeAddress(t)
			}
			h.replicas[service] = append(h.replicas[service], r)
			t.Cleanup(func() {
				r.kill()
				if t.Failed() {
					t.Logf("%s said:\n%s", r.service, r.log.end())
				}
			})
		}
	}
	t.Cleanup(h.client.CloseIdleConnections)
	return h
}

// start runs the first replica of every service and waits until all can work.
func (h *hub) start(t *testing.T) {
	t.Helper()
	for _, service := range services {
		h.replicas[service][0].start(t)
	}
	h.canWork(t)
}

// freeAddress is an address that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// addresses are those of all replicas of a service.
func (h *hub) addresses(service string) string {
	var all []string
	for _, r := range h.replicas[service] {
		all = append(all, r.listen)
	}
	return strings.Join(all, ",")
}

const adminPassword = "correct horse battery"

// start runs the process.
func (r *replica) start(t *testing.T) {
	t.Helper()
	file := func(name string) string { return filepath.Join(r.hub.authority.folder, name) }
	args := []string{
		"--listen=" + r.listen, "--health-listen=" + r.health, "--data=" + filepath.Join(r.hub.folder, r.service), "--log-level=debug",
		"--tls-cert=" + file("edensync-"+r.service+".pem"), "--tls-key=" + file("edensync-"+r.service+".key"), "--tls-ca=" + file("ca.pem"),
	}
	if r.service != "gateway" {
		args = append(args, "--tls-client-ca="+file("ca.pem"))
	}
	for _, callee := range calls[r.service] {
		args = append(args, "--"+callee+"-address="+r.hub.addresses(callee))
	}
	if r.peers != "" {
		args = append(args, "--peer-listen="+r.peers)
	}
	r.command = exec.Command(filepath.Join(programs, "edensync-"+r.service), args...)
	r.command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + r.hub.folder}
	if r.service != "gateway" {
		r.command.Env = append(r.command.Env, "EDENSYNC_DATABASE="+r.hub.database)
	}
	if r.service == "config" {
		r.command.Env = append(r.command.Env, "EDENSYNC_ADMIN_PASSWORD="+adminPassword)
	}
	r.command.Stdout, r.command.Stderr = r.log, r.log
	if err := r.command.Start(); err != nil {
		t.Fatal(err)
	}
	command, exited := r.command, make(chan struct{})
	r.exited = exited
	go func() {
		defer close(exited)
		_ = command.Wait() // the state tells
		r.exitCode = command.ProcessState.ExitCode()
	}()
}

// calls are the arrows of docs/architecture.md.
var calls = map[string][]string{
	"gateway": {"config", "scheduler", "transfer", "audit"}, "scheduler": {"config", "transfer", "audit"},
	"transfer": {"config", "audit"}, "config": {"audit"},
}

// ready waits until the process can work.
func (r *replica) ready(t *testing.T) { t.Helper(); r.answers(t, "/readyz", http.StatusOK, "ready") }

// answers waits until a path of the health listener has a status and a word.
func (r *replica) answers(t *testing.T, path string, status int, word string) {
	t.Helper()
	eventually(t, r.service+" "+path, func() error {
		got, text, err := r.hub.get("https://" + r.health + path)
		if err == nil && (got != status || !strings.Contains(text, word)) {
			err = fmt.Errorf("it answers %d %s", got, text)
		}
		select {
		case <-r.exited:
			t.Fatalf("%s has ended", r.service)
		default:
		}
		return err
	})
}

func (h *hub) get(url string) (status int, text string, err error) {
	response, err := h.client.Get(url)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	return response.StatusCode, string(body), err
}

// signal sends a signal to the process.
func (r *replica) signal(t *testing.T, s os.Signal) {
	t.Helper()
	if err := r.command.Process.Signal(s); err != nil {
		t.Fatalf("%v to %s: %v", s, r.service, err)
	}
}

// stopTime is how long a process may take to end in good order.
const stopTime = 20 * time.Second

// stop asks the process to end and waits until it has, in good order.
func (r *replica) stop(t *testing.T) {
	t.Helper()
	r.signal(t, syscall.SIGTERM)
	select {
	case <-r.exited:
	case <-time.After(stopTime + patience):
		t.Fatalf("%s does not end", r.service)
	}
	if r.exitCode != 0 {
		t.Errorf("%s ended with %d", r.service, r.exitCode)
	}
}

// kill ends the process as a power cut would.
func (r *replica) kill() {
	if r.command == nil {
		return
	}
	_ = r.command.Process.Kill() // it may have ended
	<-r.exited
	r.command = nil
}

// eventually asks until there is no error.
func eventually(t *testing.T, what string, ask func() error) {
	t.Helper()
	over := time.After(patience)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		err := ask()
		if err == nil {
			return
		}
		select {
		case <-over:
			t.Fatalf("%s: %v", what, err)
		case <-tick.C:
		}
	}
}

// output collects what a process writes; the test reads it while the process may still write.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// Write takes a piece of the output.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

// lines are those that contain all of the words.
func (o *output) lines(words ...string) []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	var found []string
	for line := range strings.Lines(o.buf.String()) {
		if !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(line, word) }) {
			found = append(found, line)
		}
	}
	return found
}

// end are the last lines that are not mere steps.
func (o *output) end() string {
	lines := slices.DeleteFunc(o.lines(), func(line string) bool { return strings.Contains(line, "level=DEBUG") })
	return strings.Join(lines[max(0, len(lines)-30):], "")
}

var errNotYet = errors.New("not yet")
