package engine_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
)

// slowly is a remote whose records come one by one over a slow line, which breaks before the last ones.
type slowly struct {
	large
	scripted
}

func (s *slowly) Pull(context.Context, transfer.Repository, engine.PullRequest) (*engine.PullAnswer, error) {
	return &engine.PullAnswer{Body: io.NopCloser(&s.large), Bytes: func() int64 { return 0 }}, nil
}

func TestWhatComesSlowlyIsKeptAndSeen(t *testing.T) {
	t.Parallel()
	a := pullsFrom(t, "sqlite", newer)
	const records = 100
	line := &slowly{large: large{records: records, look: map[int]func(){}}}
	for i := range records {
		line.look[i] = func() { a.passed.Add(int64(200 * time.Millisecond)) }
	}
	line.look[records-20] = func() {
		line.records = 0 // the line breaks
	}
	a.remote = line
	run := a.sync("eden", transfer.Failed)
	if kept := run.Totals().Created; kept < records-20-10 || kept > records-20 {
		t.Errorf("%d of the %d records that came are kept", kept, records-20)
	}
}

func TestPartsTellHowMuchIsToBeExpected(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := newSite(t, database, "a")
		a.repo("eden", transfer.ModeBoth, newer)
		for i := range 3 {
			a.edit(fmt.Sprint("mine", i), "Mine")
		}
		remote := &scripted{docs: []string{strings.Replace(document(org("u", "One", early), org("v", "Two", early)), `results="1"`, `results="2"`, 1)}}
		a.remote = remote
		parts := a.sync("eden", transfer.Done).Parts
		for _, p := range parts {
			want := map[transfer.Direction]int64{transfer.Pull: 2, transfer.Push: 3}[p.Direction]
			if p.Expected != want || p.Handled != want {
				t.Errorf("%s: %d of %d, want %d", p.Direction, p.Handled, p.Expected, want)
			}
		}
		if len(parts) != 2 {
			t.Errorf("%d parts", len(parts))
		}
	})
}
