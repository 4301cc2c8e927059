package storetest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
)

func TestResourcesCount(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		a, c := master(office, "a", "x"), master(office, "c", "x")
		c.Deleted = true
		b.apply(t, a, c, master(organ, "o", "x"))
		b.clock.advance(time.Hour)
		gone, back := changed(a, "gone"), changed(c, "back")
		gone.Deleted, back.Deleted = true, false
		b.apply(t, gone, back, master(office, "d", "x"), changed(back, "again"))
		list, err := b.Resources(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		same(t, "resources", list, []transfer.ResourceSummary{
			{Name: office, Records: 2, Deleted: 1, LastChange: 7, ChangedAt: start.Add(time.Hour)},
			{Name: organ, Records: 1, LastChange: 3, ChangedAt: start},
		})
		for resource, want := range map[string]bool{office: true, organ: true, email: false} {
			if known, turn, err := b.KnownResource(t.Context(), resource); known != want || turn != b.turn(t) || err != nil {
				t.Errorf("%s known = %v at turn %d, %v", resource, known, turn, err)
			}
		}
	})
}

func TestListRecords(t *testing.T) {
	tests := map[string]struct {
		filter transfer.RecordFilter
		want   string
	}{
		"live":              {transfer.RecordFilter{}, "f e d b a"},
		"with deleted":      {transfer.RecordFilter{WithDeleted: true}, "f e d c b a"},
		"text":              {transfer.RecordFilter{Query: "HOSPITAL"}, "d a"},
		"uid":               {transfer.RecordFilter{Query: "f"}, "f"},
		"percent is plain":  {transfer.RecordFilter{Query: "50%"}, "e"},
		"line is plain":     {transfer.RecordFilter{Query: "a_b"}, "f"},
		"escape is plain":   {transfer.RecordFilter{Query: "!"}, "b"},
		"not here":          {transfer.RecordFilter{Query: "x%y"}, ""},
		"origin":            {transfer.RecordFilter{Origin: "repo-b"}, "b"},
		"origin and text":   {transfer.RecordFilter{Origin: "repo-b", Query: "hospital"}, ""},
		"letters not ASCII": {transfer.RecordFilter{Query: "größe"}, "e"},
		"broken text":       {transfer.RecordFilter{Query: "\x00\xff"}, ""},
	}
	each(t, func(t *testing.T, b *bench) {
		content := map[string]string{"a": "Hospital", "b": "School!", "c": "hospital", "d": "old hospital", "e": "größe 50%", "f": "a_b"}
		for _, uid := range []string{"a", "b", "c", "d", "e", "f"} {
			r := master(office, uid, "x")
			r.Body, r.Deleted = []byte(content[uid]), uid == "c"
			if uid == "b" {
				r.Origin = "repo-b"
			}
			b.apply(t, r, master(organ, uid, "x"))
		}
		for name, test := range tests {
			test.filter.Resource = office
			for _, size := range []int{1, 2, 50} {
				if got := b.listRecords(t, test.filter, size); got != test.want {
					t.Errorf("%s by %d: %q, want %q", name, size, got, test.want)
				}
			}
		}
		for _, after := range [][]string{{"x"}, {"1", "2"}} {
			_, _, err := b.ListRecords(t.Context(), transfer.RecordFilter{Resource: office}, transfer.Page{Size: 1, After: after})
			if apierr.ReasonOf(err) != apierr.ReasonInvalidPageToken {
				t.Errorf("page after %v: %v", after, err)
			}
		}
	})
}

// listRecords reads all pages.
func (b *bench) listRecords(t *testing.T, f transfer.RecordFilter, size int) string {
	t.Helper()
	var all []transfer.Record
	page := transfer.Page{Size: size}
	for {
		records, next, err := b.ListRecords(t.Context(), f, page)
		if err != nil || len(records) > size {
			t.Fatalf("%d records, %v", len(records), err)
		}
		all = append(all, records...)
		if next == nil {
			return uids(all, func(r transfer.Record) string { return r.UID })
		}
		page.After = next
	}
}

func TestGetRecordWithComponents(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		records := chain("top", "mid", "leaf")
		records[2].Deleted = true
		b.apply(t, records...)
		h, err := b.GetRecord(t.Context(), records[0].Key)
		if err != nil || outline([]*transfer.Tree{&h.Tree}) != "top(mid(leaf!))" || len(h.Versions) != 0 {
			t.Errorf("%+v, %v", h, err)
		}
		if _, err := b.GetRecord(t.Context(), key(office, "nobody")); apierr.KindOf(err) != apierr.KindNotFound {
			t.Errorf("missing record: %v", err)
		}
	})
}

func TestChangesComeInPages(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		first := master(office, "0", "x")
		b.apply(t, first, master(organ, "o", "x"))
		for i := range 4 {
			b.apply(t, master(office, fmt.Sprint(i+1), "x"))
		}
		b.apply(t, changed(first, "again"), master(organ, "p", "x"))
		var seen []string
		for after, pages := int64(0), 0; pages < 10; pages++ {
			page, err := b.Changes(t.Context(), office, after, 2)
			if err != nil {
				t.Fatal(err)
			}
			seen = append(seen, uids(page.Records, func(r transfer.Record) string { return r.UID + ":" + string(r.Body[19:20]) }))
			after = page.Last
			if !page.More {
				if after != b.mustClock(t) {
					t.Errorf("the end is %d, the clock %d", after, b.mustClock(t))
				}
				break
			}
		}
		same(t, "feed", strings.Join(seen, " | "), "1:x 2:x | 3:x 4:x | 0:a")
		if page, err := b.Changes(t.Context(), office, 99, 2); err != nil || len(page.Records) != 0 || page.Last != 99 || page.More {
			t.Errorf("beyond the end: %+v, %v", page, err)
		}
	})
}

func TestAuditTravelsWithTheTransaction(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.write(t, func(tx engine.Tx) error {
			return tx.Audit(t.Context(), transfer.LogEntry{Mode: "pull", Transmission: "outgoing", Result: "success", Message: "zero \x00", Counts: transfer.Counts{Received: 1}})
		})
		var n int
		if err := b.db.Get(t.Context(), &n, "SELECT count(*) FROM audit_outbox"); err != nil || n != 1 {
			t.Errorf("%d entries, %v", n, err)
		}
	})
}
