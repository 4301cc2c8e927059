package engine

import (
	"context"
	"fmt"
	"slices"

	"github.com/edensync/edensync/s3xml"
	"github.com/edensync/edensync/services/transfer"
)

// level is the masters of a group, or what the level above refers to.
type level struct {
	trees   []*transfer.Tree
	targets *targets // of the trees
}

// await notes which masters of the group lead to records that are not here, and so not in the document. It is noted before the peer may
// believe that it has everything: when one of them comes, those masters are sent again, and it with them.
func (w *writer) await(ctx context.Context) error {
	var awaited []transfer.Awaited
	leads := map[transfer.Key][]transfer.Key{} // records that are not here, by what leads to them
	for depth := len(w.group) - 1; depth >= 0; depth-- {
		l := w.group[depth]
		for _, k := range l.targets.missing {
			if !transfer.KeptOut(k.Resource, w.site.Exposed) {
				leads[k] = []transfer.Key{k}
			}
		}
		if len(leads) == 0 {
			continue
		}
		for _, t := range l.trees {
			missing, err := l.missing(t, leads)
			switch {
			case err != nil:
				return err
			case depth > 0 && len(missing) > 0:
				leads[t.Key] = append(leads[t.Key], missing...)
			case depth == 0:
				awaited = append(awaited, awaitedBy(t.Key, missing)...)
			}
		}
	}
	if len(awaited) == 0 {
		return nil
	}
	return w.store.Await(ctx, awaited)
}

// missing are the records that are not here and that a tree leads to.
func (l level) missing(t *transfer.Tree, leads map[transfer.Key][]transfer.Key) (missing []transfer.Key, err error) {
	var named []s3xml.Target
	for _, r := range flatten(t) {
		if named, err = s3xml.AppendTargets(named[:0], r.Body); err != nil {
			return nil, fmt.Errorf("references of %s %s: %w", r.Resource, r.UID, err)
		}
		for _, target := range named {
			k := transfer.Key(target)
			k.UID = l.targets.final(k)
			missing = append(missing, leads[k]...)
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

func awaitedBy(master transfer.Key, missing []transfer.Key) []transfer.Awaited {
	awaited := make([]transfer.Awaited, len(missing))
	for i, k := range missing {
		awaited[i] = transfer.Awaited{Key: k, Master: master}
	}
	return awaited
}
