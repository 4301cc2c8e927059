package engine

import (
	"context"
	"fmt"
	"slices"

	"github.com/edensync/edensync/s3xml"
	"github.com/edensync/edensync/services/transfer"
)

// level is the masters of a group, or what the level above refers to, as it is written.
type level struct {
	trees   []*transfer.Tree
	missing []transfer.Key // of what they refer to
}

// maxAwaited bounds what a document remembers of its notes; what it forgets is noted already.
const maxAwaited = 1 << 14

// await notes which masters of the group lead to records that are not here, and so not in the document. It is noted before the peer may
// believe that it has everything: when one of them comes, those masters are sent again, and it with them.
func (w *writer) await(ctx context.Context) error {
	awaited, err := w.waiting()
	if err != nil || len(awaited) == 0 {
		return err
	}
	return w.store.Await(ctx, w.part, awaited)
}

// waiting are the first masters of the document that lead to what is not here.
func (w *writer) waiting() (awaited []transfer.Awaited, err error) {
	leads := map[transfer.Key][]transfer.Key{} // records that are not here, by what leads to them
	for depth := len(w.group) - 1; depth >= 0; depth-- {
		l := w.group[depth]
		for _, k := range l.missing {
			if w.awaited[k] < transfer.MaxAwaiting && !transfer.KeptOut(k.Resource, w.site.Exposed) {
				leads[k] = []transfer.Key{k}
			}
		}
		if len(leads) == 0 {
			continue
		}
		for _, t := range l.trees {
			missing, err := leadsTo(t, leads)
			switch {
			case err != nil:
				return nil, err
			case depth > 0 && len(missing) > 0:
				leads[t.Key] = append(leads[t.Key], missing...)
			case depth == 0:
				awaited = w.note(awaited, t.Key, missing)
			}
		}
	}
	return awaited, nil
}

// leadsTo are the records that are not here and that a tree leads to.
func leadsTo(t *transfer.Tree, leads map[transfer.Key][]transfer.Key) (missing []transfer.Key, err error) {
	var named []s3xml.Target
	for _, r := range flatten(t) {
		if named, err = s3xml.AppendTargets(named[:0], r.Body); err != nil {
			return nil, fmt.Errorf("references of %s %s: %w", r.Resource, r.UID, err)
		}
		for _, target := range named {
			missing = append(missing, leads[transfer.Key(target)]...)
		}
	}
	return distinct(missing), nil
}

// without are the keys of which there are no records.
func without(keys []transfer.Key, records []*transfer.Record) []transfer.Key {
	found := make(map[transfer.Key]bool, len(records))
	for _, r := range records {
		found[r.Key] = true
	}
	return slices.DeleteFunc(keys, func(k transfer.Key) bool { return found[k] })
}

// note adds a master that waits for records, unless enough others do.
func (w *writer) note(awaited []transfer.Awaited, master transfer.Key, missing []transfer.Key) []transfer.Awaited {
	if len(w.awaited) > maxAwaited {
		clear(w.awaited)
	}
	for _, k := range missing {
		if w.awaited[k]++; w.awaited[k] <= transfer.MaxAwaiting {
			awaited = append(awaited, transfer.Awaited{Key: k, Master: master})
		}
	}
	return awaited
}
