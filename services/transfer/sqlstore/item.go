package sqlstore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/policy"
)

// itemColumns are the columns of item in the order that itemArgs and scanItem have, but for mark.
var itemColumns = []string{
	"id", "run_id", "repository_id", "task", "direction", "resource", "uid", "outcome", "reason", "message", "rule",
	"state", "winner", "chosen", "attempts", "in_modified_on", "in_mci", "in_deleted", "in_hash", "in_xml", "local_modified_on",
	"local_mci", "local_deleted", "local_hash", "local_xml", "created_at", "updated_at", "decided_by", "decided_seq",
	"label", "local_seq", "sync_seq", "field_sides",
}

var (
	itemText    = strings.Join(itemColumns, ", ")
	itemInserts = append(append([]string{}, itemColumns...), "mark", "search")
)

// maxItemText bounds what a peer can make us keep as an identifier: indexed columns have a limit on PostgreSQL.
const maxItemText = 512

func short(s string) string {
	s = clean(s)
	if len(s) > maxItemText {
		s = clean(s[:maxItemText])
	}
	return s
}

func itemArgs(it *transfer.Item) []any {
	return []any{
		it.ID, it.RunID, it.RepositoryID, short(it.Task), string(it.Direction), short(it.Key.Resource), short(it.Key.UID),
		string(it.Outcome), short(it.Reason), clean(it.Message), short(it.Rule), string(it.State), string(it.Winner), string(it.Chosen), it.Attempts,
		sqldb.MicrosOf(it.Incoming.ModifiedOn), it.Incoming.MCI, it.Incoming.Deleted, it.Incoming.Hash, clean(string(it.Incoming.XML)),
		sqldb.MicrosOf(it.Local.ModifiedOn), it.Local.MCI, it.Local.Deleted, it.Local.Hash, clean(string(it.Local.XML)),
		sqldb.MicrosOf(it.CreatedAt), sqldb.MicrosOf(it.UpdatedAt), it.DecidedBy, it.DecidedSeq,
		clean(it.Label), it.LocalSeq, it.SyncSeq, sidesText(it.FieldSides), markOf(it), searchOf(it),
	}
}

// searchOf is what lists of conflicts are searched in.
func searchOf(it *transfer.Item) string {
	if it.Outcome != policy.Conflict {
		return ""
	}
	return strings.ToLower(clean(it.Label + "\n" + it.Key.UID))
}

// sidesText is the JSON of a choice by field; empty for none.
func sidesText(sides map[string]transfer.Winner) string {
	if len(sides) == 0 {
		return ""
	}
	text, err := json.Marshal(sides)
	if err != nil {
		panic(err) // strings can always be written
	}
	return string(text)
}

// markOf is what an open reject is known by.
func markOf(it *transfer.Item) string {
	if it.Key.UID != "" {
		return short(it.Key.UID)
	}
	sum := sha256.Sum256(it.Incoming.XML)
	return "sha256:" + hex.EncodeToString(sum[:])
}

func scanItem(rows *sqlx.Rows) (*transfer.Item, error) {
	var it transfer.Item
	var incoming, local, created, updated sqldb.Micros
	var sides string
	err := rows.Scan(
		&it.ID, &it.RunID, &it.RepositoryID, &it.Task, &it.Direction, &it.Key.Resource, &it.Key.UID, &it.Outcome, &it.Reason,
		&it.Message, &it.Rule, &it.State, &it.Winner, &it.Chosen, &it.Attempts,
		&incoming, &it.Incoming.MCI, &it.Incoming.Deleted, &it.Incoming.Hash, &it.Incoming.XML,
		&local, &it.Local.MCI, &it.Local.Deleted, &it.Local.Hash, &it.Local.XML,
		&created, &updated, &it.DecidedBy, &it.DecidedSeq, &it.Label, &it.LocalSeq, &it.SyncSeq, &sides,
	)
	if err == nil && sides != "" {
		err = json.Unmarshal([]byte(sides), &it.FieldSides)
	}
	it.Incoming.ModifiedOn, it.Local.ModifiedOn = incoming.Time(), local.Time()
	it.CreatedAt, it.UpdatedAt = created.Time(), updated.Time()
	for _, side := range []*transfer.Side{&it.Incoming, &it.Local} {
		if len(side.XML) == 0 {
			side.XML = nil
		}
	}
	return &it, err
}

