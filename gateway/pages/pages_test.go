package pages

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// page is what the handler answers for path.
func page(t *testing.T, path string) string {
	t.Helper()
	handler, err := New()
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	if w.Code != 200 {
		t.Fatalf("%s: %d", path, w.Code)
	}
	return w.Body.String()
}

func all(text, pattern string) []string {
	var found []string
	for _, match := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
		found = append(found, match[1])
	}
	return found
}

func TestLinksOfTheReferenceLeadSomewhere(t *testing.T) {
	t.Parallel()
	text := page(t, "/docs")
	ids := all(text, `id="([^"]+)"`)
	links := all(text, `href="#([^"]+)"`)
	if len(links) < 100 {
		t.Fatalf("only %d links", len(links))
	}
	for _, link := range links {
		if !slices.Contains(ids, link) {
			t.Errorf("#%s leads nowhere", link)
		}
	}
	slices.Sort(ids)
	if len(slices.Compact(slices.Clone(ids))) != len(ids) {
		t.Error("an id stands twice")
	}
}

func TestReferenceWordsTypes(t *testing.T) {
	t.Parallel()
	ref, err := readReference([]byte(`{
	 "info": {"description": "About."},
	 "tags": [{"name": "ThingService", "description": "Things."}],
	 "paths": {"/things": {"post": {"operationId": "T", "summary": "Makes.", "tags": ["ThingService"],
	  "parameters": [{"name": "ids", "in": "query", "type": "array", "items": {"type": "string", "format": "byte"}},
	   {"name": "body", "in": "body", "required": true, "schema": {"$ref": "#/definitions/Thing"}}],
	  "responses": {"200": {"schema": {"type": "object", "properties": {"result": {"$ref": "#/definitions/Thing"}}}}}}}},
	 "definitions": {"Thing": {"description": "A thing.", "properties": {"any": {}, "all": {"type": "array", "items": {"$ref": "#/definitions/Thing"}}}}}
	}`))
	if err != nil {
		t.Fatal(err)
	}
	op := ref.Groups[0].Operations[0]
	got := []string{ref.Groups[0].Name, op.Method, op.Answer.Text, op.Inputs[0].Type.Text, op.Inputs[1].Type.Text, ref.Types[0].Fields[0].Type.Text, ref.Types[0].Fields[1].Type.Text}
	want := "Thing, POST, stream of Thing, list of string (byte), Thing, list of Thing, any"
	if strings.Join(got, ", ") != want {
		t.Errorf("%s, want %s", strings.Join(got, ", "), want)
	}
	if refOf(nil).Text != "nothing" {
		t.Error("nothing is not worded")
	}
	if _, err := readReference([]byte("x")); err == nil {
		t.Error("nonsense was read")
	}
}
