package hub_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
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

// process is one of the programs, which may be started again at the same addresses.
type process struct {
	name     string
	program  string
	args     []string
	env      []string
	folder   string // home of its account
	health   string // URL
	client   *http.Client
	command  *exec.Cmd
	log      *output
	exited   chan struct{}
	exitCode int
}

// endWith kills the process when the test ends; a test that has failed shows what it said.
func (p *process) endWith(t *testing.T) {
	t.Helper()
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("%s said:\n%s", p.name, p.log.end())
		}
	})
}

// start runs the process.
func (p *process) start(t *testing.T) {
	t.Helper()
	p.command = exec.Command(filepath.Join(programs, p.program), p.args...)
	p.command.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + p.folder}, p.env...)
	p.command.Stdout, p.command.Stderr = p.log, p.log
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	command, exited := p.command, make(chan struct{})
	p.exited = exited
	go func() {
		defer close(exited)
		_ = command.Wait() // the state tells
		p.exitCode = command.ProcessState.ExitCode()
	}()
}

// ready waits until the process can work.
func (p *process) ready(t *testing.T) { t.Helper(); p.answers(t, "/readyz", http.StatusOK, "ready") }

// answers waits until a path of the health listener has a status and a word.
func (p *process) answers(t *testing.T, path string, status int, word string) {
	t.Helper()
	eventually(t, p.name+" "+path, func() error {
		got, text, err := get(p.client, p.health+path)
		if err == nil && (got != status || !strings.Contains(text, word)) {
			err = fmt.Errorf("it answers %d %s", got, text)
		}
		select {
		case <-p.exited:
			t.Fatalf("%s has ended", p.name)
		default:
		}
		return err
	})
}

func get(client *http.Client, url string) (status int, text string, err error) {
	response, err := client.Get(url)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	return response.StatusCode, string(body), err
}

// signal sends a signal to the process.
func (p *process) signal(t *testing.T, s os.Signal) {
	t.Helper()
	if err := p.command.Process.Signal(s); err != nil {
		t.Fatalf("%v to %s: %v", s, p.name, err)
	}
}

// stopTime is how long a process may take to end in good order.
const stopTime = 20 * time.Second

// stop asks the process to end and waits until it has, in good order.
func (p *process) stop(t *testing.T) {
	t.Helper()
	p.signal(t, syscall.SIGTERM)
	select {
	case <-p.exited:
	case <-time.After(stopTime + patience):
		t.Fatalf("%s does not end", p.name)
	}
	if p.exitCode != 0 {
		t.Errorf("%s ended with %d", p.name, p.exitCode)
	}
}

// kill ends the process as a power cut would.
func (p *process) kill() {
	if p.command == nil {
		return
	}
	_ = p.command.Process.Kill() // it may have ended
	<-p.exited
	p.command = nil
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
