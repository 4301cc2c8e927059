package browser_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/edensync/edensync/internal/testcert"
)

// adminPassword is that of the account admin of every site of a world.
const adminPassword = "a chart of the sea in winter"

// patience is how long a process may take to say where it is, or to end.
const patience = 30 * time.Second

// site is one edensync serve.
type site struct {
	t       *testing.T
	data    string
	setup   bool // nobody is administrator yet
	secure  bool // with TLS
	flags   []string
	url     string
	code    string // setup code
	process *exec.Cmd
	exited  chan struct{}
}

func newSite(t *testing.T, data string, setup, secure bool, flags ...string) *site {
	t.Helper()
	s := &site{t: t, data: data, setup: setup, secure: secure, flags: flags}
	t.Cleanup(s.stop)
	s.start("127.0.0.1:0")
	return s
}

var (
	addressLine = regexp.MustCompile(`serves this site at (https?://\S+)`)
	codeLine    = regexp.MustCompile(`enter the setup code (\S+)`)
)

func (s *site) start(address string) {
	s.t.Helper()
	if err := os.Remove(filepath.Join(s.data, "cli.json")); err != nil && !errors.Is(err, os.ErrNotExist) {
		s.t.Fatal(err) // A key of the copied site would be taken for one of this.
	}
	args := []string{"serve", "--listen", address, "--data", s.data, "--log-level", "warn"}
	args = append(args, s.flags...)
	env := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + s.data, "TMPDIR=" + os.TempDir()}
	if s.secure {
		cert, key := certificate(s.t, s.data)
		args = append(args, "--tls-cert", cert, "--tls-key", key)
	}
	if !s.setup {
		env = append(env, "EDENSYNC_ADMIN_PASSWORD="+adminPassword)
	}
	s.process = exec.Command(binary, args...)
	s.process.Env = env
	out, err := s.process.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	log, err := os.OpenFile(filepath.Join(s.data, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = log.Close() }() // The process has its own.
	s.process.Stderr = log
	if err := s.process.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.exited = make(chan struct{})
	s.meet(out)
}

// meet waits for the lines that people see.
func (s *site) meet(out io.Reader) {
	s.t.Helper()
	up := make(chan struct{})
	go func() {
		defer close(s.exited)
		greeted := false
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if m := codeLine.FindStringSubmatch(lines.Text()); m != nil {
				s.code = m[1]
			}
			if m := addressLine.FindStringSubmatch(lines.Text()); m != nil {
				s.url = m[1]
			}
			if ready := s.url != "" && (s.code != "" || !s.setup); ready && !greeted {
				greeted = true
				close(up)
			}
		}
		_ = s.process.Wait() // A killed process ends with an error.
	}()
	select {
	case <-up:
	case <-s.exited:
		s.t.Fatalf("the site ended at its start:\n%s", s.log())
	case <-time.After(patience):
		s.t.Fatalf("the site did not say where it is:\n%s", s.log())
	}
}

func (s *site) log() string {
	text, err := os.ReadFile(filepath.Join(s.data, "log"))
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// stop ends the process as a service manager does.
func (s *site) stop() {
	if s.process == nil || s.process.Process == nil {
		return
	}
	_ = s.process.Process.Signal(syscall.SIGTERM) // It may have ended.
	select {
	case <-s.exited:
	case <-time.After(patience):
		s.t.Errorf("the site did not end:\n%s", s.log())
		_ = s.process.Process.Kill()
	}
	if strings.Contains(s.log(), "panic") {
		s.t.Errorf("the log of the site speaks of a panic:\n%s", s.log())
	}
	s.process = nil
}

// token is what the command line on the same machine uses.
func (s *site) token(ctx context.Context) (string, error) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		text, err := os.ReadFile(filepath.Join(s.data, "cli.json"))
		var key struct{ Token string }
		if err == nil && json.Unmarshal(text, &key) == nil && key.Token != "" {
			return key.Token, nil
		}
		select {
		case <-ctx.Done():
			return "", fmt.Errorf("the site left no key: %w", errors.Join(ctx.Err(), err))
		case <-tick.C:
		}
	}
}

// certificate makes one for this machine, which browsers are told not to look at.
func certificate(t *testing.T, dir string) (cert, key string) {
	t.Helper()
	return testcert.New(t, testcert.Process("localhost")).Write(t, dir, "site")
}