// AddItems is documented at engine.Tx.
func (t *tx) AddItems(ctx context.Context, items []*transfer.Item) error {
	var plain [][]any
	for _, it := range items {
		t.wrote = append(t.wrote, it.Key)
		if err := t.complete(it); err != nil {
			return err
		}
		if it.Outcome != policy.Rejected || it.State != transfer.Open {
			plain = append(plain, itemArgs(it))
			continue
		}
		if err := t.addReject(ctx, it); err != nil {
			return err
		}
	}
	return insert(ctx, t.q, "item", itemInserts, "", plain)
}

// complete fills what every item has: an id that rises with time, and times.
func (t *tx) complete(it *transfer.Item) error {
	if it.ID == "" {
		id, err := uuid.NewV7()
		if err != nil {
			return fmt.Errorf("make an id for an item: %w", err)
		}
		it.ID = id.String()
	}
	if it.CreatedAt.IsZero() {
		it.CreatedAt = t.now
	}
	if it.UpdatedAt.IsZero() {
		it.UpdatedAt = t.now
	}
	if it.Outcome == policy.Rejected && it.Attempts == 0 {
		it.Attempts = 1
	}
	return nil
}

// addReject stores an open reject, or counts another attempt of the one that is open already.
func (t *tx) addReject(ctx context.Context, it *transfer.Item) error {
	var stored struct {
		ID        string       `db:"id"`
		Attempts  int          `db:"attempts"`
		CreatedAt sqldb.Micros `db:"created_at"`
	}
	suffix := `ON CONFLICT (repository_id, direction, task, resource, mark) WHERE outcome = 'REJECTED' AND state = 'OPEN'
		DO UPDATE SET attempts = item.attempts + 1, run_id = excluded.run_id, reason = excluded.reason, message = excluded.message,
		rule = excluded.rule, in_modified_on = excluded.in_modified_on, in_mci = excluded.in_mci, in_deleted = excluded.in_deleted,
		in_hash = excluded.in_hash, in_xml = excluded.in_xml, local_modified_on = excluded.local_modified_on,
		local_mci = excluded.local_mci, local_deleted = excluded.local_deleted, local_hash = excluded.local_hash,
		local_xml = excluded.local_xml, updated_at = excluded.updated_at
		RETURNING id, attempts, created_at`
	if err := t.q.Get(ctx, &stored, insertText("item", itemInserts, suffix, 1), itemArgs(it)...); err != nil {
		return fmt.Errorf("store reject of %s %s: %w", it.Key.Resource, it.Key.UID, err)
	}
	it.ID, it.Attempts, it.CreatedAt = stored.ID, stored.Attempts, stored.CreatedAt.Time()
	return nil
}

// CloseRejects is documented at engine.Tx.
func (t *tx) CloseRejects(ctx context.Context, repositoryID string, d transfer.Direction, keys []transfer.Key) error {
	var open bool
	err := t.q.Get(ctx, &open, `SELECT EXISTS (SELECT 1 FROM item
		WHERE repository_id = ? AND direction = ? AND outcome = 'REJECTED' AND state = 'OPEN')`, repositoryID, string(d))
	if err != nil {
		return fmt.Errorf("look for open rejects of %s: %w", repositoryID, err)
	}
	if !open {
		return nil
	}
	for _, g := range groups(keys) {
		cond, arg := inList(t.q.Dialect(), "mark", g.uids)
		_, err := t.q.Exec(ctx, "UPDATE item SET state = 'CLOSED', updated_at = ? WHERE repository_id = ? AND direction = ?"+
			" AND outcome = 'REJECTED' AND state = 'OPEN' AND resource = ? AND "+cond,
			sqldb.MicrosOf(t.now), repositoryID, string(d), g.resource, arg)
		if err != nil {
			return fmt.Errorf("close rejects of %d records of %s: %w", len(g.uids), g.resource, err)
		}
	}
	return nil
}
