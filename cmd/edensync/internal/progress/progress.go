// Package progress shows a run while it works: lines that move on a terminal, plain lines in a pipe.
package progress

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/edensync/edensync/cmd/edensync/internal/api"
	"github.com/edensync/edensync/internal/apierr"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
)

// Follow shows a run until it ends and returns it as it ended. A stream that breaks off is opened again; after some
// failures the run is asked for now and then instead.
func Follow(ctx context.Context, client *api.Client, id string, out io.Writer, terminal bool) (*transferv1.Run, error) {
	s := &screen{out: out, terminal: terminal, said: map[string]bool{}}
	for failures := 0; ; {
		var last *transferv1.Run
		err := watch(ctx, client, id, failures, func(run *transferv1.Run) { last = run; s.show(run) })
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case last != nil && Final(last.GetState()):
			s.end(last)
			return last, nil
		case err != nil && apierr.KindOf(err) != apierr.KindUnavailable && !errors.Is(err, io.ErrUnexpectedEOF):
			return nil, err
		case err != nil:
			failures++
		}
	}
}

// maxFailures is how often a stream may break off before the run is polled.
const (
	maxFailures = 3
	pollEvery   = 4 * time.Second
)

func watch(ctx context.Context, client *api.Client, id string, failures int, see func(*transferv1.Run)) error {
	if failures < maxFailures {
		empty := func() *transferv1.WatchRunResponse { return &transferv1.WatchRunResponse{} }
		return api.Stream(ctx, client, "/runs/"+id+":watch", empty, func(m *transferv1.WatchRunResponse) error {
			if run := m.GetSnapshot(); run != nil {
				see(run)
			}
			return nil
		})
	}
	timer := time.NewTimer(pollEvery)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
	}
	run := &transferv1.Run{}
	if err := client.Call(ctx, "GET", "/runs/"+id, nil, run); err != nil {
		return err
	}
	see(run)
	return nil
}

// Final tells whether a run in this state never moves again.
func Final(s transferv1.RunState) bool {
	return s != transferv1.RunState_RUN_STATE_QUEUED && s != transferv1.RunState_RUN_STATE_RUNNING
}

// screen draws the parts of a run.
type screen struct {
	out      io.Writer
	terminal bool
	lines    int             // drawn on the terminal and to be drawn over
	said     map[string]bool // parts whose end was told in a pipe
}

// show draws what a run has come to. The run goes on whether anybody can see it or not, so errors of the screen do not
// matter here.
func (s *screen) show(run *transferv1.Run) {
	if s.terminal {
		s.redraw(run)
		return
	}
	for _, t := range run.GetTasks() {
		name := t.GetResourceName() + t.GetDirection().String()
		if t.GetEndTime() != nil && !s.said[name] {
			s.said[name] = true
			_, _ = fmt.Fprintln(s.out, Line(t))
		}
	}
}

// redraw moves up over what was drawn before and draws again; each line is cleared to its end.
func (s *screen) redraw(run *transferv1.Run) {
	if s.lines > 0 {
		_, _ = fmt.Fprintf(s.out, "\x1b[%dA", s.lines)
	}
	for _, t := range run.GetTasks() {
		_, _ = fmt.Fprintf(s.out, "%s\x1b[K\n", Line(t))
	}
	s.lines = len(run.GetTasks())
}

func (s *screen) end(run *transferv1.Run) { s.show(run) }

var marks = map[transferv1.TaskRunState]string{
	transferv1.TaskRunState_TASK_RUN_STATE_QUEUED:             "·",
	transferv1.TaskRunState_TASK_RUN_STATE_RUNNING:            "…",
	transferv1.TaskRunState_TASK_RUN_STATE_DONE:               "✓",
	transferv1.TaskRunState_TASK_RUN_STATE_DONE_WITH_WARNINGS: "!",
	transferv1.TaskRunState_TASK_RUN_STATE_FAILED:             "✗",
	transferv1.TaskRunState_TASK_RUN_STATE_NEEDS_YOU:          "✗",
	transferv1.TaskRunState_TASK_RUN_STATE_STOPPED:            "■",
}

// barWidth is the width of a bar in characters.
const barWidth = 20

// Line is one part of a run on one line. A total is only shown where it is known.
func Line(t *transferv1.TaskRun) string {
	verb, n := "pull", t.GetCounts().GetReceived()
	if t.GetDirection() == transferv1.Direction_DIRECTION_PUSH {
		verb, n = "push", t.GetCounts().GetSent()
	}
	text := fmt.Sprintf("  %s %s %-22s %s %7d records", marks[t.GetState()], verb, t.GetResourceName(), bar(t, n), n)
	if t.GetState() >= transferv1.TaskRunState_TASK_RUN_STATE_DONE_WITH_WARNINGS && t.GetMessage() != "" {
		text += "  " + firstLine(t.GetMessage())
	}
	return text
}

// bar is full when the part has ended; while it works it shows a share only where the total is known.
func bar(t *transferv1.TaskRun, n int64) string {
	filled := 0
	switch {
	case t.GetEndTime() != nil:
		filled = barWidth
	case t.GetExpected() > 0:
		filled = int(min(barWidth, barWidth*t.GetHandled()/t.GetExpected()))
	default:
		filled = int(n / 250 % barWidth) // moving, without claiming a share
	}
	return "[" + strings.Repeat("━", filled) + strings.Repeat(" ", barWidth-filled) + "]"
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	if r := []rune(line); len(r) > 100 {
		line = string(r[:99]) + "…"
	}
	return line
}

// Summary prints what became of every record of a run; the outcomes of a row add up to what was received.
func Summary(out io.Writer, run *transferv1.Run) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintln(w, "\tresource\treceived\tcreated\tupdated\tdeleted\tunchanged\tskipped\tconflict\trejected\t")
	for _, t := range run.GetTasks() {
		row(w, strings.ToLower(strings.TrimPrefix(t.GetDirection().String(), "DIRECTION_")), t.GetResourceName(), t.GetCounts())
	}
	row(w, "", "all", run.GetCounts())
	return w.Flush()
}

func row(w io.Writer, direction, name string, c *transferv1.Counts) {
	_, _ = fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t\n", direction, name, c.GetReceived(), c.GetCreated(), c.GetUpdated(),
		c.GetDeleted(), c.GetUnchanged(), c.GetSkipped(), c.GetConflict(), c.GetRejected())
}
