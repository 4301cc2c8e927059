package s3xml_test

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/edensync/edensync/s3xml"
)

// bookmarks are what the decoder knew at each record and at the end.
func bookmarks(t *testing.T, in io.Reader) (known []string) {
	t.Helper()
	d := s3xml.NewDecoder(in, s3xml.Limits{})
	for {
		var r s3xml.Record
		err := d.Next(&r)
		known = append(known, r.UUID+"="+d.Bookmark())
		if errors.Is(err, io.EOF) {
			return known
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestBookmarks(t *testing.T) {
	t.Parallel()
	record := func(uuid, inside string) string {
		return `<resource name="org_organisation" uuid="` + uuid + `"><data field="name">a` + inside + `b</data></resource>`
	}
	mark := func(text string) string { return string(s3xml.AppendBookmark(nil, text)) }
	for name, c := range map[string]struct {
		content string
		known   []string
	}{
		"none":                   {record("1", ""), []string{"1=", "="}},
		"between records":        {record("1", "") + mark("x") + record("2", "") + record("3", ""), []string{"1=", "2=x", "3=x", "=x"}},
		"in front and at end":    {mark("x") + record("1", "") + mark("y"), []string{"1=x", "=y"}},
		"the last one counts":    {mark("x") + mark("?y?") + record("1", ""), []string{"1=?y?", "=?y?"}},
		"inside of a record":     {mark("x") + record("1", mark("y")) + record("2", ""), []string{"1=x", "2=x", "=x"}},
		"another instruction":    {"<?edensync-cursors x?><?edensync x?>" + record("1", ""), []string{"1=", "="}},
		"one that says nothing":  {mark("x") + "<?edensync-cursor?>" + record("1", ""), []string{"1=", "="}},
		"one that says too much": {mark("x") + mark(strings.Repeat("y", 1025)) + record("1", ""), []string{"1=x", "=x"}},
	} {
		document := "<s3xml>" + c.content + "</s3xml>"
		if got := bookmarks(t, strings.NewReader(document)); !slices.Equal(got, c.known) {
			t.Errorf("%s: %q, want %q", name, got, c.known)
		}
		if got := bookmarks(t, iotest.OneByteReader(strings.NewReader(document))); !slices.Equal(got, c.known) {
			t.Errorf("%s, byte by byte: %q, want %q", name, got, c.known)
		}
	}
}

func TestBookmarksLeaveTextsAlone(t *testing.T) {
	t.Parallel()
	_, records, err := decode(strings.NewReader(`<s3xml><resource name="org_organisation" uuid="1"><data field="name">a<?edensync-cursor x?>b</data></resource></s3xml>`), s3xml.Limits{})
	if err != nil || len(records) != 1 || records[0].Data[0].Text != "ab" {
		t.Errorf("%+v, %v", records, err)
	}
}
