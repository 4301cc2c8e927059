package sqlstore

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
)

var awaitedColumns = []string{"resource", "uid", "selection", "master_resource", "master_uid"}

// maxNotes bounds what is noted of one record: whoever asks may ask with a new filter each time. For those who get all of a resource there is
// always room.
const maxNotes = 32 * transfer.MaxAwaiting

// Await is documented at engine.Store. What is noted already has not come, or the note would be gone: such notes cost no
// transaction, however often a peer asks.
func (s *Store) Await(ctx context.Context, sel transfer.Selection, awaited []transfer.Awaited) error {
	part := digestOf(sel)
	noted, err := awaitedOf(ctx, s.db, targetsOf(awaited))
	if err != nil {
		return err
	}
	var more []transfer.Awaited
	for _, a := range awaited {
		masters := noted[a.Key].of(part, a.Master.Resource)
		room := len(masters) < transfer.MaxAwaiting && (sel.Everything() || len(noted[a.Key]) < maxNotes)
		if room && !slices.Contains(masters, a.Master) {
			more = append(more, a)
		}
	}
	if len(more) == 0 {
		return nil
	}
	return s.Write(ctx, nil, func(x engine.Tx) error { return x.(*tx).await(ctx, part, more) })
}

func targetsOf(awaited []transfer.Awaited) []transfer.Key {
	keys := make([]transfer.Key, len(awaited))
	for i := range awaited {
		keys[i] = awaited[i].Key
	}
	return keys
}

// waiting is a master that waits for a record, as a part of a selection of its resource.
type waiting struct {
	selection string
	master    transfer.Key
}

type waitings []waiting

// of are the masters of a selection of a resource.
func (w waitings) of(selection, resource string) (masters []transfer.Key) {
	for _, it := range w {
		if it.selection == selection && it.master.Resource == resource {
			masters = append(masters, it.master)
		}
	}
	return masters
}

// awaitedOf are those who wait, by what they wait for.
func awaitedOf(ctx context.Context, q sqldb.Querier, keys []transfer.Key) (map[transfer.Key]waitings, error) {
	found := map[transfer.Key]waitings{}
	for _, l := range lookups(q.Dialect(), strings.Join(awaitedColumns, ", "), "awaited", own, "", keys) {
		err := each(ctx, q, func(rows *sqlx.Rows) error {
			var k transfer.Key
			var w waiting
			err := rows.Scan(&k.Resource, &k.UID, &w.selection, &w.master.Resource, &w.master.UID)
			found[k] = append(found[k], w)
			return err
		}, l.text, l.args...)
		if err != nil {
			return nil, fmt.Errorf("read who awaits %d records: %w", len(keys), err)
		}
	}
	return found, nil
}

// await notes what is not here. What has come since somebody looked for it raises its masters at once.
func (t *tx) await(ctx context.Context, selection string, awaited []transfer.Awaited) error {
	here := map[transfer.Key]bool{}
	err := eachOf(ctx, t.q, targetsOf(awaited), "resource, uid, deleted", func(rows *sqlx.Rows) error {
		var k transfer.Key
		var deleted bool
		err := rows.Scan(&k.Resource, &k.UID, &deleted)
		here[k] = !deleted
		return err
	})
	if err != nil {
		return err
	}
	var come []raised
	var rows [][]any
	seen := map[transfer.Key]bool{}
	for _, a := range awaited {
		switch {
		case !here[a.Key]:
			rows = append(rows, []any{a.Resource, a.UID, selection, a.Master.Resource, a.Master.UID})
		case !seen[a.Master]:
			seen[a.Master] = true
			come = append(come, raised{a.Master, t.next()})
		}
	}
	if err := insert(ctx, t.q, "awaited", awaitedColumns, "ON CONFLICT DO NOTHING", rows); err != nil {
		return err
	}
	t.awaitsAnew = t.awaitsAnew || len(rows) > 0
	if err := t.noteRaised(ctx, "", come); err != nil {
		return err
	}
	return t.storeRaised(ctx, come)
}

// arrived gives new numbers to the masters that wait for one of the changes, unless they are among them themselves.
func (t *tx) arrived(ctx context.Context, changes []*transfer.Record) (outside []raised, err error) {
	if !t.awaits {
		return nil, nil
	}
	var keys []transfer.Key
	among, origin := make(map[transfer.Key]bool, len(changes)), make(map[transfer.Key]string, len(changes))
	for _, c := range changes {
		among[c.Key], origin[c.Key] = true, c.Origin
		if !c.Deleted {
			keys = append(keys, c.Key)
		}
	}
	found, err := awaitedOf(ctx, t.q, keys)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	var come []transfer.Key // in their order, as the numbers are
	brought := map[string][]raised{}
	for _, k := range keys {
		for _, w := range found[k] {
			come = append(come, k)
			if !among[w.master] {
				among[w.master] = true
				outside = append(outside, raised{w.master, t.next()})
				brought[origin[k]] = append(brought[origin[k]], outside[len(outside)-1])
			}
		}
	}
	for repositoryID, masters := range brought {
		if err := t.noteRaised(ctx, repositoryID, masters); err != nil {
			return nil, err
		}
	}
	for _, g := range groups(come) {
		cond, list := inList(t.q.Dialect(), "uid", g.uids)
		if _, err := t.q.Exec(ctx, "DELETE FROM awaited WHERE resource = ? AND "+cond, g.resource, list); err != nil {
			return nil, fmt.Errorf("forget who awaits %d %s: %w", len(g.uids), g.resource, err)
		}
	}
	t.awaitsAnew = true
	return outside, nil
}
