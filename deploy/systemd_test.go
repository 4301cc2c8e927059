package deploy_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	unitFile = "edensync.service"
	// exposure is the worst that systemd may say about the unit: ten times its level, of which 0 is none and 100 all.
	exposure = "20"
)

// unit are the settings of a unit's file, each with all its values in their order.
type unit map[string][]string

func readUnit(t *testing.T, path string) unit {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	u := unit{}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' || line[0] == '[' {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		if !ok {
			t.Errorf("%s: %q is no setting", path, line)
		}
		u[name] = append(u[name], value)
	}
	return u
}

func dropIns(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("systemd", unitFile+".d", "*.conf"))
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no additions to the unit: %v", err)
	}
	return files
}

func TestUnitIsHardened(t *testing.T) {
	t.Parallel()
	u := readUnit(t, filepath.Join("systemd", unitFile))
	for name, want := range map[string]string{
		"Type": "notify", "TimeoutStartSec": "infinity", "WatchdogSec": "60s", "Restart": "on-failure", "DynamicUser": "yes", "StateDirectory": "edensync", "StateDirectoryMode": "0700",
		"UMask": "0077", "CapabilityBoundingSet": "", "AmbientCapabilities": "", "NoNewPrivileges": "yes", "ProtectSystem": "strict",
		"ProtectHome": "yes", "PrivateTmp": "yes", "PrivateDevices": "yes", "PrivateUsers": "yes", "ProtectKernelTunables": "yes",
		"ProtectKernelModules": "yes", "ProtectControlGroups": "yes", "RestrictNamespaces": "yes", "RestrictSUIDSGID": "yes",
		"LockPersonality": "yes", "MemoryDenyWriteExecute": "yes", "SystemCallArchitectures": "native",
		"RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
	} {
		if got := u[name]; !slices.Equal(got, []string{want}) {
			t.Errorf("%s is %q, expected %q", name, got, want)
		}
	}
	if got := u["SystemCallFilter"]; !slices.Equal(got, []string{"@system-service", "~@privileged @resources"}) {
		t.Errorf("system calls are filtered by %q", got)
	}
	if limit, err := time.ParseDuration(u["TimeoutStopSec"][0]); err != nil || limit < (stopTimeout+5)*time.Second {
		t.Errorf("the program is killed after %s (%v); it may need %d s", limit, err, stopTimeout)
	}
	if !slices.Contains(u["Environment"], "EDENSYNC_DATA=%S/edensync") {
		t.Error("the data is not kept in the folder that the unit gives")
	}
}

// TestUnitSettings: the command exists and knows what the unit and its additions set; a credential is read where it is
// loaded, and only secrets and keys are handed over so.
func TestUnitSettings(t *testing.T) {
	t.Parallel()
	command := strings.Fields(readUnit(t, filepath.Join("systemd", unitFile))["ExecStart"][0])
	known := settings(t, filepath.Base(command[0]), command[1:]...)
	for _, file := range append(dropIns(t), filepath.Join("systemd", unitFile)) {
		u := readUnit(t, file)
		loaded := map[string]bool{}
		for _, credential := range u["LoadCredential"] {
			name, from, _ := strings.Cut(credential, ":")
			if !strings.HasPrefix(from, "/etc/edensync/") {
				t.Errorf("%s loads %s from %s", file, name, from)
			}
			loaded["%d/"+name] = true
		}
		for _, assignment := range u["Environment"] {
			name, value, _ := strings.Cut(assignment, "=")
			if known[name].flag == "" && known[strings.TrimSuffix(name, "_FILE")].flag == "" {
				t.Errorf("%s sets %s, which the program does not know", file, name)
			}
			if strings.HasPrefix(value, "%d/") && !loaded[value] {
				t.Errorf("%s: nothing is loaded to %s", file, value)
			}
			delete(loaded, value)
		}
		for credential := range loaded {
			t.Errorf("%s loads %s, which nothing reads", file, credential)
		}
	}
}

// TestUnitForSystemd lets systemd itself judge the unit with all its additions, on machines that have it.
func TestUnitForSystemd(t *testing.T) {
	t.Parallel()
	analyze, err := exec.LookPath("systemd-analyze")
	if errors.Is(err, exec.ErrNotFound) {
		t.Log("systemd is not on this machine; the other tests of the unit have to do")
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("systemd")); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, unitFile)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	here := strings.Replace(string(text), "/usr/local/bin/edensync", program(t, "edensync"), 1)
	if err := os.WriteFile(path, []byte(here), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"verify", "--man=no", path},
		{"security", "--offline=true", "--threshold=" + exposure, "--no-pager", path},
	} {
		out, err := exec.CommandContext(t.Context(), analyze, args...).CombinedOutput()
		if err != nil || args[0] == "verify" && len(out) > 0 {
			t.Errorf("systemd-analyze %s: %v\n%s", fmt.Sprint(args), err, out)
		}
	}
}
