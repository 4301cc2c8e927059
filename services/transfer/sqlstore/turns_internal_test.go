package sqlstore

import (
	"fmt"
	"testing"

	"github.com/edensync/edensync/services/transfer"
)

const size = 1000 // records of a turn

func numbered(turn int) []transfer.Key {
	keys := make([]transfer.Key, size)
	for i := range keys {
		keys[i] = transfer.Key{Resource: "org_office", UID: fmt.Sprint(turn, " ", i)}
	}
	return keys
}

// The memory is bounded: what is long ago counts as written, be it that much was written since or that many wrote nothing.
func TestTurnsAreForgotten(t *testing.T) {
	t.Parallel()
	const last = 24
	turns := newTurns()
	for turn := 1; turn <= last; turn++ {
		turns.note(int64(turn), int64(turn-1), numbered(turn))
	}
	another := transfer.Key{Resource: "org_office", UID: "another"}
	for name, c := range map[string]struct {
		turn           int64
		key            transfer.Key
		known, written bool
	}{
		"long ago":               {1, another, false, true},
		"lately":                 {last - 6, another, true, false},
		"written before":         {last - 6, numbered(last - 6)[7], true, false},
		"written since":          {last - 6, numbered(last - 5)[7], true, true},
		"written by the last":    {last - 1, numbered(last)[7], true, true},
		"looked after the last":  {last, numbered(last)[7], true, false},
		"of another time or row": {last + 7, another, false, true},
	} {
		if known, written := turns.since(c.turn, last, []transfer.Key{another, c.key}); known != c.known || written != c.written {
			t.Errorf("%s: known %v, written %v", name, known, written)
		}
	}
	const idle = 3 * maxRemembered
	for turn := int64(last + 1); turn <= idle; turn++ {
		turns.note(turn, turn-1, nil)
	}
	if known, written := turns.since(last, idle, nil); known || !written {
		t.Errorf("behind many that wrote nothing: known %v, written %v", known, written)
	}
	if n := len(turns.recent.turns) + len(turns.recent.keys) + len(turns.before.turns) + len(turns.before.keys); n > 2*maxRemembered+2 {
		t.Errorf("remembers %d things", n)
	}
}
