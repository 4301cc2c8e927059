package inbound

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/policy"
)

// push takes records from the peer. The mode of our task does not matter: it is about what this site starts.
func (c *call) push() error {
	switch {
	case c.repository.ID == "":
		return unregistered()
	case !c.repository.AcceptPushes:
		return forbidden(apierr.ReasonPushRefused, "this site does not accept pushes from %s; nothing was stored", c.repository.Name)
	}
	in, err := c.importOf()
	if err != nil {
		return err
	}
	defer c.closeBody()
	if err := c.openBody(c.settings.MaxBodyBytes); err != nil {
		return err
	}
	leaveLane, err := c.lanes.enter(c.ctx, lane{c.repository.ID, c.resource})
	if err != nil {
		return err
	}
	defer leaveLane()
	leave, err := c.gate.enter(c.ctx)
	if err != nil {
		return err
	}
	defer leave()
	return c.receive(in)
}

func (c *call) importOf() (transfer.Import, error) {
	rule, err := ruleFor(c.repository, c.resource, c.query)
	if err != nil {
		return transfer.Import{}, err
	}
	key := c.r.Header.Get(HeaderIdempotencyKey)
	if !isKey(key) {
		return transfer.Import{}, unreadable("%s must be at most 255 visible ASCII characters", HeaderIdempotencyKey)
	}
	in := transfer.Import{Repository: c.repository, Resource: c.resource, Rule: rule, Complete: c.edensync(), RequestID: key}
	in.Brief = isTrue(c.r.Header.Get(HeaderBrief))
	in.Position, err = c.position()
	return in, err
}

// position is that of the peer; zero if it says nothing of it.
func (c *call) position() (transfer.Position, error) {
	text := c.r.Header.Get(HeaderPosition)
	if text == "" {
		return transfer.Position{}, nil
	}
	at, err := transfer.ParsePosition(text)
	if err != nil {
		return at, unreadable("%s: %v", HeaderPosition, err)
	}
	return at, nil
}

func isKey(key string) bool {
	const maxKey = 255
	for i := range len(key) {
		if key[i] <= ' ' || key[i] > '~' {
			return false
		}
	}
	return len(key) <= maxKey
}

func (c *call) receive(in transfer.Import) error {
	c.exchanging = true
	got, err := c.engine.Import(c.ctx, in, c.body)
	if err == nil && got == nil {
		err = errors.New("the import ended without a result")
	}
	if err != nil {
		return c.receiveFailed(err)
	}
	sent, err := writeJSON(c.w, http.StatusOK, c.answerTo(got))
	e := c.entry(ActionReceive, ResultSuccess)
	if got.Counts.Rejected > 0 {
		e.Result, e.RemoteError, e.Reason = ResultWarning, true, apierr.ReasonRecordsRejected
	}
	e.Message, e.BytesSent, e.Cause = receivedMessage(got), sent, err
	e.RunID, e.Rule, e.Counts = got.RunID, in.Rule.String(), got.Counts
	c.exchanged(e)
	return nil
}

// receiveFailed prefers what the body knows about its end: the engine sees only that it cannot read on.
func (c *call) receiveFailed(err error) error {
	if problem := c.body.problem(); problem != nil {
		problem.cause = err
		return problem
	}
	r := *refusalOf(fmt.Errorf("import %s from repository %q: %w", c.resource, c.repository.ID, err))
	if r.action == ActionCheck {
		r.action = ActionReceive
	}
	return &r
}

// answerTo is the envelope about an import. Rejected records do not make it a failure: the others are stored.
func (c *call) answerTo(got *transfer.Imported) envelope {
	answer := success(rejectMessage(got))
	answer.Records = &got.Masters
	answer.number(got.Counts)
	if got.Counts.Rejected > 0 {
		answer.Tree = treeOf(got.Items)
	}
	if c.edensync() {
		answer.detail(got)
	}
	return answer
}

// maxNumbers bounds each of the arrays of numbers.
const maxNumbers = 10_000

func (a *envelope) number(counts transfer.Counts) {
	next := int64(1)
	take := func(n int64) []int64 {
		var numbers []int64
		for range min(n, maxNumbers) {
			numbers = append(numbers, next)
			next++
		}
		return numbers
	}
	a.Created, a.Updated, a.Deleted = take(counts.Created), take(counts.Updated), take(counts.Deleted)
}

func treeOf(items []*transfer.Item) map[string][]rejected {
	tree := map[string][]rejected{}
	for _, item := range rejects(items) {
		element := rejected{UUID: item.Key.UID, Error: problemOf(item)}
		if !item.Incoming.ModifiedOn.IsZero() {
			element.ModifiedOn = item.Incoming.ModifiedOn.UTC().Format("2006-01-02T15:04:05")
		}
		key := "$_" + item.Key.Resource
		tree[key] = append(tree[key], element)
	}
	return tree
}

// detail adds what only an edensync reads.
func (a *envelope) detail(got *transfer.Imported) {
	n := got.Counts
	a.Position = got.Position.String()
	a.Counts = &ledger{
		Received: n.Received, Created: n.Created, Updated: n.Updated, Deleted: n.Deleted,
		Unchanged: n.Unchanged, Skipped: n.Skipped, Conflict: n.Conflict, Rejected: n.Rejected,
	}
	for _, item := range got.Items {
		a.Outcomes = append(a.Outcomes, outcome{
			Resource: item.Key.Resource, UID: item.Key.UID, Outcome: string(outcomeOf(item)),
			Reason: item.Reason, Message: item.Message,
		})
	}
	a.OutcomesOmitted = max(0, n.Skipped+n.Conflict+n.Rejected-int64(len(got.Items)))
}

func outcomeOf(item *transfer.Item) policy.Outcome {
	if item.Outcome == "" {
		return policy.Rejected
	}
	return item.Outcome
}
