// Package storetest is the suite that every audit.Store must pass.
package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/audit"
)

// Noon is the time that the suite's entries lie around.
var Noon = time.Date(2026, 11, 23, 12, 0, 0, 123456000, time.UTC)

// Run runs the suite; open makes an empty store for one test.
func Run(t *testing.T, open func(t *testing.T) audit.Store) {
	t.Helper()
	for name, test := range map[string]func(t *testing.T, s audit.Store){
		"EveryFieldComesBack":         everyFieldComesBack,
		"WritingTwiceIsHarmless":      writingTwice,
		"AUD013_Filters":              filters,
		"AUD013_NewestFirst":          newestFirst,
		"PagesAreStable":              pagesAreStable,
		"Neighbours":                  neighbours,
		"SinceFollowsTheLog":          sinceFollows,
		"SinceMissesNothing":          sinceMissesNothing,
		"AUD019_PurgeOneRepository":   purgeOne,
		"PurgeTwiceIsHarmless":        purgeTwice,
		"AUD020_Expire":               expire,
		"SearchTakesCharactersAsText": searchLiteral,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

// ID is the n-th of the suite's ids; greater n, greater id.
func ID(n int) string { return fmt.Sprintf("0193f000-0000-7000-8000-%012x", n) }

// Entry is the n-th of the suite's entries: n seconds after noon.
func Entry(n int, change ...func(e *audit.Entry)) audit.Entry {
	e := audit.Entry{ID: ID(n), Time: Noon.Add(time.Duration(n) * time.Second), Message: fmt.Sprintf("entry %d", n)}.Normalize()
	for _, c := range change {
		c(&e)
	}
	return e
}

func write(t *testing.T, s audit.Store, entries ...audit.Entry) {
	t.Helper()
	if written, err := s.Write(t.Context(), entries); err != nil || written != len(entries) {
		t.Fatalf("wrote %d of %d entries, %v", written, len(entries), err)
	}
}

// list reads everything that the filter selects, as numbers.
func list(t *testing.T, s audit.Store, filter audit.Filter) []int {
	t.Helper()
	entries, err := s.List(t.Context(), filter, nil, 100000)
	if err != nil {
		t.Fatal(err)
	}
	return numbers(entries)
}

func numbers(entries []audit.Entry) []int {
	out := []int{}
	for _, e := range entries {
		var n int
		if _, err := fmt.Sscanf(e.ID[len(e.ID)-12:], "%x", &n); err != nil {
			n = -1
		}
		out = append(out, n)
	}
	return out
}

func same(t *testing.T, what string, want, got []int) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got)\n%s", what, diff)
	}
}

func everyFieldComesBack(t *testing.T, s audit.Store) {
	t.Helper()
	took := 1500 * time.Microsecond
	full := audit.Entry{
		ID: ID(1), Time: Noon, RepositoryID: "r1", RepositoryName: "Näme", ResourceName: "org_office", Mode: audit.ModePull,
		Transmission: audit.TransmissionOutgoing, Action: "import", Result: audit.ResultWarning, RemoteError: true,
		Message: "Über <3 \n'\"\\", Reason: string(apierr.ReasonRecordsRejected), RunID: "run", Counts: &audit.Counts{
			Received: 1, Created: 2, Updated: 3, Deleted: 4, Unchanged: 5, Skipped: 6, Conflict: 7, Rejected: 8, Sent: 9, Accepted: 10,
		},
		Duration: &took, Bytes: 1 << 40, Actor: "Zoë", Service: "transfer", Original: map[string]string{"mode": "x"},
	}
	zero := time.Duration(0)
	plain := Entry(2, func(e *audit.Entry) { e.Duration, e.Counts = &zero, &audit.Counts{} })
	bare := Entry(3)
	write(t, s, full, plain, bare)
	for _, want := range []audit.Entry{full, plain, bare} {
		got, err := s.Get(t.Context(), want.ID, audit.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got.Entry); diff != "" {
			t.Errorf("(-written +read)\n%s", diff)
		}
	}
}

func writingTwice(t *testing.T, s audit.Store) {
	t.Helper()
	write(t, s, Entry(1))
	changed := Entry(1, func(e *audit.Entry) { e.Message = "changed" })
	written, err := s.Write(t.Context(), []audit.Entry{changed, Entry(2), Entry(2)})
	if err != nil || written != 1 {
		t.Errorf("%d written, %v; want 1", written, err)
	}
	same(t, "all", []int{2, 1}, list(t, s, audit.Filter{}))
	if got, err := s.Get(t.Context(), ID(1), audit.Filter{}); err != nil || got.Message != "entry 1" {
		t.Errorf("the first entry is %q now, %v", got.Message, err)
	}
}

