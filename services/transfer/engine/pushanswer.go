package engine

import (
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/policy"
)

// outcome is what a confirmed request changes here.
type outcome struct {
	counts   transfer.Counts
	accepted []transfer.Key
	refused  []transfer.Key
	items    []*transfer.Item
	bytes    int64
	position transfer.Position // of the remote, which has stored all of that
}

// judge reads the remote's answer: which records it took, which it refused and why.
func (p *pushing) judge(trees []*transfer.Tree, a *PushAnswer) outcome {
	refused := map[transfer.Key]Refusal{}
	for _, r := range a.Rejected {
		refused[r.Key] = r
	}
	o := outcome{bytes: a.Bytes, position: a.Position, counts: transfer.Counts{Sent: int64(len(trees))}}
	for _, t := range trees {
		r, bad := refusalOf(t, refused)
		if !bad {
			o.accepted = append(o.accepted, t.Key)
			continue
		}
		o.refused = append(o.refused, t.Key)
		o.items = append(o.items, p.refusedItem(t, transfer.RejectByRemote, r.Message))
	}
	o.counts.Accepted = int64(len(o.accepted))
	o.counts = o.counts.Plus(p.ledger(a, int64(len(o.accepted)), int64(len(o.refused))))
	return o
}

// refusalOf finds the remote's word on a tree: on its master or on one of its components.
func refusalOf(t *transfer.Tree, refused map[transfer.Key]Refusal) (Refusal, bool) {
	for _, r := range flatten(t) {
		if word, ok := refused[r.Key]; ok {
			return word, true
		}
	}
	return Refusal{}, false
}

// ledger counts pushed records by the remote's answer. An edensync sends its own counts; an Eden tells how many
// it created, updated and deleted, and says nothing of the rest.
func (p *pushing) ledger(a *PushAnswer, accepted, refused int64) transfer.Counts {
	if a.Counts != nil && a.Counts.Closed() {
		c := *a.Counts
		c.Sent, c.Accepted = 0, 0
		return c
	}
	c := transfer.Counts{Received: accepted + refused, Rejected: refused}
	rest := accepted
	for _, n := range []struct {
		said int
		to   *int64
	}{{a.Created, &c.Created}, {a.Updated, &c.Updated}, {a.Deleted, &c.Deleted}} {
		*n.to = min(int64(n.said), rest)
		rest -= *n.to
	}
	c.Unchanged = rest
	return c
}

func (p *pushing) refusedItem(t *transfer.Tree, reason, message string) *transfer.Item {
	now := p.now()
	xml := appendTree(nil, t, t.MCI+1)
	return &transfer.Item{
		ID: p.newID(), RunID: p.run.ID, RepositoryID: p.repo.ID, Task: p.task.Resource, Direction: transfer.Push,
		Key: t.Key, Outcome: policy.Rejected, Reason: reason, Message: message, Rule: p.task.Rule.String(),
		State: transfer.Open, Attempts: 1, CreatedAt: now, UpdatedAt: now,
		Local: transfer.Side{ModifiedOn: t.ModifiedOn, MCI: t.MCI, Deleted: t.Deleted, Hash: t.Hash, XML: xml},
	}
}
