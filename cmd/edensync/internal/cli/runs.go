package cli

import (
	"net/url"

	"google.golang.org/protobuf/proto"

	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
)

// runsCommand shows synchronizations.
type runsCommand struct {
	Remote `embed:""`
	List   runsList  `cmd:"" help:"List runs, newest first."`
	Show   runsShow  `cmd:"" help:"Show one run with what became of its records."`
	Watch  runsWatch `cmd:"" help:"Follow a run until it ends; exit status as of sync."`
	Stop   runsStop  `cmd:"" help:"Let a run end at the next batch; everything committed is kept."`
	Items  runsItems `cmd:"" help:"List what became of single records: skipped, conflicting, rejected."`
}

type runsList struct {
	Listing
	Repository string   `help:"Only those with this repository." placeholder:"NAME"`
	State      []string `query:"states" help:"Only those in this state: queued, running, done, done_with_warnings, failed, needs_you, stopped, timed_out."`
	Trigger    string   `query:"trigger" help:"Only those started for this reason: MANUAL or SCHEDULE; PEER for exchanges that other sites began, which are not listed otherwise." placeholder:"REASON"`
	Since      string   `query:"startTime" help:"Only those queued at or after this time." placeholder:"TIME"`
	Until      string   `query:"endTime" help:"Only those queued before this time." placeholder:"TIME"`
}

// Run lists runs.
func (c *runsList) Run(e *Env) error {
	query, err := e.selection(c, "")
	if err != nil {
		return err
	}
	if err := e.withRepository(query, c.Repository); err != nil {
		return err
	}
	return e.list("/runs", query, c.Listing, func() proto.Message { return &transferv1.ListRunsResponse{} },
		"createTime", "repositoryName", "trigger", "state", "remoteError", "counts.received", "counts.sent", "counts.conflict", "counts.rejected", "id", "message")
}

// runName names a run.
type runName struct {
	ID string `arg:"" name:"id" help:"Id of the run."`
}

func (n runName) path(verb string) string { return "/runs/" + url.PathEscape(n.ID) + verb }

type runsShow struct{ runName }

// Run shows one run.
func (c *runsShow) Run(e *Env) error { return e.show(c.path(""), &transferv1.Run{}) }

type runsWatch struct{ runName }

// Run follows a run.
func (c *runsWatch) Run(e *Env) error { return e.follow(c.ID) }

type runsStop struct{ runName }

// Run stops a run.
func (c *runsStop) Run(e *Env) error {
	run := &transferv1.Run{}
	if err := e.call("POST", c.path(":stop"), &transferv1.StopRunRequest{}, run); err != nil {
		return err
	}
	return e.print(run)
}

type runsItems struct {
	runName
	Listing
	Resource string   `query:"resourceName" help:"Only those of this resource." placeholder:"NAME"`
	Outcome  []string `query:"outcomes" help:"Only those with this outcome: skipped, conflict, rejected."`
}

// Run lists items.
func (c *runsItems) Run(e *Env) error {
	query, err := e.selection(c, "")
	if err != nil {
		return err
	}
	return e.items(c.ID, query, c.Listing)
}

// items lists what became of single records of a run.
func (e *Env) items(id string, query url.Values, limit Listing) error {
	return e.list(runName{id}.path("/items"), query, limit, func() proto.Message { return &transferv1.ListRunItemsResponse{} },
		"time", "direction", "resourceName", "uid", "outcome", "reason", "message")
}