func filters(t *testing.T, s audit.Store) {
	t.Helper()
	yes, no := true, false
	write(
		t, s,
		Entry(1, func(e *audit.Entry) { e.RepositoryID, e.Mode, e.Action = "r1", audit.ModePull, "fetch" }),
		Entry(2, func(e *audit.Entry) { e.RepositoryID, e.ResourceName, e.Result = "r2", "org_office", audit.ResultError }),
		Entry(3, func(e *audit.Entry) {
			e.Transmission, e.Result, e.RemoteError = audit.TransmissionIncoming, audit.ResultFatal, true
		}),
		Entry(4, func(e *audit.Entry) { e.RunID, e.Message, e.Result = "run", "ÄRGER im Büro", audit.ResultWarning }),
	)
	at := func(n int) time.Time { return Entry(n).Time }
	for name, test := range map[string]struct {
		filter audit.Filter
		want   []int
	}{
		"all":          {audit.Filter{}, []int{4, 3, 2, 1}},
		"repository":   {audit.Filter{RepositoryID: "r1"}, []int{1}},
		"unknown":      {audit.Filter{RepositoryID: "r3"}, []int{}},
		"resource":     {audit.Filter{ResourceName: "org_office"}, []int{2}},
		"mode":         {audit.Filter{Mode: audit.ModePull}, []int{1}},
		"transmission": {audit.Filter{Transmission: audit.TransmissionIncoming}, []int{3}},
		"action":       {audit.Filter{Action: "fetch"}, []int{1}},
		"trouble":      {audit.Filter{Results: []audit.Result{audit.ResultError, audit.ResultFatal}}, []int{3, 2}},
		"success":      {audit.Filter{Results: []audit.Result{audit.ResultSuccess, audit.ResultWarning}}, []int{4, 1}},
		"remote":       {audit.Filter{RemoteError: &yes}, []int{3}},
		"local":        {audit.Filter{RemoteError: &no}, []int{4, 2, 1}},
		"from":         {audit.Filter{Start: at(3)}, []int{4, 3}},
		"to":           {audit.Filter{End: at(3)}, []int{2, 1}},
		"between":      {audit.Filter{Start: at(2), End: at(3)}, []int{2}},
		"run":          {audit.Filter{RunID: "run"}, []int{4}},
		"query":        {audit.Filter{Query: "ärger IM bü"}, []int{4}},
		"query plain":  {audit.Filter{Query: "ENTRY"}, []int{3, 2, 1}},
		"together":     {audit.Filter{Query: "entry", Results: []audit.Result{audit.ResultError}, RepositoryID: "r2", End: at(4)}, []int{2}},
	} {
		same(t, name, test.want, list(t, s, test.filter))
	}
}

func newestFirst(t *testing.T, s audit.Store) {
	t.Helper()
	// Written out of order, and with equal times: then the id decides.
	equal := func(e *audit.Entry) { e.Time = Noon.Add(time.Hour) }
	write(t, s, Entry(2), Entry(7, equal), Entry(1), Entry(9, equal), Entry(3))
	same(t, "order", []int{9, 7, 3, 2, 1}, list(t, s, audit.Filter{}))
}

func pagesAreStable(t *testing.T, s audit.Store) {
	t.Helper()
	var all []audit.Entry
	var want []int
	for n := range 57 {
		all = append(all, Entry(n, func(e *audit.Entry) { e.Time = Noon.Add(time.Duration(n/5) * time.Second) }))
		want = append([]int{n}, want...)
	}
	write(t, s, all...)
	got := []int{}
	var behind *audit.Position
	for page := 0; ; page++ {
		entries, err := s.List(t.Context(), audit.Filter{}, behind, 10)
		if err != nil {
			t.Fatal(err)
		}
		if len(entries) == 0 {
			break
		}
		got = append(got, numbers(entries)...)
		last := entries[len(entries)-1].Position()
		behind = &last
		// What comes meanwhile is newer and does not shift the pages.
		write(t, s, Entry(1000+page))
	}
	same(t, "pages", want, got)
}

