package s3xml_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/edensync/edensync/s3xml"
)

// TestRefused lists what is no acceptable document: what stands inside the root element <r>…</r> if it does not begin
// with '!', else the whole document behind the '!'. Each must fail with a syntax error that says why, however it arrives.
func TestRefused(t *testing.T) {
	t.Parallel()
	for doc, why := range map[string]string{
		// Tags.
		"<resource></data>":                     "does not match",
		"<resource></resourc>":                  "does not match",
		"<a></b>":                               "does not match",
		"<resource><data></resource>":           "does not match",
		"</r></r>":                              "another tag",
		"<resource/ >":                          "expected />",
		"<resource name='a'uuid='b'/>":          "white space",
		"<resource name/>":                      "expected =",
		"<resource name=a/>":                    "quoted attribute value",
		"<resource name='<'/>":                  "not allowed in an attribute value",
		"<resource name='a' name='b'/>":         "twice",
		"<resource odd='a' other='c' odd='b'/>": "twice",
		"< resource/>":                          "the name of an element",
		"<1/>":                                  "the name of an element",
		"<a b='1' 2='3'/>":                      "the name of an attribute",
		"<resource></ resource>":                "the name of an end tag",
		"<resource></resource x>":               "> in an end tag",
		"!<r/><r/>":                             "another tag",
		"!<r></r>text":                          "text after the root",
		"!<r></r>&amp;":                         "text after the root",
		"!<r></r><![CDATA[]]>":                  "after <!",
		"!<![CDATA[]]><r/>":                     "after <!",
		"!<!-- a -->text<r/>":                   "text in front of the root",
		"<resource><reference><resource/><data/></reference></resource>": "beside a resource",
		// Characters.
		"<resource name='\x01'/>":  "control character",
		"a\x00b":                   "control character",
		"<!-- \x0b -->":            "control character",
		"<?p \x1f?>":               "control character",
		"<![CDATA[\x02]]>":         "control character",
		"<resource name='\xff'/>":  "UTF-8",
		"\xc3(":                    "UTF-8",
		"\xed\xa0\x80":             "UTF-8", // half of a surrogate pair
		"\xf4\x90\x80\x80":         "UTF-8",
		"\uFFFE":                   "not allowed in XML",
		"<!-- é\uFFFF -->":         "not allowed in XML",
		"<\xff/>":                  "UTF-8",
		"<a\xc3\x28/>":             "UTF-8",
		"]]>":                      "]]>",
		"<resource>a]]]>":          "]]>",
		"<!-- a -- b -->":          "--",
		"<!--->":                   "breaks off",
		"<!-- a --->":              "--",
		"<!- a -->":                "after <!",
		"<!ELEMENT a>":             "after <!",
		"<?xml version='1.0'?>":    "very start",
		"<?XmL?>":                  "very start",
		"<? p?>":                   "name of a processing instruction",
		"<?p+?>":                   "after the target",
		"<resource name='&foo;'/>": "&foo;",
		// References.
		"&nbsp;":                               "&nbsp;",
		"&#0;":                                 "&#0;",
		"&#x1F;":                               "&#x1F;",
		"&#xD800;":                             "&#xD800;",
		"&#xFFFE;":                             "&#xFFFE;",
		"&#x110000;":                           "&#x110000;",
		"&#4294967361;":                        "&#4294967361;",
		"&#;":                                  "&#;",
		"&#x;":                                 "&#x;",
		"&#X41;":                               "&#X41;",
		"&#+65;":                               "without a reference",
		"&;":                                   "&;",
		"& ":                                   "without a reference",
		"&amp":                                 "without a reference",
		"<a b='&\"amp;'/>":                     "without a reference",
		"&" + strings.Repeat("a", 40) + ";":    "without a reference",
		"&#" + strings.Repeat("0", 40) + "65;": "without a reference",
		"<resource a='&lt;' b='&#1;' c='&amp;'/>": "&#1;",
		// Namespaces.
		"<p:a/>":                 "not declared",
		"<resource p:a='1'/>":    "not declared",
		"<p:a xmlns:q='u'/>":     "not declared",
		"<a xmlns:p='u'/><p:a/>": "not declared",
		"<resource><data xmlns:p='u'/><data p:a='1'/></resource>":     "not declared",
		"<resource xmlns='u'/>":                                       "no namespace",
		"<resource><data xmlns='u'/></resource>":                      "no namespace",
		"!<r xmlns='u'/>":                                             "no namespace",
		"<a xmlns:p=''/>":                                             "no valid namespace declaration",
		"<a xmlns:xml='u'/>":                                          "no valid namespace declaration",
		"<a xmlns:='u'/>":                                             "no valid namespace declaration",
		"<a xmlns:p='u' xmlns:q='u' p:x='1' q:x='2'/>":                "twice in its namespace",
		"<a:b:c xmlns:a='u'/>":                                        "not declared",
		"<a xmlns:p='u' p:1='1'/>":                                    "not declared",
		"<:a/>":                                                       "the name of an element",
		"<a :b='1'/>":                                                 "the name of an attribute",
		"<resource xmlns:p='u'><p:q><z:q/></p:q></resource>":          "not declared",
		"<resource><data>1<x/><p:y/></data></resource>":               "not declared",
		"<resource><data xmlns:p='u'>1<p:x/></data><p:y/></resource>": "not declared",
		// The prolog.
		"!<!DOCTYPE s3xml><s3xml/>":                                                     "document types",
		"!<!DOCTYPE s3xml SYSTEM 'file:///etc/passwd'><s3xml/>":                         "document types",
		"!<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>":                                     "document types",
		"!<?xml version='1.0'?><!DOCTYPE a [<!ENTITY % b SYSTEM 'http://h/'> %b;]><a/>": "document types",
		"<!DOCTYPE a>":                                                 "document types",
		"!<!doctype s3xml><s3xml/>":                                    "after <!",
		"! <?xml version='1.0'?><a/>":                                  "white space in front",
		"!<?xml version='1.1'?><a/>":                                   `version "1.1"`,
		"!<?xml encoding='utf-8'?><a/>":                                "not allowed here",
		"!<?xml ?><a/>":                                                "no version",
		"!<?xml version='1.0' encoding='iso-8859-1'?><a/>":             `encoding "iso-8859-1"`,
		"!<?xml version='1.0' encoding='utf-16'?><a/>":                 `encoding "utf-16"`,
		"!<?xml version='1.0' standalone='maybe'?><a/>":                `standalone "maybe"`,
		"!<?xml version='1.0' standalone='yes' encoding='utf-8'?><a/>": "encoding is not allowed here",
		"!<?xml version='1.0' version='1.0'?><a/>":                     "version is not allowed here",
		"!<?xml version='1.0' odd='1'?><a/>":                           "odd is not allowed here",
		"!<?xml version='1.0'encoding='utf-8'?><a/>":                   "white space or ?>",
		"!<?xml version '1.0'?><a/>":                                   "expected =",
		"!<?xml version=1.0?><a/>":                                     "quoted",
		"!\xFE\xFF\x00<":                                               "UTF-16",
		"!\xFF\xFE<\x00":                                               "UTF-16",
	} {
		t.Run(fmt.Sprintf("%.40q", doc), func(t *testing.T) {
			t.Parallel()
			whole, ok := strings.CutPrefix(doc, "!")
			if !ok {
				whole = "<r>" + doc + "</r>"
			}
			var first string
			for _, r := range []io.Reader{strings.NewReader(whole), iotest.OneByteReader(strings.NewReader(whole))} {
				_, _, err := decode(r, s3xml.Limits{})
				var syntax *s3xml.SyntaxError
				if !errors.As(err, &syntax) {
					t.Fatalf("got %v, want a syntax error", err)
				}
				if !strings.Contains(err.Error(), why) {
					t.Errorf("got %q, want it to say %q", err, why)
				}
				if first != "" && err.Error() != first {
					t.Errorf("byte by byte: %v, at once: %v", err, first)
				}
				first = err.Error()
			}
		})
	}
}

