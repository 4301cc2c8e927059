package cli

import (
	"strings"

	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
)

// doctorCommand tests a connection, or looks after this site.
type doctorCommand struct {
	Remote     `embed:""`
	Repository string `arg:"" optional:"" help:"Name of the repository; without it this site is looked after."`
}

// Run tests.
func (c *doctorCommand) Run(e *Env) error {
	if c.Repository == "" {
		return e.status()
	}
	repository, err := e.repository(c.Repository)
	if err != nil {
		return err
	}
	answer := &transferv1.TestConnectionResponse{}
	if err := e.call("POST", under(repository, ":testConnection"), &transferv1.TestConnectionRequest{}, answer); err != nil {
		return notStarted(err)
	}
	if e.remote.Output == "json" {
		if err := e.print(answer); err != nil {
			return err
		}
		return verdict(answer)
	}
	e.line("%s at %s", repository.GetName(), repository.GetUrl())
	for _, step := range answer.GetSteps() {
		e.step(step)
	}
	return verdict(answer)
}

var marks = map[transferv1.TestStepState]string{
	transferv1.TestStepState_TEST_STEP_STATE_PASSED:  "✓",
	transferv1.TestStepState_TEST_STEP_STATE_WARNING: "!",
	transferv1.TestStepState_TEST_STEP_STATE_FAILED:  "✗",
	transferv1.TestStepState_TEST_STEP_STATE_SKIPPED: "·",
}

// step is one line: what was tried, what was found, and the fix.
func (e *Env) step(step *transferv1.TestStep) {
	name := enumText(step.GetName().Descriptor(), step.GetName().Number())
	text := clean(step.GetMessage())
	if fix := clean(step.GetFix()); fix != "" {
		text = strings.TrimSuffix(text, ".") + ". " + fix
	}
	e.line("  %s %-8s %s", marks[step.GetState()], name, text)
}

// verdict is the status of a test: a failed step needs somebody, a warning should be looked at.
func verdict(answer *transferv1.TestConnectionResponse) error {
	if !answer.GetOk() {
		return &outcome{code: exitNeedsYou}
	}
	for _, step := range answer.GetSteps() {
		if step.GetState() == transferv1.TestStepState_TEST_STEP_STATE_WARNING {
			return &outcome{code: exitWarnings}
		}
	}
	return nil
}

// status tells who this site is and whether its parts work.
func (e *Env) status() error {
	status := &configv1.Status{}
	if err := e.call("GET", "/status", nil, status); err != nil {
		return notStarted(err)
	}
	if e.remote.Output == "json" {
		if err := e.print(status); err != nil {
			return err
		}
		return sick(status)
	}
	e.line("%s (%s)", clean(status.GetSiteName()), status.GetRepositoryUuid())
	for _, part := range status.GetComponents() {
		mark, text := "✓", "ready"
		if !part.GetReady() {
			mark, text = "✗", clean(part.GetMessage())
		}
		e.line("  %s %-10s %s", mark, part.GetName(), text)
	}
	if n := status.GetRepositoriesOffClock(); n > 0 {
		e.line("  ! clock      differs from %d of %d sites by up to %s; check the time service of both machines",
			n, status.GetRepositories(), durationText(status.GetLargestClockOffset().AsDuration().Abs()))
	}
	return sick(status)
}

func sick(status *configv1.Status) error {
	for _, part := range status.GetComponents() {
		if !part.GetReady() {
			return &outcome{code: exitNeedsYou}
		}
	}
	if status.GetRepositoriesOffClock() > 0 {
		return &outcome{code: exitWarnings}
	}
	return nil
}