func neighbours(t *testing.T, s audit.Store) {
	t.Helper()
	of := func(id string, result audit.Result) func(e *audit.Entry) {
		return func(e *audit.Entry) { e.RepositoryID, e.Result = id, result }
	}
	write(t, s, Entry(1, of("a", audit.ResultError)), Entry(2, of("b", audit.ResultError)), Entry(3, of("a", audit.ResultSuccess)),
		Entry(4, of("b", audit.ResultFatal)))
	trouble := []audit.Result{audit.ResultError, audit.ResultFatal}
	for name, test := range map[string]struct {
		id             string
		filter         audit.Filter
		previous, next string
	}{
		"in the middle":                  {ID(2), audit.Filter{}, ID(3), ID(1)},
		"newest":                         {ID(4), audit.Filter{}, "", ID(3)},
		"oldest":                         {ID(1), audit.Filter{}, ID(2), ""},
		"of one repository":              {ID(3), audit.Filter{RepositoryID: "a"}, "", ID(1)},
		"of the other":                   {ID(2), audit.Filter{RepositoryID: "b"}, ID(4), ""},
		"of results":                     {ID(2), audit.Filter{Results: trouble}, ID(4), ID(1)},
		"of an entry that is left out":   {ID(3), audit.Filter{Results: trouble}, ID(4), ID(2)},
		"within a period":                {ID(2), audit.Filter{Start: Entry(2).Time, End: Entry(3).Time}, "", ""},
		"of repository, result and text": {ID(4), audit.Filter{RepositoryID: "b", Results: trouble, Query: "entry 2"}, "", ID(2)},
	} {
		got, err := s.Get(t.Context(), test.id, test.filter)
		if err != nil || got.PreviousID != test.previous || got.NextID != test.next {
			t.Errorf("%s: previous %q, next %q, %v", name, got.PreviousID, got.NextID, err)
		}
	}
	if _, err := s.Get(t.Context(), ID(99), audit.Filter{}); apierr.KindOf(err) != apierr.KindNotFound {
		t.Errorf("unknown entry: %v", err)
	}
}

func record(n int) audit.Entry {
	return audit.Entry{ID: ID(n), Time: Noon.Add(time.Hour), Actor: "ada", Service: "audit"}
}

func purgeOne(t *testing.T, s audit.Store) {
	t.Helper()
	of := func(id string) func(e *audit.Entry) {
		return func(e *audit.Entry) { e.RepositoryID, e.RepositoryName = id, "Name of "+id }
	}
	write(t, s, Entry(1, of("a")), Entry(2, of("b")), Entry(3, of("a")), Entry(4, of("a")))
	purged, err := s.Purge(t.Context(), audit.Purge{Before: Entry(4).Time, RepositoryID: "a", Record: record(100)})
	if err != nil || purged != 2 {
		t.Fatalf("%d purged, %v", purged, err)
	}
	same(t, "what is left", []int{100, 4, 2}, list(t, s, audit.Filter{}))
	got, err := s.Get(t.Context(), ID(100), audit.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	if got.RepositoryID != "a" || got.RepositoryName != "Name of a" || got.Action != "purge" || got.Actor != "ada" || !strings.Contains(got.Message, "(2 entries)") {
		t.Errorf("recorded as %+v", got.Entry)
	}
	if purged, err = s.Purge(t.Context(), audit.Purge{Before: Noon.AddDate(1, 0, 0), Record: record(101)}); err != nil || purged != 3 {
		t.Errorf("of all repositories: %d, %v", purged, err)
	}
	same(t, "what is left", []int{101}, list(t, s, audit.Filter{}))
}

func purgeTwice(t *testing.T, s audit.Store) {
	t.Helper()
	write(t, s, Entry(1), Entry(2))
	purge := audit.Purge{Before: Entry(2).Time, RequestID: "q", Record: record(100)}
	for i := range 2 {
		purge.Record.ID = ID(100 + i)
		if purged, err := s.Purge(t.Context(), purge); err != nil || purged != 1 {
			t.Errorf("time %d: %d purged, %v", i+1, purged, err)
		}
		write(t, s, Entry(10+i))
	}
	same(t, "after the same request twice", []int{100, 11, 10, 2}, list(t, s, audit.Filter{}))
	purge.RepositoryID = "other"
	if _, err := s.Purge(t.Context(), purge); apierr.ReasonOf(err) != apierr.ReasonIdempotencyReused {
		t.Errorf("the id with another request: %v", err)
	}
}

func expire(t *testing.T, s audit.Store) {
	t.Helper()
	write(t, s, Entry(1), Entry(2), Entry(3), Entry(4))
	var removed []int64
	for range 3 {
		n, err := s.Expire(t.Context(), Entry(4).Time, 2)
		if err != nil {
			t.Fatal(err)
		}
		removed = append(removed, n)
	}
	if !slices.Equal(removed, []int64{2, 1, 0}) {
		t.Errorf("removed %v", removed)
	}
	same(t, "what is left", []int{4}, list(t, s, audit.Filter{}))
}

func searchLiteral(t *testing.T, s audit.Store) {
	t.Helper()
	message := func(text string) func(e *audit.Entry) { return func(e *audit.Entry) { e.Message = text } }
	write(t, s, Entry(1, message("100% done")), Entry(2, message("1000 done")), Entry(3, message(`a\b_c`)), Entry(4, message("a\\bXc' OR 1=1")))
	for query, want := range map[string][]int{"100%": {1}, `\b_`: {3}, "' or 1=1": {4}, "%": {1}, "done": {2, 1}} {
		same(t, query, want, list(t, s, audit.Filter{Query: query}))
	}
}
