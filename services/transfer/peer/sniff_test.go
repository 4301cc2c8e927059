package peer

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestSniff_TRF014_TRF017(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]kind{
		"":                      unclear,
		" \r\n":                 unclear,
		"<":                     unclear,
		"<s3xml":                unclear,
		"<?xml version='1.0'?>": unclear,
		"\ufeff<s3xml/>":        isXML,
		"\n\t<s3xml success=":   isXML,
		"<?xml version='1.0' encoding='utf-8'?>\n<s3xml>": isXML,
		"<!DOCTYPE s3xml [<!ENTITY a 'b'>]><s3xml>":       isXML,
		"<!-- a > b --><s3xml>":                           isXML,
		"<foo>":                                           isXML,
		"{":                                               isJSON,
		" [1]":                                            isJSON,
		"\ufeff{\"status\":1}":                            isJSON,
		"<!DOCTYPE html>":                                 isHTML,
		"<!doctype HTML PUBLIC":                           isHTML,
		"<?xml version='1.0'?><html xmlns='x'>":           isHTML,
		"<HTML>":                                          isHTML,
		"<h1>Not found</h1>":                              isHTML,
		"Insufficient Privileges":                         isText,
		"\x1f\x8b\x08":                                    isText,
	} {
		if got := sniff([]byte(text)); got != want {
			t.Errorf("%q: got %d, want %d", text, got, want)
		}
	}
}

func TestTreeOfNestedRecords(t *testing.T) {
	t.Parallel()
	tree := `{"$_org_office":[{"@uuid":"u1","@error":"x","$_doc_document":[{"@uuid":"u2","@error":"y"},{"@uuid":"u3"}],
		"$k_site_id":[{"@uuid":"a"},{"@uuid":"b","@error":"site: gone"}],"name":"plain"},{"@uuid":"u4"}],"$_gis_location":{"@uuid":"u5","@error":7}}`
	var got []string
	for _, r := range (&Remote{}).rejectedIn(json.RawMessage(tree), "Some fault - invalid items ignored") {
		got = append(got, r.Resource+" "+r.UID+" "+r.Error+" "+r.Fields["site_id"])
	}
	want := "gis_location u5 Some fault |org_office u1 x site: gone|doc_document u2 y |org_office u4 Some fault "
	if text := strings.Join(got, "|"); text != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
}

func TestTreeHasAFloor(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat(`{"@uuid":"u","@error":"e","$_a_b":`, 100) + "{}" + strings.Repeat("}", 100)
	found := (&Remote{}).rejectedIn(json.RawMessage(`{"$_a_b":`+deep+`}`), "")
	if len(found) == 0 || len(found) > maxTreeDepth+1 {
		t.Errorf("got %d records", len(found))
	}
}

// FuzzAnswers demands that no answer of a hostile remote makes the readers fail.
func FuzzAnswers(f *testing.F) {
	f.Add([]byte(`{"status":"success","tree":{"$_a_b":[{"@uuid":"u","@error":"e","f":{"@error":"x"}}]},"outcomes":[{}]}`))
	f.Add([]byte("<html><script>a</script><p>b&amp;c</html>"))
	f.Add([]byte("\ufeff <?xml?><s3xml/>"))
	f.Fuzz(func(t *testing.T, answer []byte) {
		r := &Remote{Username: "u", Password: "secret"}
		if words := r.words(answer, 500); words == "" || strings.Contains(words, "secret") || len([]rune(words)) > maxMessage+1 {
			t.Errorf("got %q", words)
		}
		var e envelope
		if json.Unmarshal(answer, &e) == nil {
			r.rejectedIn(e.Tree, e.Message)
		}
		sniff(answer)
	})
}
