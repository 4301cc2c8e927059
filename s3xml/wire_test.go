package s3xml_test

import (
	"archive/zip"
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"

	"github.com/edensync/edensync/s3xml"
)

// TestLossless reads and writes every document that is at hand, those of testdata and the recordings of real Edens where
// they lie beside the project, and compares the canonical XML of both.
func TestLossless(t *testing.T) {
	t.Parallel()
	documents := map[string][]byte{}
	files, err := filepath.Glob("testdata/*.xml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		doc, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		documents[name] = doc
	}
	recordings := recorded(t)
	for name, doc := range recordings {
		documents[name] = doc
	}
	t.Logf("%d documents of testdata, %d recorded ones", len(files), len(recordings))
	for name, doc := range documents {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkLossless(t, name, doc)
		})
	}
}

// checkLossless also takes each record through its content: nothing but what people see may be lost.
func checkLossless(t *testing.T, name string, doc []byte) {
	t.Helper()
	root, records, err := decode(bytes.NewReader(doc), s3xml.Limits{})
	if strings.Contains(name, "malformed") {
		if !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("a document that breaks off: %v", err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	encodeAll(t, &out, root, records)
	same(t, "canonical XML", canonical(t, doc), canonical(t, out.Bytes()))
	for i := range records {
		if strings.HasSuffix(name, "references.xml") {
			continue // has references that are to be resolved first
		}
		checkContent(t, &records[i])
	}
}

// checkContent takes a record and its components to stored form and back.
func checkContent(t *testing.T, r *s3xml.Record) {
	t.Helper()
	c, err := s3xml.ContentOf(r)
	if err != nil {
		t.Error(err)
		return
	}
	back, err := s3xml.ParseBody(c.AppendBody(nil))
	if err != nil {
		t.Error(err)
	}
	back.Attrs = c.Attrs
	same(t, "content", c, back)
	if back.Hash() != c.Hash() {
		t.Errorf("%s %s: the hash changes", r.Name, r.UUID)
	}
	for i := range r.Components {
		checkContent(t, &r.Components[i])
	}
}

// recorded returns the XML bodies of the recorded exchanges, archives included.
func recorded(t *testing.T) map[string][]byte {
	t.Helper()
	folder := cmp.Or(os.Getenv("EDENSYNC_WIRE"), "../../shared/wire")
	files, err := filepath.Glob(folder + "/*/*.http")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Logf("%s is not here: only testdata is checked", folder)
	}
	documents := map[string][]byte{}
	for _, name := range files {
		body, contentType := exchange(t, name)
		switch {
		case bytes.HasPrefix(body, []byte("PK")):
			unzip(t, name, body, documents)
		case strings.HasPrefix(contentType, "multipart/form-data"):
			_, boundary, _ := strings.Cut(contentType, "boundary=")
			part, err := multipart.NewReader(bytes.NewReader(body), boundary).NextPart()
			if err != nil {
				t.Fatal(name, err)
			}
			if documents[name], err = io.ReadAll(part); err != nil {
				t.Fatal(name, err)
			}
		case isXML(body):
			documents[name] = body
		}
	}
	if len(files) > 0 && len(documents) < 50 {
		t.Errorf("only %d documents in %d recordings", len(documents), len(files))
	}
	return documents
}

func isXML(body []byte) bool {
	var notXML *s3xml.NotXMLError
	_, err := s3xml.NewDecoder(bytes.NewReader(body), s3xml.Limits{}).Document()
	return !errors.As(err, &notXML)
}

// exchange reads one recorded request or response.
func exchange(t *testing.T, name string) (body []byte, contentType string) {
	t.Helper()
	file, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(bytes.NewReader(file))
	var from io.Reader
	var header http.Header
	if filepath.Base(name) == "request.http" {
		request, err := http.ReadRequest(r)
		if err != nil {
			t.Fatal(name, err)
		}
		from, header = request.Body, request.Header
	} else {
		response, err := http.ReadResponse(r, nil)
		if err != nil {
			t.Fatal(name, err)
		}
		defer func() { _ = response.Body.Close() }()
		from, header = response.Body, response.Header
	}
	if body, err = io.ReadAll(from); err != nil {
		t.Fatal(name, err)
	}
	return body, header.Get("Content-Type")
}

func unzip(t *testing.T, name string, archive []byte, documents map[string][]byte) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(name, err)
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(name, err)
		}
		documents[name+"/"+f.Name], err = io.ReadAll(r)
		if err := errors.Join(err, r.Close()); err != nil {
			t.Fatal(name, err)
		}
	}
}

// canonical returns the canonical XML of a document as a parser of others sees it, without what S3XML gives no meaning:
// comments, text between elements, and the order of different kinds of children.
func canonical(t *testing.T, doc []byte) string {
	t.Helper()
	tree := etree.NewDocument()
	if err := tree.ReadFromBytes(doc); err != nil {
		t.Fatal(err)
	}
	root := tree.Root()
	normalise(root, true)
	out, err := dsig.MakeC14N10RecCanonicalizer().Canonicalize(root)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(out), "<resource", "\n<resource")
}

// normalise orders the children of an element, if it is a resource or the root, and drops the text between them.
func normalise(e *etree.Element, isRoot bool) {
	isRecord := isRoot || e.FullTag() == "resource"
	children := slices.Clone(e.Child)
	for _, child := range children {
		_, isText := child.(*etree.CharData)
		_, isComment := child.(*etree.Comment)
		if isComment || isText && (isRecord || e.FindElement("resource") != nil) {
			e.RemoveChild(child)
		}
	}
	if !isRecord {
		for _, child := range e.FindElements("resource") {
			normalise(child, false)
		}
		return
	}
	elements := e.ChildElements()
	slices.SortStableFunc(elements, func(a, b *etree.Element) int { return kind(a) - kind(b) })
	for _, child := range elements {
		e.RemoveChild(child)
		e.AddChild(child)
		normalise(child, false)
	}
}

// kind is the place of an element among its siblings.
func kind(e *etree.Element) int {
	switch e.FullTag() {
	case "data":
		return 0
	case "reference":
		return 1
	case "resource":
		return 3
	default:
		return 2
	}
}
