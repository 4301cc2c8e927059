package storetest

import (
	"fmt"
	"sync"
	"testing"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/audit"
)

func sinceFollows(t *testing.T, s audit.Store) {
	t.Helper()
	start, err := s.Sequence(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	lastIs(t, s, audit.Beginning)
	// The order is that of writing, not of time.
	write(t, s, Entry(5), Entry(3))
	write(t, s, Entry(4, func(e *audit.Entry) { e.RepositoryID = "r" }))
	lastIs(t, s, ID(4))
	steps := []struct {
		filter audit.Filter
		limit  int
		want   []int
	}{{audit.Filter{}, 2, []int{5, 3}}, {audit.Filter{}, 2, []int{4}}, {audit.Filter{}, 2, []int{}}}
	after := start
	for i, step := range steps {
		entries, next, err := s.Since(t.Context(), step.filter, after, step.limit)
		if err != nil {
			t.Fatal(err)
		}
		same(t, fmt.Sprintf("step %d", i), step.want, numbers(entries))
		after = next
	}
	entries, next, err := s.Since(t.Context(), audit.Filter{RepositoryID: "nobody"}, start, 10)
	if err != nil || len(entries) != 0 || next != after {
		t.Errorf("nothing for the filter: %v up to %d (want %d), %v", entries, next, after, err)
	}
	seq, err := s.Sequence(t.Context(), ID(3))
	if err != nil {
		t.Fatal(err)
	}
	entries, _, err = s.Since(t.Context(), audit.Filter{}, seq, 10)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "after an entry", []int{4}, numbers(entries))
	if _, err := s.Sequence(t.Context(), ID(99)); apierr.KindOf(err) != apierr.KindNotFound {
		t.Errorf("unknown entry: %v", err)
	}
}

// lastIs checks which entry was stored last, and that its number is the highest.
func lastIs(t *testing.T, s audit.Store, want string) {
	t.Helper()
	id, err := s.Last(t.Context())
	if err != nil || id != want {
		t.Errorf("last is %s, %v, want %s", id, err, want)
	}
	seq, err := s.Sequence(t.Context(), id)
	highest, err2 := s.Sequence(t.Context(), "")
	if err != nil || err2 != nil || seq != highest {
		t.Errorf("%s has number %d, %v, want %d, %v", id, seq, err, highest, err2)
	}
}

// sinceMissesNothing has several writers at work while a reader follows.
func sinceMissesNothing(t *testing.T, s audit.Store) {
	t.Helper()
	const writers, batches, each = 4, 10, 3
	var group sync.WaitGroup
	for w := range writers {
		group.Go(func() {
			for b := range batches {
				var batch []audit.Entry
				for i := range each {
					batch = append(batch, Entry(w*1000+b*10+i))
				}
				if _, err := s.Write(t.Context(), batch); err != nil {
					t.Error(err)
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { group.Wait(); close(done) }()
	seen := map[int]bool{}
	var after int64
	for finished := false; ; {
		entries, next, err := s.Since(t.Context(), audit.Filter{}, after, 1+int(after%5))
		if err != nil {
			t.Error(err)
			break
		}
		for _, n := range numbers(entries) {
			if seen[n] {
				t.Errorf("entry %d came twice", n)
			}
			seen[n] = true
		}
		after = next
		if len(entries) == 0 && finished {
			break
		}
		select {
		case <-done:
			finished = true
		default:
		}
	}
	<-done
	if len(seen) != writers*batches*each {
		t.Errorf("%d entries were seen, %d written", len(seen), writers*batches*each)
	}
}
