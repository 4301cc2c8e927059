package inbound

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/policy"
)

// entry is what every entry about this request has in common.
func (c *call) entry(action Action, result Result) Entry {
	e := Entry{
		Mode: c.mode, Action: action, Result: result, Resource: c.resource,
		RepositoryID: c.repository.ID, RepositoryName: c.repository.Name,
		User: c.account.User, RemoteAddr: c.peerAddress(), Duration: c.now().Sub(c.started),
	}
	if c.body != nil {
		e.BytesReceived = c.body.received
	}
	return e
}

// write outlives the request: a peer that hangs up does not erase its traces.
func (c *call) write(e Entry) {
	c.log.Write(context.WithoutCancel(c.ctx), e)
}

// exchanged logs an exchange and notes the contact with the repository, both at the same time: a peer that pushes waits for them.
func (c *call) exchanged(e Entry) {
	var noted sync.WaitGroup
	if c.repository.ID != "" {
		noted.Go(func() { c.directory.Contact(context.WithoutCancel(c.ctx), c.repository.ID) })
	}
	c.write(e)
	noted.Wait()
}

// fail answers a request that was not carried out, and logs it; what the peer has to change only so many times a
// minute.
func (c *call) fail(err error) {
	r := refusalOf(err)
	c.drain()
	sent, _ := writeRefusal(c.w, r) // a peer that is gone needs no answer
	if (!c.exchanging || r.remote()) && !c.refusals.allow(c.peerAddress(), c.now()) {
		return
	}
	e := c.entry(r.action, ResultError)
	e.RemoteError = r.remote() || c.ctx.Err() != nil
	e.Message, e.Reason, e.BytesSent = r.message, r.reason, sent
	if r.resource != "" {
		e.Resource = r.resource
	}
	if !r.remote() || r.cause != nil {
		e.Cause = err
	}
	c.write(e)
}

// invalidIgnored is how Eden ends the message about an import with rejected records.
const invalidIgnored = " - invalid items ignored"

// rejects lists the rejected records among the items of an import.
func rejects(items []*transfer.Item) []*transfer.Item {
	var found []*transfer.Item
	for _, item := range items {
		if item.Outcome == policy.Rejected {
			found = append(found, item)
		}
	}
	return found
}

// rejectMessage is the message of the answer to an import with rejects; "" without any.
func rejectMessage(in *transfer.Imported) string {
	if in.Counts.Rejected == 0 {
		return ""
	}
	if listed := rejects(in.Items); len(listed) > 0 {
		return problemOf(listed[0]) + invalidIgnored
	}
	return fmt.Sprintf("%d records rejected%s", in.Counts.Rejected, invalidIgnored)
}

// problemOf is why a record was rejected.
func problemOf(item *transfer.Item) string {
	if item.Message != "" {
		return item.Message
	}
	return item.Reason
}

// maxProblem bounds what the log repeats of a reject, in characters.
const maxProblem = 200

// receivedMessage is the log's message about a push: Eden's words, and each rejected record with its UID.
func receivedMessage(in *transfer.Imported) string {
	message := rejectMessage(in)
	if message == "" {
		return "Data received from peer"
	}
	var b strings.Builder
	b.WriteString(message)
	listed := rejects(in.Items)
	for _, item := range listed {
		fmt.Fprintf(&b, ", (UID: %.*s) %s: %.*s", maxProblem, item.Key.UID, item.Key.Resource, maxProblem, problemOf(item))
	}
	if more := in.Counts.Rejected - int64(len(listed)); more > 0 {
		fmt.Fprintf(&b, ", and %d more", more)
	}
	return b.String()
}
