package scenario_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// site is one edensync serve with its data.
type site struct {
	name     string
	dir      string // of the story
	password string // of the account admin; "" = set up by the story
	database string // URL; "" = SQLite
	flags    []string
	backup   bool          // there is a copy of the database
	parts    *installation // nil: one process

	process *exec.Cmd // nil: not running
	exited  chan error
	url     string
	code    string // setup code
}

func (s *site) data() string    { return filepath.Join(s.dir, s.name) }
func (s *site) logPath() string { return s.data() + ".log" }
func (s *site) keyPath() string { return filepath.Join(s.data(), "cli.json") }

const adminPassword = "open sesame for "

// siteCommand starts a site.
func siteCommand(ts *testscript.TestScript, neg bool, args []string) {
	setup := len(args) > 0 && args[0] == "-setup"
	if setup {
		args = args[1:]
	}
	if neg || len(args) == 0 {
		ts.Fatalf("usage: site [-setup] NAME [FLAG…]")
	}
	w, name := worldOf(ts), args[0]
	if w.sites[name] != nil {
		ts.Fatalf("the site %s was started already", name)
	}
	s := &site{name: name, dir: w.dir, flags: args[1:]}
	if !setup {
		s.password = adminPassword + name
	}
	several := w.engine == hubFlavour && len(w.sites) == 0
	if w.engine == "postgres" || several {
		var err error
		s.database, err = createDatabase(w.tb)
		ts.Check(err)
	}
	if several {
		var err error
		s.parts, err = newInstallation(s)
		ts.Check(err)
	}
	w.sites[name] = s
	ts.Check(s.start("127.0.0.1:0"))
	ts.Check(s.ready(!setup))
	prefix := strings.ToUpper(name) + "_"
	for key, value := range map[string]string{"URL": s.url, "DATA": s.data(), "PASSWORD": s.password, "CODE": s.code, "HOST": strings.TrimPrefix(s.url, "http://")} {
		ts.Setenv(prefix+key, value)
	}
}

// start runs the process until it has printed its address.
func (s *site) start(address string) error {
	if err := os.Remove(s.keyPath()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err // a key from the last time would be taken for one of this time
	}
	if s.parts != nil {
		return s.parts.start(address)
	}
	log, err := os.OpenFile(s.logPath(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }() // the process has its own
	cmd := exec.Command(binary, append([]string{"serve", "--listen", address, "--data", s.data(), "--log-level", "debug"}, s.flags...)...)
	cmd.Env = environment(s.dir)
	if s.password != "" {
		cmd.Env = append(cmd.Env, "EDENSYNC_ADMIN_PASSWORD="+s.password)
	}
	if s.database != "" {
		cmd.Env = append(cmd.Env, "EDENSYNC_DATABASE="+s.database)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	cmd.Stderr = log
	if err := cmd.Start(); err != nil {
		return err
	}
	s.process, s.exited = cmd, make(chan error, 1)
	return s.greeting(out)
}

// environment is what a process of the story sees of the machine.
func environment(dir string) []string {
	return []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + os.TempDir()}
}

var (
	addressLine = regexp.MustCompile(`serves this site at (http://\S+)`)
	codeLine    = regexp.MustCompile(`enter the setup code (\S+)`)
)

// greeting waits for the lines that people see; what comes later is not needed.
func (s *site) greeting(out io.Reader) error {
	lines := make(chan string, 16)
	go func() {
		defer close(lines)
		for scanner := bufio.NewScanner(out); scanner.Scan(); {
			select {
			case lines <- scanner.Text():
			default: // nobody waits for it any more
			}
		}
		s.exited <- s.process.Wait()
	}()
	first := s.url == ""
	over := time.After(patience)
	for {
		select {
		case line, more := <-lines:
			if !more {
				return fmt.Errorf("%s ended without a greeting; see its log", s.name)
			}
			if s.greeted(line) && (s.code != "" || s.password != "" || !first) {
				return nil
			}
		case <-over:
			return fmt.Errorf("%s did not say where it is within %s", s.name, patience)
		}
	}
}

// greeted looks at one line; it tells whether the address is known by now.
func (s *site) greeted(line string) bool {
	if m := addressLine.FindStringSubmatch(line); m != nil {
		s.url = m[1]
	}
	if m := codeLine.FindStringSubmatch(line); m != nil {
		s.code = m[1]
	}
	return s.url != ""
}

// ready waits until all parts work and, where there is an administrator, the client has its key.
func (s *site) ready(key bool) error {
	problem := errors.New("it was not asked")
	ok := poll(patience, func() bool {
		if problem = s.probe(); problem != nil || !key {
			return problem == nil
		}
		problem = s.hasKey()
		return problem == nil
	})
	if !ok {
		return fmt.Errorf("%s did not become ready within %s: %w", s.name, patience, problem)
	}
	return nil
}

// hasKey tells whether the client can find its key.
func (s *site) hasKey() error {
	_, err := os.Stat(s.keyPath())
	if s.parts == nil || err == nil {
		return err
	}
	return s.parts.makeKey(context.Background())
}

func (s *site) running() bool {
	return s.process != nil || s.parts != nil && len(s.parts.processes) > 0
}

func (s *site) probe() error {
	if s.parts != nil {
		return nil // they were asked when they were started
	}
	response, err := http.Get(s.url + "/readyz")
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		text, err := io.ReadAll(response.Body)
		return errors.Join(fmt.Errorf("/readyz: HTTP %d: %s", response.StatusCode, text), err)
	}
	return nil
}

func (s *site) signal(sig os.Signal, limit time.Duration) error {
	if s.parts != nil {
		return s.parts.signal(sig, limit)
	}
	if err := s.process.Process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case err := <-s.exited:
		s.process = nil
		return err
	case <-time.After(limit):
		return fmt.Errorf("%s still runs %s after %s", s.name, limit, sig)
	}
}

// kill ends the process at once, if there is one.
func (s *site) kill() error {
	if !s.running() {
		return nil
	}
	err := s.signal(os.Kill, patience)
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return nil // that is how a killed process ends
	}
	return err
}

func only(ts *testscript.TestScript, neg bool, args []string) *site {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: NAME of a site")
	}
	return worldOf(ts).site(ts, args[0])
}

func crashCommand(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(only(ts, neg, args).kill())
}

const shutdownTime = 10 * time.Second

func shutdownCommand(ts *testscript.TestScript, neg bool, args []string) {
	s := only(ts, neg, args)
	if !s.running() {
		ts.Fatalf("%s does not run", s.name)
	}
	ts.Check(s.signal(syscall.SIGTERM, shutdownTime))
}

func restartCommand(ts *testscript.TestScript, neg bool, args []string) {
	s := only(ts, neg, args)
	if s.running() {
		ts.Fatalf("%s runs already", s.name)
	}
	before := s.url
	ts.Check(s.start(strings.TrimPrefix(before, "http://")))
	if s.url != before {
		ts.Fatalf("%s moved from %s to %s", s.name, before, s.url)
	}
	ts.Check(s.ready(true))
}
