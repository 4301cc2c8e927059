package scenario_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// hubFlavour is the world in which the first site of a story is an installation of five services, each with several
// processes, on PostgreSQL. The other sites are the one program with SQLite.
const hubFlavour = "hub"

// binary is the program under test, built once.
var binary string

func TestMain(m *testing.M) {
	code, err := withBinary(m.Run)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}

func withBinary(run func() int) (code int, err error) {
	dir, err := os.MkdirTemp("", "edensync-scenario")
	if err != nil {
		return 1, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	binary = filepath.Join(dir, "edensync")
	build := exec.Command("go", "build", "-o", dir+"/", "./cmd/edensync",
		"./services/config/cmd/edensync-config", "./services/scheduler/cmd/edensync-scheduler",
		"./services/transfer/cmd/edensync-transfer", "./services/audit/cmd/edensync-audit", "./gateway/cmd/edensync-gateway")
	build.Dir = filepath.Join("..", "..")
	if out, err := build.CombinedOutput(); err != nil {
		return 1, fmt.Errorf("build edensync: %w\n%s", err, out)
	}
	return run(), nil
}

// slots bounds how many stories are told at a time: each has several processes.
var slots = make(chan struct{}, 2)

func TestStories(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres", hubFlavour} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			testscript.Run(t, testscript.Params{
				Dir: "testdata", Setup: setup(engine), Cmds: commands, RequireUniqueNames: true,
				Condition: func(name string) (bool, error) {
					if name != hubFlavour {
						return false, fmt.Errorf("unknown condition %q", name)
					}
					return engine == hubFlavour, nil
				},
			})
		})
	}
}

var commands = map[string]func(ts *testscript.TestScript, neg bool, args []string){
	"site":     siteCommand,
	"crash":    crashCommand,
	"shutdown": shutdownCommand,
	"restart":  restartCommand,
	"backup":   backupCommand,
	"restore":  restoreCommand,
	"edensync": said(edensync),
	"http":     said(httpCommand),
	"eden":     said(edenCommand),
	"line":     lineCommand,
	"await":    await,
	"status":   statusCommand,
	"json":     jsonCommand,
	"records":  recordsCommand,
	"leaks":    leaksCommand,
	"forget":   forgetCommand,
}

func setup(engine string) func(*testscript.Env) error {
	return func(env *testscript.Env) error {
		tb, ok := env.T().(testing.TB)
		if !ok {
			return fmt.Errorf("%T is no testing.TB", env.T())
		}
		if engine != "sqlite" && os.Getenv(serverVariable) == "" {
			return fmt.Errorf("%s is not set, and every story is told on both engines: run `make test`, which starts a PostgreSQL for the tests", serverVariable)
		}
		slots <- struct{}{}
		tb.Cleanup(func() { <-slots })
		w := newWorld(tb, engine, env.WorkDir)
		env.Values[worldKey{}] = w
		env.Defer(w.end)
		return nil
	}
}
