package scenario_test

import (
	"context"
	"errors"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// clientTime is the longest time that one command of the client may take.
const clientTime = 60 * time.Second

// edensync runs a command of the client about a site; it finds address and token in the site's data folder.
func edensync(ts *testscript.TestScript, args []string) answer {
	if len(args) < 2 {
		ts.Fatalf("usage: edensync NAME ARG…")
	}
	w := worldOf(ts)
	args, name := args[1:], args[0]
	env := environment(w.dir)
	if name != "-" {
		if s := w.site(ts, name); s.parts != nil && s.running() {
			_ = s.hasKey() // without an administrator there is none; then the client says so
		}
		args = append(args, "--data", w.site(ts, name).data())
		env = append(env, "EDENSYNC_DATABASE="+w.site(ts, name).database) // commands of the client do not read it
	}
	ctx, cancel := context.WithTimeout(w.tb.Context(), clientTime)
	defer cancel()
	var out, problem strings.Builder
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = ts.MkAbs("."), env, &out, &problem
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) || ctx.Err() != nil {
		ts.Fatalf("edensync %s: %v (%s)", strings.Join(args, " "), err, context.Cause(ctx))
	}
	w.status = cmd.ProcessState.ExitCode()
	return answer{out: out.String(), err: problem.String(), failed: w.status != 0}
}

// statusCommand compares the exit status of the last client.
func statusCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: status N")
	}
	if got := strconv.Itoa(worldOf(ts).status); got != args[0] {
		ts.Fatalf("the exit status is %s, not %s", got, args[0])
	}
}

// await repeats a command until its output matches; whether it fails meanwhile does not matter.
func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: await REGEXP COMMAND ARG…")
	}
	speakers := map[string]speaker{"edensync": edensync, "http": httpCommand, "eden": edenCommand}
	speak := speakers[args[1]]
	if speak == nil {
		ts.Fatalf("%s cannot be awaited", args[1])
	}
	pattern, err := regexp.Compile("(?m)" + args[0])
	ts.Check(err)
	var last answer
	found := poll(patience, func() bool {
		last = speak(ts, args[2:])
		return pattern.MatchString(last.out)
	})
	last.tell(ts)
	if !found {
		ts.Fatalf("no match for %q within %s", args[0], patience)
	}
}
