package engine

import (
	"fmt"
	"testing"

	"github.com/edensync/edensync/services/transfer"
)

// What came is never taken for new; what did not come nearly always is.
func TestKeyFilter(t *testing.T) {
	t.Parallel()
	const many = 200_000
	f := newKeyFilter()
	key := func(i int) transfer.Key { return transfer.Key{Resource: "org_office", UID: fmt.Sprint(i)} }
	for i := range many {
		f.add(key(i))
	}
	mistaken := 0
	for i := range many {
		if !f.mayHold(key(i)) {
			t.Fatalf("%d came and counts as new", i)
		}
		if f.mayHold(key(many + i)) {
			mistaken++
		}
	}
	if mistaken > many/200 {
		t.Errorf("%d of %d that did not come count as known", mistaken, many)
	}
}
