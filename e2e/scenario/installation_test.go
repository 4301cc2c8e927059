package scenario_test

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"time"

	"github.com/edensync/edensync/internal/rpc"
	"github.com/edensync/edensync/internal/testaddr"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
)

// replicas is how many processes of each service an installation has.
const replicas = 2

// neighbours are the services of an installation, and whom each of them calls.
var neighbours = map[string][]string{
	"audit": nil, "config": {"audit"}, "transfer": {"config", "audit"}, "scheduler": {"config", "transfer", "audit"},
	"gateway": {"config", "scheduler", "transfer", "audit"},
}

// installation is a site of five services with several processes each, behind one public address.
type installation struct {
	site      *site
	listen    map[string][]string // addresses of the processes of each service
	health    map[string][]string
	peers     []string // where the processes of transfer listen to other sites
	processes []*exec.Cmd
	ended     []chan error
	door      *http.Server
}

func newInstallation(s *site) (*installation, error) {
	in := &installation{site: s, listen: map[string][]string{}, health: map[string][]string{}}
	for service := range neighbours {
		for range replicas {
			addresses, err := freeAddresses(3)
			if err != nil {
				return nil, err
			}
			in.listen[service] = append(in.listen[service], addresses[0])
			in.health[service] = append(in.health[service], addresses[1])
			if service == "transfer" {
				in.peers = append(in.peers, addresses[2])
			}
		}
	}
	return in, nil
}

func freeAddresses(n int) (free []string, err error) {
	for range n {
		address, err := testaddr.Free()
		if err != nil {
			return nil, err
		}
		free = append(free, address)
	}
	return free, nil
}

// start runs all processes and waits until all can work; then the site is open.
func (in *installation) start(address string) error {
	log, err := os.OpenFile(in.site.logPath(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }() // the processes have their own
	in.processes, in.ended = nil, nil
	for service := range neighbours {
		for i := range replicas {
			if err := in.run(service, i, log); err != nil {
				return err
			}
		}
	}
	for service, all := range in.health {
		for _, health := range all {
			if err := answers(service, "http://"+health+"/readyz"); err != nil {
				return err
			}
		}
	}
	return in.open(address)
}

var printedCode = regexp.MustCompile(`^ {4}(\S+)$`)

func (in *installation) run(service string, i int, log io.Writer) error {
	s := in.site
	args := []string{"--listen=" + in.listen[service][i], "--health-listen=" + in.health[service][i], "--data=" + s.data(), "--log-level=debug"}
	for _, callee := range neighbours[service] {
		args = append(args, "--"+callee+"-address="+strings.Join(in.listen[callee], ","))
	}
	if service == "transfer" {
		args = append(args, "--peer-listen="+in.peers[i])
	}
	cmd := exec.Command(filepath.Join(filepath.Dir(binary), "edensync-"+service), args...)
	cmd.Env, cmd.Stderr = environment(s.dir), log
	if service != "gateway" {
		cmd.Env = append(cmd.Env, "EDENSYNC_DATABASE="+s.database)
	}
	if service == "config" && s.password != "" {
		cmd.Env = append(cmd.Env, "EDENSYNC_ADMIN_PASSWORD="+s.password)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	in.processes, in.ended = append(in.processes, cmd), append(in.ended, ended)
	codes := make(chan string, 1)
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if m := printedCode.FindStringSubmatch(lines.Text()); m != nil && service == "config" {
				codes <- m[1]
			}
		}
		ended <- cmd.Wait()
	}()
	if service != "config" || s.password != "" || s.code != "" {
		return nil
	}
	select {
	case s.code = <-codes:
		return nil
	case <-time.After(patience):
		return errors.New("config did not print a setup code")
	}
}

// answers waits until a URL is answered with 200.
func answers(service, url string) error {
	problem := errors.New("it was not asked")
	poll(patience, func() bool {
		var response *http.Response
		if response, problem = http.Get(url); problem != nil {
			return false
		}
		text, err := io.ReadAll(response.Body)
		_ = response.Body.Close() // it was read
		if problem = err; response.StatusCode != http.StatusOK {
			problem = fmt.Errorf("HTTP %d: %s", response.StatusCode, text)
		}
		return problem == nil
	})
	if problem != nil {
		return fmt.Errorf("%s is not ready: %w", service, problem)
	}
	return nil
}

