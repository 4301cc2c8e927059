package hub_test

import (
	"fmt"
	"os"
	"os/exec"
	"testing"
)

// programs is the folder of the programs under test, built once.
var programs string

func TestMain(m *testing.M) {
	code, err := withPrograms(m.Run)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}

func withPrograms(run func() int) (code int, err error) {
	programs, err = os.MkdirTemp("", "edensync-hub")
	if err != nil {
		return 1, err
	}
	defer func() { _ = os.RemoveAll(programs) }()
	build := exec.Command("go", "build", "-o", programs+"/",
		"./cmd/edensync", "./services/config/cmd/edensync-config", "./services/scheduler/cmd/edensync-scheduler",
		"./services/transfer/cmd/edensync-transfer", "./services/audit/cmd/edensync-audit", "./gateway/cmd/edensync-gateway")
	build.Dir = "../.."
	if out, err := build.CombinedOutput(); err != nil {
		return 1, fmt.Errorf("build the programs: %w\n%s", err, out)
	}
	return run(), nil
}
