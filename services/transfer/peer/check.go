package peer

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"net/url"
	"slices"
	"time"
)

// StepState tells how far a step of a connection test is.
type StepState string

// The states of a step.
const (
	StepRunning StepState = "RUNNING"
	StepPassed  StepState = "PASSED"
	StepFailed  StepState = "FAILED"
	StepSkipped StepState = "SKIPPED" // it does not apply, or an earlier step failed
)

// Step is one line of a connection test.
type Step struct {
	Name    string // one of the constants below
	State   StepState
	Message string // what was found
	Fix     string // what to do when it failed
	Reason  string // stable code when it failed
	Took    time.Duration
}

// The steps of a connection test, in this order.
const (
	StepName    = "name"
	StepConnect = "connect"
	StepProxy   = "proxy"
	StepTLS     = "tls"
	StepSignIn  = "signIn"
	StepUUID    = "uuid"
	StepClock   = "clock"
	StepVersion = "version"
	StepPull    = "pull"
	StepPush    = "push"
)

var stepOrder = []string{StepName, StepConnect, StepProxy, StepTLS, StepSignIn, StepUUID, StepClock, StepVersion, StepPull, StepPush}

// Checkup is what a connection test has found, or has found so far.
type Checkup struct {
	Steps       []Step // those that have begun, in their order; all of them when it is done
	Sender      string // what the remote named as its UUID; empty = nothing
	ClockOffset time.Duration
	Measured    bool   // whether ClockOffset says anything
	Version     string // of the additions to the protocol that an edensync speaks; empty = none named
	Done        bool
}

// CheckOptions of a connection test.
type CheckOptions struct {
	Resource       string        // with which permissions are tried; empty = they are not
	MaxClockOffset time.Duration // from which on the clocks differ too much; 0 = a minute
	Watch          func(Checkup) // hears of each step that begins or ends; nil = nobody listens
}

// Limits of a connection test.
const (
	defaultMaxOffset = time.Minute
	maxCheckTime     = 50 * time.Second // all steps together
)

// proxyTarget is asked for when only the proxy is tried; the name does not exist anywhere.
const proxyTarget = "https://edensync.invalid/"

// checkup walks the steps; after a failure the rest is skipped.
type checkup struct {
	client  *Client
	remote  Remote
	options CheckOptions
	alone   bool // only the proxy is tried
	base    *url.URL
	proxy   *url.URL
	tls     *tls.ConnectionState
	answer  RegisterAnswer
	found   Checkup
	begun   map[string]time.Time // when each step began
	failed  bool
}

// Test tries each part of the way to a remote and tells which one fails and how to mend it. It changes nothing
// there: it asks for the UUID by a registration without identity, pulls at most one record and pushes an empty
// document. Nothing is tried twice. Of a remote without URL only the proxy is tried.
func (c *Client) Test(ctx context.Context, remote Remote, options CheckOptions) Checkup {
	ctx, cancel := context.WithTimeoutCause(ctx, maxCheckTime, errSilent)
	defer cancel()
	t := &checkup{client: c, remote: remote, options: options, alone: remote.BaseURL == "", begun: map[string]time.Time{}}
	if t.alone {
		t.remote.BaseURL, t.remote.Username = proxyTarget, ""
	}
	t.run(StepName, func() (string, error) { return t.name(ctx) })
	t.run(StepConnect, func() (string, error) { return t.connect(ctx) })
	if !t.failed {
		t.introduce(ctx)
	}
	if !t.alone {
		t.run(StepUUID, t.uuid)
		t.run(StepClock, t.clock)
		t.run(StepVersion, t.version)
		t.run(StepPull, func() (string, error) { return t.pull(ctx) })
		t.run(StepPush, func() (string, error) { return t.push(ctx) })
	}
	t.complete()
	return t.found
}

// tell shows the watcher what was found so far.
func (t *checkup) tell() {
	if t.options.Watch != nil {
		shown := t.found
		shown.Steps = slices.Clone(t.found.Steps)
		t.options.Watch(shown)
	}
}

// errSkip is the outcome of a step that does not apply.
var errSkip = errors.New("does not apply")

func (t *checkup) run(name string, step func() (string, error)) {
	if t.failed {
		return
	}
	t.begin(name)
	message, err := step()
	t.report(name, message, err)
}

// begin shows a step as running, unless it is shown already.
func (t *checkup) begin(name string) {
	place, known := t.place(name)
	if known {
		return
	}
	t.found.Steps = slices.Insert(t.found.Steps, place, Step{Name: name, State: StepRunning})
	t.begun[name] = t.client.now()
	t.tell()
}

// place is where a step stands among those that have begun, or would stand.
func (t *checkup) place(name string) (int, bool) {
	return slices.BinarySearchFunc(t.found.Steps, name, func(s Step, name string) int {
		return cmp.Compare(slices.Index(stepOrder, s.Name), slices.Index(stepOrder, name))
	})
}

// independent are the steps whose failure says nothing of those behind them.
var independent = map[string]bool{StepClock: true, StepVersion: true, StepPull: true, StepPush: true}

// report ends the step under way.
func (t *checkup) report(name, message string, err error) {
	s := Step{Name: name, State: StepPassed, Message: message, Took: t.client.now().Sub(t.begun[name])}
	switch {
	case errors.Is(err, errSkip):
		s.State = StepSkipped
	case err != nil:
		t.failed = !independent[name]
		s.State, s.Message, s.Fix, s.Reason = StepFailed, err.Error(), "Try again.", ReasonUnavailable
		var e *Error
		if errors.As(err, &e) {
			s.Message, s.Fix, s.Reason = e.Message, e.Fix, e.Reason
			if e.Reason == ReasonProxy { // wherever it was met
				s.Name = StepProxy
			}
		}
	}
	t.end(name, s)
	t.tell()
}

// end puts a step that has ended in place of the running one.
func (t *checkup) end(running string, s Step) {
	place, known := t.place(running)
	if known {
		t.found.Steps = slices.Delete(t.found.Steps, place, place+1)
	}
	place, _ = t.place(s.Name)
	t.found.Steps = slices.Insert(t.found.Steps, place, s)
}

// complete adds the steps that were not reached.
func (t *checkup) complete() {
	for _, name := range stepOrder {
		if place, known := t.place(name); !known {
			t.found.Steps = slices.Insert(t.found.Steps, place, Step{Name: name, State: StepSkipped, Message: "Not tried"})
		}
	}
	t.found.Done = true
	t.tell()
}
