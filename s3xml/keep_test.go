package s3xml_test

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/edensync/edensync/s3xml"
)

// rereads reads all records of a document twice: as they come, and as they were kept.
func rereads(t *testing.T, doc io.Reader, l s3xml.Limits) (n int) {
	t.Helper()
	d := s3xml.NewDecoder(doc, l)
	again, err := d.Rereader()
	if err != nil {
		t.Fatal(err)
	}
	d.Keep(1 << 20)
	var r, second s3xml.Record
	for ; d.Next(&r) == nil; n++ {
		kept := d.Kept()
		if !bytes.Equal(kept, d.Kept()) {
			t.Fatal("what was kept is something else the second time")
		}
		text, err := again.Record(bytes.Clone(kept), &second)
		if err != nil {
			t.Fatalf("%v in\n%s", err, kept)
		}
		if !sameRecords([]s3xml.Record{r}, []s3xml.Record{second}) || text != d.Text() {
			t.Fatalf("kept as\n%s\nfirst: %+v\nagain: %+v", kept, r, second)
		}
	}
	return n
}

func TestRecordsAreReadAgain(t *testing.T) {
	t.Parallel()
	for seed := range uint64(100) {
		doc := randomDocument(seed, func(*s3xml.Record) {})
		for _, in := range []io.Reader{bytes.NewReader(doc), iotest.OneByteReader(bytes.NewReader(doc))} {
			rereads(t, in, s3xml.Limits{})
		}
	}
	big := &strings.Builder{}
	big.WriteString(`<s3xml xmlns:p="urn:p">`)
	for i := range 3000 { // longer than the window of the decoder
		fmt.Fprintf(big, "<!-- %d --><resource name=\"org_office\" uuid=\"%d\" p:a=\"1\"><data field=\"name\">%s</data>\n<p:x/></resource><p:y/>", i, i, strings.Repeat("é&amp;", i%100))
	}
	big.WriteString(`</s3xml>`)
	if n := rereads(t, strings.NewReader(big.String()), s3xml.Limits{}); n != 3000 {
		t.Errorf("%d records", n)
	}
}

// TestKeptIsBounded: what is no part of a record may be of any length.
func TestKeptIsBounded(t *testing.T) {
	t.Parallel()
	record := func(uid string) string {
		return `<resource name="org_office" uuid="` + uid + `"><data field="name">Oslo</data></resource>`
	}
	d := s3xml.NewDecoder(strings.NewReader("<s3xml>"+record("1")+"<!--"+strings.Repeat("x", 1<<20)+"-->"+record("2")+record("3")+record("4")+"</s3xml>"), s3xml.Limits{})
	for i, want := range []string{"", "", record("3"), ""} {
		d.Keep(100 * min(i, 1))
		if i == 3 {
			d.Keep(len(record("4")) - 1)
		}
		var r s3xml.Record
		if err := d.Next(&r); err != nil || r.UUID != fmt.Sprint(i+1) {
			t.Fatal(r, err)
		}
		if got := string(d.Kept()); got != want {
			t.Errorf("of record %d %q is kept, not %q", i+1, got, want)
		}
	}
}
