package main

import (
	"bufio"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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
	list, err := exec.CommandContext(ctx, "go", "list", "-f", "{{.Dir}}", "github.com/edensync/edensync/cmd/edensync").Output()
	if err != nil {
		return "", fmt.Errorf("find the source of edensync: %w", err)
	}
	main := filepath.Join(folder, "main.go")
	overlay := map[string]map[string]string{"Replace": {filepath.Join(strings.TrimSpace(string(list)), "main.go"): main}}
	text, err := json.Marshal(overlay)
	if err != nil {
		return "", err
	}
	file := filepath.Join(folder, "overlay.json")
	return file, errors.Join(os.WriteFile(main, profiled, 0o600), os.WriteFile(file, text, 0o600))
}

// site is one running process of edensync.
type site struct {
	client
	data string // folder
	cmd  *exec.Cmd
	logs *os.File
}

// startTimeout is how long a site may take until it can be used.
const startTimeout = time.Minute

// startSite runs a site on its own database ("" = SQLite in the data folder).
func (b *bench) startSite(ctx context.Context, name, data, database string) (*site, error) {
	if err := os.MkdirAll(data, 0o700); err != nil {
		return nil, err
	}
	logs, err := os.Create(filepath.Clean(filepath.Join(data, "log")))
	if err != nil {
		return nil, err
	}
	s := &site{data: data, logs: logs, client: client{password: "measure " + name}}
	s.cmd = exec.CommandContext(ctx, b.binary, "serve", "--listen", "127.0.0.1:0", "--data", data, "--log-level", "warn") //nolint:gosec // our own program
	s.cmd.Env = append(os.Environ(), "EDENSYNC_ADMIN_PASSWORD="+s.password)
	if database != "" {
		s.cmd.Env = append(s.cmd.Env, "EDENSYNC_DATABASE="+database)
	}
	if b.profile != "" {
		file := filepath.Base(filepath.Dir(data)) + "-" + name + ".pprof"
		s.cmd.Env = append(s.cmd.Env, profileVariable+"="+filepath.Join(b.profile, file))
	}
	s.cmd.Stderr = logs
	s.cmd.Cancel = func() error { return s.cmd.Process.Signal(syscall.SIGTERM) }
	s.cmd.WaitDelay = 20 * time.Second
	stdout, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("start %s: %w", name, err), logs.Close())
	}
	if err := s.meet(ctx, stdout); err != nil {
		return nil, errors.Join(fmt.Errorf("start %s: %w; its log:\n%s", name, err, s.log()), s.stop())
	}
	return s, nil
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
		text, err := os.ReadFile(filepath.Join(s.data, "cli.json"))
		if err == nil && json.Unmarshal(text, &key) == nil && key.Token != "" {
			s.base, s.token = key.Server, key.Token
			return nil
		}
		if err := pause(ctx, 50*time.Millisecond); err != nil {
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

// stop ends the process and waits for it.
func (s *site) stop() error {
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
