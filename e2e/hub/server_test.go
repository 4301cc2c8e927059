package hub_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/edensync/edensync/internal/testaddr"
)

// server is a PostgreSQL of one test alone, which may be killed and started again.
type server struct {
	data    string
	host    string
	port    string
	account *syscall.Credential // nil: that of the test; PostgreSQL does not run as root
	command *exec.Cmd
	exited  chan struct{}
	log     *output
}

// newServer makes an empty server; it does not run yet.
func newServer(t *testing.T) *server {
	t.Helper()
	s := prepareServer(t)
	s.run(t, "initdb", "--pgdata="+s.data, "--username=postgres", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C")
	return s
}

func prepareServer(t *testing.T) *server {
	t.Helper()
	host, port, _ := strings.Cut(testaddr.Take(t), ":")
	folder, err := os.MkdirTemp("", "edensync-postgres") //nolint:usetesting // the account of the server must reach it
	if err != nil {
		t.Fatal(err)
	}
	s := &server{data: filepath.Join(folder, "data"), host: host, port: port, account: serverAccount(t), log: &output{}}
	t.Cleanup(func() {
		s.kill()
		if t.Failed() {
			t.Logf("PostgreSQL at %s said:\n%s", s.port, s.log.end())
		}
		if err := os.RemoveAll(folder); err != nil {
			t.Error(err)
		}
	})
	if s.account != nil {
		if err := os.Chown(folder, int(s.account.Uid), int(s.account.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// serverAccount is the account postgres for tests that run as root.
func serverAccount(t *testing.T) *syscall.Credential {
	t.Helper()
	if os.Getuid() != 0 {
		return nil
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		t.Fatalf("PostgreSQL is missing; install it with: make tools (%v)", err)
	}
	uid, badUID := strconv.ParseUint(account.Uid, 10, 32)
	gid, badGID := strconv.ParseUint(account.Gid, 10, 32)
	if badUID != nil || badGID != nil {
		t.Fatalf("the account postgres is %v", account)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

// program is a command of PostgreSQL's; Debian keeps those of servers out of the path.
func (s *server) program(t *testing.T, name string, args ...string) *exec.Cmd {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		found, globErr := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
		if globErr != nil || len(found) == 0 {
			t.Fatalf("%s is missing; install it with: make tools", name)
		}
		path = slices.Max(found)
	}
	command := exec.Command(path, args...)
	command.Dir = filepath.Dir(s.data)
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C"}
	command.SysProcAttr = &syscall.SysProcAttr{Credential: s.account}
	return command
}

func (s *server) run(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := s.program(t, name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
}

// start runs the server. What was acknowledged survives the death of its processes, which is all that is tested here:
// nobody waits for the disk.
func (s *server) start(t *testing.T) {
	t.Helper()
	s.command = s.program(t, "postgres", "-D", s.data, "-p", s.port,
		"-c", "listen_addresses="+s.host, "-c", "unix_socket_directories=", "-c", "fsync=off")
	s.command.Stdout, s.command.Stderr = s.log, s.log
	if err := s.command.Start(); err != nil {
		t.Fatal(err)
	}
	command, exited := s.command, make(chan struct{})
	s.exited = exited
	go func() {
		defer close(exited)
		_ = command.Wait() // it is killed: there is no good status
	}()
	eventually(t, "PostgreSQL at "+s.port, func() error {
		return with(t, s.address(), func(ctx context.Context, db *sql.DB) error { return db.PingContext(ctx) })
	})
}

// address leads to the server or, with others, to whichever of them can be written to.
func (s *server) address(others ...*server) string {
	hosts := s.host + ":" + s.port
	for _, other := range others {
		hosts += "," + other.host + ":" + other.port
	}
	query := url.Values{"sslmode": {"disable"}}
	if len(others) > 0 {
		query.Set("target_session_attrs", "read-write")
	}
	return fmt.Sprintf("postgres://postgres@%s/postgres?%s", hosts, query.Encode())
}

// kill ends all processes of the server as a power cut would.
func (s *server) kill() {
	if s.command == nil {
		return
	}
	pid := s.command.Process.Pid
	children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		children = nil // they notice by themselves that it is gone
	}
	_ = s.command.Process.Kill() // it may have ended
	for _, child := range strings.Fields(string(children)) {
		if pid, err := strconv.Atoi(child); err == nil {
			_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended
		}
	}
	<-s.exited
	s.command = nil
}
