package engine

import (
	"context"
	"fmt"

	"github.com/edensync/edensync/s3xml"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/policy"
)

// newItem starts an entry of the ledger for a row.
func (a *application) newItem(r *row, outcome policy.Outcome, reason, message string) *transfer.Item {
	now := a.e.now()
	return &transfer.Item{
		ID: a.e.newID(), RunID: a.runID, RepositoryID: a.in.Repository.ID, Task: a.in.Resource, Direction: transfer.Pull,
		Key: r.rec.Key, Outcome: outcome, Reason: reason, Message: message, Rule: a.in.Rule.String(),
		State: transfer.Closed, Incoming: incomingSide(r), CreatedAt: now, UpdatedAt: now,
	}
}

func incomingSide(r *row) transfer.Side {
	side := transfer.Side{ModifiedOn: r.rec.ModifiedOn, MCI: r.rec.MCI, Deleted: r.rec.Deleted, Hash: r.rec.ReceivedHash}
	switch {
	case r.noLedger:
	case r.raw != nil:
		side.XML = r.raw
	case r.reject == "", r.reject == transfer.RejectDuplicate:
		side.XML = appendElement(nil, &r.rec, r.rec.MCI)
	}
	return side
}

func (a *application) rejectItem(r *row) *transfer.Item {
	item := a.newItem(r, policy.Rejected, r.reject, r.message)
	item.State, item.Attempts = transfer.Open, 1
	return item
}

func (a *application) skipItem(r *row) *transfer.Item {
	return a.newItem(r, policy.Skipped, r.skip, skipMessages[r.skip])
}

var skipMessages = map[string]string{
	transfer.SkipNotRequested: "The document holds this record, but it is neither of the requested resource nor referred to by one of its records.",
	transfer.SkipKeptOut:      "Accounts, synchronization and scheduler tables are not exchanged unless an administrator lists the resource in the settings.",
}

// decisionItem keeps what a policy decided: the incoming version, ours, and why.
func (a *application) decisionItem(r *row, local *transfer.Record, d policy.Decision) *transfer.Item {
	item := a.newItem(r, d.Outcome, string(d.Reason), explain(d, a.in.Rule))
	if local != nil {
		item.Local = transfer.Side{ModifiedOn: local.ModifiedOn, MCI: local.MCI, Deleted: local.Deleted, Hash: local.Hash}
	}
	if d.Outcome == policy.Conflict {
		item.State, item.Winner = transfer.Open, transfer.LocalWins
		item.LocalSeq, item.SyncSeq = local.Seq, a.moment.known[a.in.Resource].cursor.SyncSeq
		if d.Take {
			item.Winner = transfer.RemoteWins
		}
	}
	return item
}

// explain says in one sentence what was decided and by which setting.
func explain(d policy.Decision, rule policy.Rule) string {
	setting := fmt.Sprintf("update policy %s", rule.Update)
	if d.Outcome == policy.Conflict {
		setting = fmt.Sprintf("both sites changed this record; conflict policy %s", rule.Conflict)
	}
	if d.Reason == policy.NotInStrategy {
		return fmt.Sprintf("Operation not permitted: the strategy of this task allows only %s.", rule.Strategy)
	}
	verdict := "this site's version stays"
	if d.Take {
		verdict = "the other site's version is taken"
	}
	return fmt.Sprintf("%s: %s (%s).", setting, verdict, reasonWords[d.Reason])
}

var reasonWords = map[policy.Reason]string{
	policy.PolicyThis:    "this site always wins",
	policy.PolicyOther:   "the other site always wins",
	policy.IncomingNewer: "the other site's version is younger",
	policy.LocalNewer:    "this site's version is younger",
	policy.NearerOrigin:  "the times are equal; the copy nearer to where the record was made wins",
	policy.SmallerHash:   "times and distance are equal; both sites choose the same one by its content",
	policy.FromMaster:    "it comes from where the record was made",
	policy.NotFromMaster: "it does not come from where the record was made, or the record was made here",
}

// completeItems adds our version's content to conflicts and skips, as it is before it is replaced.
func (a *application) completeItems(ctx context.Context) error {
	stored, err := a.disputed(ctx)
	if err != nil {
		return err
	}
	for _, it := range a.items {
		ours := stored[it.Key]
		if ours != nil && it.Local.Hash == ours.Hash {
			it.Local.XML = appendElement(nil, ours, ours.MCI+1)
		} else {
			ours = nil
		}
		if it.Outcome != policy.Conflict {
			continue
		}
		if it.Label, err = labelOf(it, ours); err != nil {
			return err
		}
	}
	return nil
}

// disputed are our versions of the records that the ledger tells of, with their bodies. The view has them already unless
// it could do without bodies.
func (a *application) disputed(ctx context.Context) (map[transfer.Key]*transfer.Record, error) {
	if !a.in.Complete {
		return a.locals, nil
	}
	var keys []transfer.Key
	for _, it := range a.items {
		if it.Local.Hash != "" {
			keys = append(keys, it.Key)
		}
	}
	if len(keys) == 0 {
		return nil, nil
	}
	return a.tx.LoadWhole(ctx, keys)
}

// labelOf is what people know a conflicting record by, at this site first. Most have a name here, which ends the search.
func labelOf(it *transfer.Item, ours *transfer.Record) (string, error) {
	var versions []s3xml.Content
	if ours != nil && !ours.Deleted {
		content, err := s3xml.ParseBody(ours.Body)
		if err != nil {
			return "", fmt.Errorf("label of %s %s: %w", it.Key.Resource, it.Key.UID, err)
		}
		versions = append(versions, content)
		if name := content.Field(labelFields[0]); name != nil && name.Value != "" {
			return name.Value, nil
		}
	}
	if len(it.Incoming.XML) > 0 && !it.Incoming.Deleted {
		_, content, err := ParseElement(it.Incoming.XML)
		if err != nil {
			return "", fmt.Errorf("label of %s %s: %w", it.Key.Resource, it.Key.UID, err)
		}
		versions = append(versions, content)
	}
	return Label(it.Key.UID, versions...), nil
}
