package sqlstore

import (
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
)

var awaitedColumns = []string{"resource", "uid", "master_resource", "master_uid"}

// Await is documented at engine.Store. What is noted already has not come, or the note would be gone: such notes cost no
// transaction, however often a peer asks.
func (s *Store) Await(ctx context.Context, awaited []transfer.Awaited) error {
	noted, err := awaitedOf(ctx, s.db, targetsOf(awaited))
	if err != nil {
		return err
	}
	awaited = slices.DeleteFunc(slices.Clone(awaited), func(a transfer.Awaited) bool { return slices.Contains(noted[a.Key], a.Master) })
	if len(awaited) == 0 {
		return nil
	}
	return s.Write(ctx, nil, func(x engine.Tx) error { return x.(*tx).await(ctx, awaited) })
}

func targetsOf(awaited []transfer.Awaited) []transfer.Key {
	keys := make([]transfer.Key, len(awaited))
	for i := range awaited {
		keys[i] = awaited[i].Key
	}
	return keys
}

// awaitedOf are the masters by the records that they wait for.
func awaitedOf(ctx context.Context, q sqldb.Querier, keys []transfer.Key) (map[transfer.Key][]transfer.Key, error) {
	masters := map[transfer.Key][]transfer.Key{}
	for _, l := range lookups(q.Dialect(), "resource, uid, master_resource, master_uid", "awaited", own, "", keys) {
		err := each(ctx, q, func(rows *sqlx.Rows) error {
			var k, master transfer.Key
			err := rows.Scan(&k.Resource, &k.UID, &master.Resource, &master.UID)
			masters[k] = append(masters[k], master)
			return err
		}, l.text, l.args...)
		if err != nil {
			return nil, fmt.Errorf("read who awaits %d records: %w", len(keys), err)
		}
	}
	return masters, nil
}

// await notes what is not here. What has come since somebody looked for it raises its masters at once.
func (t *tx) await(ctx context.Context, awaited []transfer.Awaited) error {
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
	for _, a := range awaited {
		if here[a.Key] {
			come = append(come, raised{a.Master, t.next()})
		} else {
			rows = append(rows, []any{a.Resource, a.UID, a.Master.Resource, a.Master.UID})
		}
	}
	if err := insert(ctx, t.q, "awaited", awaitedColumns, "ON CONFLICT DO NOTHING", rows); err != nil {
		return err
	}
	t.other = t.other || len(rows) > 0
	return t.storeRaised(ctx, come)
}

// arrived gives new numbers to the masters that wait for one of the changes, unless they are among them themselves.
func (t *tx) arrived(ctx context.Context, changes []*transfer.Record) (outside []raised, err error) {
	if !t.awaits {
		return nil, nil
	}
	var keys []transfer.Key
	among := make(map[transfer.Key]bool, len(changes))
	for _, c := range changes {
		among[c.Key] = true
		if !c.Deleted {
			keys = append(keys, c.Key)
		}
	}
	masters, err := awaitedOf(ctx, t.q, keys)
	if err != nil || len(masters) == 0 {
		return nil, err
	}
	var come []transfer.Key
	for _, k := range keys {
		for _, master := range masters[k] {
			come = append(come, k)
			if !among[master] {
				among[master] = true
				outside = append(outside, raised{master, t.next()})
			}
		}
	}
	for _, g := range groups(come) {
		cond, list := inList(t.q.Dialect(), "uid", g.uids)
		if _, err := t.q.Exec(ctx, "DELETE FROM awaited WHERE resource = ? AND "+cond, g.resource, list); err != nil {
			return nil, fmt.Errorf("forget who awaits %d %s: %w", len(g.uids), g.resource, err)
		}
	}
	t.other = true
	return outside, nil
}
