package main

import (
	"bufio"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// profiled replaces the program's main by one that leaves a CPU profile: the product itself has no such door.
//
//go:embed profiled.go.txt
var profiled []byte

// profileVariable names the environment variable with the file of a profile.
const profileVariable = "EDENSYNC_BENCH_PROFILE"

// build makes the program that is measured.
func build(ctx context.Context, folder, profiles string) (binary string, err error) {
	binary = filepath.Join(folder, "edensync")
	args := []string{"build", "-trimpath", "-o", binary}
	if profiles != "" {
		overlay, err := overlayMain(ctx, folder)
		if err != nil {
			return "", err
		}
		args = append(args, "-overlay", overlay)
	}
	cmd := exec.CommandContext(ctx, "go", append(args, "github.com/edensync/edensync/cmd/edensync")...) //nolint:gosec // constants
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if text, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build edensync: %w\n%s", err, text)
	}
	return binary, nil
}

// overlayMain tells the compiler to take profiled for main.go.
func overlayMain(ctx context.Context, folder string) (string, error) {
	source, err := sourceOf(ctx, "cmd/edensync")
	if err != nil {
		return "", err
	}
	main := filepath.Join(folder, "main.go")
	overlay := map[string]map[string]string{"Replace": {filepath.Join(source, "main.go"): main}}
	text, err := json.Marshal(overlay)
	if err != nil {
		return "", err
	}
	file := filepath.Join(folder, "overlay.json")
	return file, errors.Join(os.WriteFile(main, profiled, 0o600), os.WriteFile(file, text, 0o600))
}

// sourceOf is the folder of a package of this project.
func sourceOf(ctx context.Context, name string) (string, error) {
	text, err := exec.CommandContext(ctx, "go", "list", "-f", "{{.Dir}}", "github.com/edensync/edensync/"+name).Output() //nolint:gosec // constants
	if err != nil {
		return "", fmt.Errorf("find the source of %s: %w", name, err)
	}
	return strings.TrimSpace(string(text)), nil
}

// place is where a site lives: it can be started there again and again.
type place struct {
	name    string
	data    string // folder
	dsn     string // "" = SQLite in the folder
	address string
}

// key is the file with the token of the administrator.
func (p place) key() string { return filepath.Join(p.data, "cli.json") }

// newPlace makes room for a site.
func (b *bench) newPlace(ctx context.Context, e engine, name string) (p place, err error) {
	p = place{name: name, data: filepath.Join(b.folder, e.name()+"-"+name)}
	if err := os.MkdirAll(p.data, 0o700); err != nil {
		return p, err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return p, fmt.Errorf("find a free port: %w", err)
	}
	p.address = listener.Addr().String()
	if err := listener.Close(); err != nil {
		return p, err
	}
	p.dsn, err = e.create(ctx)
	return p, err
}

// site is one running process of edensync.
type site struct {
	client
	place
	cmd  *exec.Cmd
	logs *os.File
}

// startTimeout is how long a site may take until it can be used.
const startTimeout = time.Minute

// start runs a site and waits until it can be used. The label names its profile.
func (b *bench) start(ctx context.Context, p place, label string) (*site, error) {
	s, stdout, err := b.launch(ctx, p, label)
	if err != nil {
		return nil, err
	}
	if err := s.meet(ctx, stdout); err != nil {
		return nil, errors.Join(fmt.Errorf("start %s: %w; its log:\n%s", p.name, err, s.log()), s.stop())
	}
	return s, nil
}

// launch starts the process, and waits for nothing.
func (b *bench) launch(ctx context.Context, p place, label string) (*site, io.Reader, error) {
	// A process makes a key of its own, and the one of the process before it is worth nothing then.
	if err := os.Remove(p.key()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, nil, err
	}
	logs, err := os.Create(filepath.Clean(filepath.Join(p.data, "log")))
	if err != nil {
		return nil, nil, err
	}
	s := &site{place: p, logs: logs, client: client{password: "measure " + p.name}}
	s.cmd = exec.CommandContext(ctx, b.binary, "serve", "--listen", p.address, "--data", p.data, "--log-level", "warn") //nolint:gosec // our own program
	s.cmd.Env = append(os.Environ(), "EDENSYNC_ADMIN_PASSWORD="+s.password)
	if p.dsn != "" {
		s.cmd.Env = append(s.cmd.Env, "EDENSYNC_DATABASE="+p.dsn)
	}
	if b.profile != "" {
		s.cmd.Env = append(s.cmd.Env, profileVariable+"="+filepath.Join(b.profile, filepath.Base(p.data)+"-"+label+".pprof"))
	}
	s.cmd.Stderr = logs
	s.cmd.Cancel = func() error { return s.cmd.Process.Signal(syscall.SIGTERM) }
	s.cmd.WaitDelay = 20 * time.Second
	stdout, err := s.cmd.StdoutPipe()
	if err == nil {
		err = s.cmd.Start()
	}
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("start %s: %w", p.name, err), logs.Close())
	}
	return s, stdout, nil
}

// meet waits until the site has said where it is and has left the key for its administrator.
func (s *site) meet(ctx context.Context, stdout io.Reader) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	up := make(chan bool, 1)
	go func() { // ends with the process
		for lines := bufio.NewScanner(stdout); lines.Scan(); {
			if strings.Contains(lines.Text(), "serves this site at ") {
				up <- true
			}
		}
		close(up)
	}()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case ok := <-up:
		if !ok {
			return errors.New("the process ended at once")
		}
	}
	for {
		var key struct{ Server, Token string }
		text, err := os.ReadFile(s.key())
		if err == nil && json.Unmarshal(text, &key) == nil && key.Token != "" {
			s.base, s.token = key.Server, key.Token
			return nil
		}
		if err := pause(ctx, 10*time.Millisecond); err != nil {
			return fmt.Errorf("no key in the data folder: %w", err)
		}
	}
}

// log is the end of what the site wrote.
func (s *site) log() string {
	text, err := os.ReadFile(s.logs.Name())
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-4000):])
}

// stop ends the process and waits for it. There may be no site.
func (s *site) stop() error {
	if s == nil {
		return nil
	}
	http.DefaultClient.CloseIdleConnections()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	err := s.cmd.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		err = fmt.Errorf("%w; its log:\n%s", err, s.log())
	}
	return errors.Join(err, s.logs.Close())
}

// cpu is the processor time that the process has used so far.
func (s *site) cpu() (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(rest)
	const utime, stime, hertz = 11, 12, 100 // counted from the state; the kernel shows hundredths of a second
	if len(fields) <= stime {
		return 0, fmt.Errorf("/proc/PID/stat is not as expected: %q", text)
	}
	user, err := strconv.ParseInt(fields[utime], 10, 64)
	if err != nil {
		return 0, err
	}
	system, err := strconv.ParseInt(fields[stime], 10, 64)
	return time.Duration(user+system) * time.Second / hertz, err
}

// peak is the most memory that the process ever had, in MiB.
func (s *site) peak() (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	kib, err := strconv.ParseFloat(strings.Fields(rest + " ?")[0], 64)
	return kib / 1024, err
}