func TestSyntaxErrorPlace(t *testing.T) {
	t.Parallel()
	doc := "<s3xml>\n <resource name='a_b'>\n  é&bad;"
	for _, r := range []io.Reader{strings.NewReader(doc), iotest.OneByteReader(strings.NewReader(doc))} {
		_, _, err := decode(r, s3xml.Limits{})
		var got *s3xml.SyntaxError
		if !errors.As(err, &got) {
			t.Fatal(err)
		}
		if got.Line != 3 || got.Column != 5 || got.Offset != int64(strings.Index(doc, "&bad")) || got.Unwrap() != nil {
			t.Errorf("line %d, column %d, offset %d, cause %v", got.Line, got.Column, got.Offset, got.Unwrap())
		}
		if !strings.HasPrefix(err.Error(), "s3xml: line 3, column 5 (byte 35): ") {
			t.Error(err)
		}
	}
}

func TestNotXML(t *testing.T) {
	t.Parallel()
	for input, want := range map[string]s3xml.Guess{
		"":         s3xml.GuessEmpty,
		" \r\n\t ": s3xml.GuessEmpty,
		"\uFEFF":   s3xml.GuessEmpty,
		`{"status": "failed", "statuscode": "403"}`: s3xml.GuessJSON,
		" [1]":                                      s3xml.GuessJSON,
		"<!DOCTYPE html>\n<html>":                   s3xml.GuessHTML,
		"<!doctype HTML PUBLIC ''>":                 s3xml.GuessHTML,
		"<html><body>Login</body></html>":           s3xml.GuessHTML,
		`<HTML lang="en">`:                          s3xml.GuessHTML,
		"Insufficient Privileges":                   s3xml.GuessText,
		"PK\x03\x04":                                s3xml.GuessText,
		"\x1f\x8b\x08" + strings.Repeat("x", 10000): s3xml.GuessText,
		"\xEF\xBB":                                  s3xml.GuessText,
	} {
		_, _, err := decode(strings.NewReader(input), s3xml.Limits{})
		var got *s3xml.NotXMLError
		if !errors.As(err, &got) {
			t.Errorf("%.40q: got %v", input, err)
			continue
		}
		trimmed := strings.TrimLeft(strings.TrimPrefix(input, "\uFEFF"), " \r\n\t")
		if got.Guess != want || string(got.Head) != trimmed[:min(len(trimmed), 4096)] || len(err.Error()) > 500 {
			t.Errorf("%.40q: guess %v, head %.40q, message %v", input, got.Guess, got.Head, err)
		}
	}
}

