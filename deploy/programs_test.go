package deploy_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// folder is where the programs are built to; empty until one is needed.
var folder string

func TestMain(m *testing.M) {
	code := m.Run()
	if folder != "" {
		if err := os.RemoveAll(folder); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
	os.Exit(code)
}

// build makes all programs and answers their folder.
var build = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "edensync-deploy")
	if err != nil {
		return "", err
	}
	folder = dir
	command := exec.Command("go", "build", "-ldflags=-s -w", "-o", dir+"/",
		"./cmd/edensync", "./services/config/cmd/edensync-config", "./services/scheduler/cmd/edensync-scheduler",
		"./services/transfer/cmd/edensync-transfer", "./services/audit/cmd/edensync-audit", "./gateway/cmd/edensync-gateway")
	command.Dir = ".."
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the programs: %w\n%s", err, out)
	}
	return dir, nil
})

// program is the file of a program that was built.
func program(t *testing.T, name string) string {
	t.Helper()
	dir, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, name)
}

// setting is a flag of a program, which a variable may set, too.
type setting struct {
	flag     string
	variable string // "" for none
	standard string // its default
}

var (
	flagLine = regexp.MustCompile(`^\s+(?:-\w, )?--([a-z-]+)(?:=(?:"([^"]*)"|(\S+)))?`)
	variable = regexp.MustCompile(`\(\$(EDENSYNC_[A-Z_]+)\)`)
)

// settings are what a program says that it can be told, by variable.
func settings(t *testing.T, name string, command ...string) map[string]setting {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), program(t, name), append(command, "--help")...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v: %s", name, strings.Join(command, " "), err, out)
	}
	known := map[string]setting{}
	for _, s := range parseHelp(string(out)) {
		if s.variable != "" {
			known[s.variable] = s
		}
	}
	return known
}

// flags are the names of what a command can be told by argument.
func flags(t *testing.T, name, command string) map[string]bool {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), program(t, name), command, "--help").Output()
	if err != nil {
		t.Fatalf("%s %s: %v", name, command, err)
	}
	known := map[string]bool{}
	for _, s := range parseHelp(string(out)) {
		known[s.flag] = true
	}
	return known
}

func parseHelp(text string) []setting {
	var all []setting
	for line := range strings.Lines(text) {
		if m := flagLine.FindStringSubmatch(line); m != nil {
			all = append(all, setting{flag: m[1], standard: m[2] + m[3]})
		}
		if m := variable.FindStringSubmatch(line); m != nil && len(all) > 0 {
			all[len(all)-1].variable = m[1]
		}
	}
	return all
}

// environment are the variables of a container, those of its ConfigMap first.
func environment(t *testing.T, m manifests, c corev1.Container) map[string]string {
	t.Helper()
	env := map[string]string{}
	for _, from := range c.EnvFrom {
		for name, value := range named[*corev1.ConfigMap](t, m, from.ConfigMapRef.Name).Data {
			env[name] = value
		}
	}
	for _, e := range c.Env {
		env[e.Name] = e.Value
	}
	return env
}

// imageName is an image without its version.
func imageName(c corev1.Container) string {
	name, _, _ := strings.Cut(c.Image, ":")
	return name
}

// runs says whether the cluster starts a program of ours in this workload.
func runs(w workload) bool {
	return strings.HasPrefix(imageName(w.template.Spec.Containers[0]), "edensync")
}
