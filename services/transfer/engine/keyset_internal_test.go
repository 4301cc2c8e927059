package engine

import (
	"fmt"
	"testing"

	"github.com/edensync/edensync/services/transfer"
)

// A full set says yes where that costs a record too many, and no where a yes would cost a record.
func TestFullKeySet(t *testing.T) {
	t.Parallel()
	s := newKeySet(10)
	key := func(i int) transfer.Key { return transfer.Key{Resource: "org_office", UID: fmt.Sprint(i)} }
	for i := range 20 {
		if !s.add(key(i)) {
			t.Errorf("%d was not new", i)
		}
	}
	for i := range 30 {
		if s.holds(key(i)) != (i < 10) || !s.has(key(i)) {
			t.Errorf("%d: holds %v, has %v", i, s.holds(key(i)), s.has(key(i)))
		}
	}
	if s.add(key(3)) || !s.add(key(15)) {
		t.Error("what was remembered is known, what was not is new")
	}
}

func TestRecentSetForgetsTheOldest(t *testing.T) {
	t.Parallel()
	s := newRecentSet(10)
	key := func(i int) transfer.Key { return transfer.Key{Resource: "org_office", UID: fmt.Sprint(i)} }
	for i := range 35 {
		s.add(key(i))
		s.add(key(0)) // what is met again stays
	}
	known := 0
	for i := range 40 {
		if s.holds(key(i)) {
			known++
		}
		if i >= 26 && s.holds(key(i)) != (i < 35) {
			t.Errorf("%d: %v", i, s.holds(key(i)))
		}
	}
	if !s.holds(key(0)) || known < 10 || known > 20 {
		t.Errorf("%d are known, the first one: %v", known, s.holds(key(0)))
	}
}