// TestTruncated cuts a document at every byte: only the whole may end well, and a cut one is told from a wrong one.
func TestTruncated(t *testing.T) {
	t.Parallel()
	doc := "\uFEFF<?xml version='1.0' encoding='utf-8'?><!-- c --><?p i?>\n<s3xml a=\"b &amp; é\">t &#x41; <resource name='a_b'><data field=\"f\" " +
		"value='[1]'>x<![CDATA[y]] ]]>é&lt;</data><größe/><reference field='r'> <resource name='c_d'></resource></reference><u>1<v/></u></resource>\n<!-- d --></s3xml>"
	for n := range len(doc) {
		_, _, err := decode(strings.NewReader(doc[:n]), s3xml.Limits{})
		var notXML *s3xml.NotXMLError
		if n <= len("\uFEFF") && errors.As(err, &notXML) {
			continue
		}
		if !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%d bytes, up to %q: %v", n, doc[max(0, n-10):n], err)
		}
	}
	if _, _, err := decode(strings.NewReader(doc+" <!-- more --> "), s3xml.Limits{}); err != nil {
		t.Errorf("whole: %v", err)
	}
}

// TestReadError passes on what the reader reports, at every place, and never as the end of the document.
func TestReadError(t *testing.T) {
	t.Parallel()
	doc := "<s3xml> <resource name='a_b'><data>é</data></resource></s3xml>"
	for _, cause := range []error{errBroken, fmt.Errorf("disguised: %w", io.EOF)} {
		for n := range len(doc) + 1 {
			r := io.MultiReader(strings.NewReader(doc[:n]), iotest.ErrReader(cause))
			_, _, err := decode(r, s3xml.Limits{})
			if err == nil || !strings.Contains(err.Error(), cause.Error()) || errors.Is(err, io.EOF) {
				t.Errorf("after %d bytes: %v", n, err)
			}
			if errors.Is(cause, errBroken) && !errors.Is(err, errBroken) {
				t.Errorf("after %d bytes: %v does not wrap the cause", n, err)
			}
		}
	}
}

// stuckReader never yields anything.
type stuckReader struct{}

func (stuckReader) Read([]byte) (int, error) { return 0, nil }

func TestNoProgress(t *testing.T) {
	t.Parallel()
	if _, _, err := decode(stuckReader{}, s3xml.Limits{}); !errors.Is(err, io.ErrNoProgress) {
		t.Error(err)
	}
}

// TestErrorStays calls on after an error.
func TestErrorStays(t *testing.T) {
	t.Parallel()
	d := s3xml.NewDecoder(strings.NewReader("<s3xml><resource/><oops</s3xml>"), s3xml.Limits{})
	var r s3xml.Record
	if err := d.Next(&r); err != nil {
		t.Fatal(err)
	}
	first := d.Next(&r)
	if second := d.Next(&r); first == nil || !errors.Is(second, first) {
		t.Errorf("first %v, then %v", first, second)
	}
	if _, err := d.Document(); err != nil {
		t.Errorf("the root was read well, but: %v", err)
	}
}
