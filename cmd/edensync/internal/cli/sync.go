package cli

import (
	"errors"
	"io"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/edensync/edensync/cmd/edensync/internal/progress"
	"github.com/edensync/edensync/internal/apierr"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
)

// syncCommand starts a run and follows it.
type syncCommand struct {
	Remote     `embed:""`
	Repository string        `arg:"" help:"Name of the repository."`
	Resource   []string      `help:"Exchange only this resource; may be given several times." placeholder:"NAME"`
	Full       bool          `help:"Ask for everything, not only for what has changed."`
	Timeout    time.Duration `help:"Longest time that the run may take." default:"10m"`
	NoWait     bool          `help:"Only start the run and print its id."`
}

// Run synchronizes.
func (c *syncCommand) Run(e *Env) error {
	repository, err := e.repository(c.Repository)
	if err != nil {
		return err
	}
	run, err := c.start(e, repository)
	if err != nil {
		return notStarted(err)
	}
	if c.NoWait {
		if e.remote.Output == "json" {
			return e.print(run)
		}
		e.line("%s", run.GetId())
		return nil
	}
	e.say("Synchronization with %s (run %s)", repository.GetName(), run.GetId())
	return e.follow(run.GetId())
}

func (c *syncCommand) start(e *Env, repository *configv1.Repository) (*transferv1.Run, error) {
	run := &transferv1.Run{}
	request := &transferv1.StartRunRequest{ResourceNames: c.Resource, FullPull: c.Full, Timeout: durationpb.New(c.Timeout)}
	return run, e.call("POST", under(repository, ":synchronize"), request, run)
}

// notStarted gives the status of a run that could not be started.
func notStarted(err error) error {
	switch {
	case apierr.KindOf(err) == apierr.KindUnavailable, apierr.KindOf(err) == apierr.KindTimeout, active(err):
		return &outcome{code: exitRetry, err: err}
	case apierr.KindOf(err) == apierr.KindPrecondition:
		return &outcome{code: exitNeedsYou, err: err}
	default:
		return err
	}
}

// active reports whether another run of the repository is under way; only then is a run named.
func active(err error) bool {
	e, ok := apierr.As(err)
	return ok && e.Metadata["runId"] != ""
}

// follow shows a run until it has ended and ends with the status of its outcome.
func (e *Env) follow(id string) error {
	client, err := e.connect()
	if err != nil {
		return err
	}
	screen, moving := e.Out, e.Terminal
	if e.remote.Output == "json" {
		screen, moving = io.Discard, false
	}
	run, err := progress.Follow(e.Context, client, id, screen, moving)
	if e.Context.Err() != nil {
		return &outcome{code: exitFailed, err: errors.New("the run goes on without being watched; stop it with: edensync runs stop " + id)}
	}
	if err != nil {
		return err
	}
	return e.summary(run)
}

func (e *Env) summary(run *transferv1.Run) error {
	if e.remote.Output == "json" {
		if err := e.print(run); err != nil {
			return err
		}
		return endOf(run)
	}
	e.line("")
	if err := progress.Summary(e.Out, run); err != nil {
		return err
	}
	e.line("\n%s", verdictOf(run))
	return endOf(run)
}

// verdictOf is how a run ended, whose fault it was, and what the repository said of trying again.
func verdictOf(run *transferv1.Run) string {
	words := enumText(run.GetState().Descriptor(), run.GetState().Number())
	if run.GetRemoteError() {
		words += " (at the repository)"
	}
	if message := clean(run.GetMessage()); message != "" {
		words += ": " + message
	}
	if at := textAt(run, "retryTime"); at != "" {
		words += "\nThe repository asks to be left alone until " + at
	}
	return words
}

// endOf is the status of a run that has ended.
func endOf(run *transferv1.Run) error {
	switch run.GetState() {
	case transferv1.RunState_RUN_STATE_DONE:
		if run.GetCounts().GetConflict()+run.GetCounts().GetRejected() == 0 {
			return nil
		}
		return &outcome{code: exitWarnings}
	case transferv1.RunState_RUN_STATE_DONE_WITH_WARNINGS:
		return &outcome{code: exitWarnings}
	case transferv1.RunState_RUN_STATE_FAILED, transferv1.RunState_RUN_STATE_TIMED_OUT:
		return &outcome{code: exitRetry}
	case transferv1.RunState_RUN_STATE_NEEDS_YOU:
		return &outcome{code: exitNeedsYou}
	default:
		return &outcome{code: exitFailed}
	}
}
