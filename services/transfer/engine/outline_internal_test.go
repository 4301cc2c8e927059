package engine

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/edensync/edensync/s3xml"
)

// told is a document with everything that makes more than one row, or a row that is not like others.
const told = `<s3xml domain="eden.example.org" xmlns:x="urn:x">
<resource name="org_organisation" uuid="urn:a" mci="1" created_by="ann" modified_on="2026-11-22T09:00:00">
	<data field="name">A &amp; B</data><!-- between --><data field="comments" value="&quot;é&quot;">é</data>
	<reference field="location_id" resource="gis_location" uuid="urn:l">Oslo</reference>
	<x:more x:a="1"/>
	<resource name="org_office" alias="office" uuid="urn:a-office" owned_by_group="X"><data field="name">Office</data></resource>
	<resource name="auth_user" uuid="urn:u"><data field="email">a@example.org</data><data field="password">secret</data></resource>
</resource>
<?edensync-bookmark here?>
<resource name="org_organisation" tuid="t" modified_on="2026-11-22T09:00:00"><data field="name">By a temporary name</data></resource>
<resource name="org_organisation" uuid="urn:in"><reference field="parent_id" resource="org_organisation">
	<resource name="org_organisation" modified_on="2026-11-22T09:00:00"><data field="name">Inside</data></resource></reference></resource>
<resource name="org_organisation" uuid="urn:gone" deleted="True" modified_by="bob" replaced_by="urn:a"/>
<resource name="org_organisation" uuid="urn:bad" modified_on="never"><data field="name">Bad</data></resource>
<resource name="org_organisation" uuid="urn:file"><data field="logo" url="http://example.org/l.png" filename="l.png"/></resource>
</s3xml>`

// rowsOf are the batches of a document.
func rowsOf(t *testing.T, text string, outline bool, size int) (*job, []*batch) {
	t.Helper()
	dec := s3xml.NewDecoder(strings.NewReader(text), s3xml.Limits{})
	doc, err := dec.Document()
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC) // for as long as it takes: batches do not grow old
	read := &reader{
		domain: doc.Attr("domain"), document: uuid.NewSHA1(uuid.NameSpaceOID, []byte("here")),
		now: now, repoID: "peer", files: true, batch: size,
	}
	j := &job{e: &Engine{now: func() time.Time { return now }}}
	j.repeated.Store(outline)
	j.rest.read = *read
	if j.rest.again, err = dec.Rereader(); err != nil {
		t.Fatal(err)
	}
	out, ended := make(chan *batch), make(chan error, 1)
	go func() {
		defer close(out)
		ended <- j.decode(t.Context(), dec, read, out)
	}()
	var batches []*batch
	for b := range out {
		batches = append(batches, b)
	}
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	return j, batches
}

// An outline that is completed is the same as what is read at once; what is here already stays without a body.
func TestOutlinesAreCompleted(t *testing.T) {
	t.Parallel()
	for _, size := range []int{1, 3, 1000} {
		_, want := rowsOf(t, told, false, size)
		j, got := rowsOf(t, told, true, size)
		if len(got) != len(want) {
			t.Fatalf("%d batches, not %d", len(got), len(want))
		}
		for n, b := range got {
			for i := range b.rows {
				if r := &b.rows[i]; r.rec.Body != nil || r.rec.Attrs != "" {
					t.Errorf("%s is no outline: %s %s", r.rec.UID, r.rec.Attrs, r.rec.Body)
				}
			}
			for range 2 { // it may be asked for again, when a view is out of date
				if err := j.rest.complete(b); err != nil {
					t.Fatal(err)
				}
			}
			opaque := cmp.AllowUnexported(row{})
			if diff := cmp.Diff(want[n].rows, b.rows, opaque); diff != "" {
				t.Errorf("in batches of %d (-at once +completed):\n%s", size, diff)
			}
		}
	}
}

func TestWhatIsHereIsNotCompleted(t *testing.T) {
	t.Parallel()
	j, batches := rowsOf(t, told, true, 1000)
	rows := batches[0].rows
	for i := range rows {
		rows[i].same = rows[i].rec.UID != "urn:a-office"
	}
	if err := j.rest.complete(batches[0]); err != nil {
		t.Fatal(err)
	}
	for i := range rows {
		if r := &rows[i]; strings.HasPrefix(r.rec.UID, "urn:a") != (r.rec.Body != nil) {
			t.Errorf("%s: %q", r.rec.UID, r.rec.Body)
		}
	}
}

// What was kept must be what was read, or nothing is stored.
func TestAnotherElementIsNoCompletion(t *testing.T) {
	t.Parallel()
	for name, change := range map[string][2]string{
		"another content": {"Office", "Orifice"}, "another record": {"urn:a-office", "urn:b-office"}, "no end": {"</data>", "</dato>"},
		"less": {`<resource name="org_office" alias="office" uuid="urn:a-office" owned_by_group="X"><data field="name">Office</data></resource>`, ""},
	} {
		j, batches := rowsOf(t, told, true, 1000)
		batches[0].kept = bytes.Replace(batches[0].kept, []byte(change[0]), []byte(fmt.Sprintf("%-*s", len(change[0]), change[1])), 1)
		if err := j.rest.complete(batches[0]); err == nil || batches[0].rows[1].rec.Body != nil {
			t.Errorf("%s: %v, %s", name, err, batches[0].rows[1].rec.Body)
		}
	}
}

// Elements that are too long, alone or together with others of their batch, are read whole at once.
func TestLongElementsAreNoOutlines(t *testing.T) {
	t.Parallel()
	long := func(uid string, size int) string {
		return `<resource name="org_organisation" uuid="` + uid + `"><data field="name">` + strings.Repeat("x", size) + `</data></resource>`
	}
	all := `<s3xml>` + long("too long", mostKept) + long("short", 10)
	for i := range 40 {
		all += fmt.Sprintf("<!--%s-->", strings.Repeat("-x", mostKept/2-1000)) + long(fmt.Sprint("with much in front ", i), 10)
	}
	_, batches := rowsOf(t, all+`</s3xml>`, true, 1000)
	outlines := 0
	for i, r := range batches[0].rows {
		if r.rec.Body == nil {
			outlines++
		} else if i == 1 {
			t.Error("the short one is no outline")
		}
	}
	if len(batches) != 1 || len(batches[0].rows) != 42 || outlines < 20 || outlines > 35 {
		t.Errorf("%d outlines of %d in %d batches", outlines, len(batches[0].rows), len(batches))
	}
}