// open makes the public address: it leads to the processes by the rule of docs/operations.md.
func (in *installation) open(address string) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	gateway, transfer := inTurn(in.listen["gateway"]), inTurn(in.peers)
	in.door = &http.Server{ReadHeaderTimeout: patience, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if forPeers(r.URL.Path) {
			transfer.ServeHTTP(w, r)
			return
		}
		gateway.ServeHTTP(w, r)
	})}
	in.site.url = "http://" + listener.Addr().String()
	go func() { _ = in.door.Serve(listener) }() // it ends when it is closed
	return nil
}

func forPeers(path string) bool {
	if strings.Contains(path, "/api/") {
		return false
	}
	return strings.HasSuffix(path, "/sync.xml") || strings.Contains(path, "/sync/") || strings.Contains(path, "/default/download/")
}

// inTurn passes each request on to the next address that answers, as it is.
func inTurn(addresses []string) http.Handler {
	var turn atomic.Int64
	dial := func(ctx context.Context, network, _ string) (conn net.Conn, err error) {
		first := int(turn.Add(1))
		for i := range addresses {
			if conn, err = new(net.Dialer).DialContext(ctx, network, addresses[(first+i)%len(addresses)]); err == nil {
				return conn, nil
			}
		}
		return nil, err
	}
	return &httputil.ReverseProxy{
		Transport:     &http.Transport{DialContext: dial, DisableKeepAlives: true, DisableCompression: true},
		FlushInterval: -1, ErrorLog: log.New(io.Discard, "", 0),
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = "http", addresses[0], r.In.Host
			r.Out.URL.RawQuery = r.In.URL.RawQuery
		},
	}
}

// signal sends a signal to all processes and waits until they have ended.
func (in *installation) signal(sig os.Signal, limit time.Duration) error {
	var errs []error
	if in.door != nil {
		errs = append(errs, in.door.Close())
	}
	for _, process := range in.processes {
		if err := process.Process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
			errs = append(errs, err)
		}
	}
	over := time.After(limit)
	for i, ended := range in.ended {
		select {
		case err := <-ended:
			errs = append(errs, err)
		case <-over:
			return fmt.Errorf("%s still runs %s after %s", in.processes[i].Path, limit, sig)
		}
	}
	in.processes, in.ended, in.door = nil, nil, nil
	return errors.Join(errs...)
}

// makeKey leaves a key for the command line, as the one program does by itself.
func (in *installation) makeKey(ctx context.Context) error {
	conn, err := rpc.Dial(strings.Join(in.listen["config"], ","), rpc.DialOptions{Service: "gateway"})
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	as := func(user string) context.Context {
		return rpc.WithCaller(ctx, rpc.Caller{User: user, Role: "ADMINISTRATOR", Service: "gateway"})
	}
	users, err := configv1.NewUserServiceClient(conn).ListUsers(as("story"), &configv1.ListUsersRequest{
		PageSize: 1, Roles: []configv1.Role{configv1.Role_ROLE_ADMINISTRATOR},
	})
	if err == nil && len(users.GetUsers()) == 0 {
		err = errors.New("there is no administrator yet")
	}
	if err != nil {
		return err
	}
	token, err := configv1.NewTokenServiceClient(conn).CreateToken(as(users.GetUsers()[0].GetUsername()), &configv1.CreateTokenRequest{
		Token: &configv1.Token{Name: "story " + rand.Text(), Role: configv1.Role_ROLE_ADMINISTRATOR},
	})
	if err != nil {
		return err
	}
	text, err := json.Marshal(map[string]string{"server": in.site.url, "token": token.GetSecret()})
	if err != nil {
		return err
	}
	return os.WriteFile(in.site.keyPath(), text, 0o600)
}
