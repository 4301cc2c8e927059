package openapi_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/edensync/edensync/gateway/openapi"
)

func TestDocumentIsCurrent(t *testing.T) {
	t.Parallel()
	generated, err := os.ReadFile("gen/edensync.swagger.json")
	if err != nil {
		t.Fatal(err)
	}
	want, err := openapi.Finish(generated)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(openapi.Document())); diff != "" {
		t.Errorf("openapi.json is old, run go generate ./gateway/openapi (-finished +committed):\n%s", diff)
	}
}

const generated = `{
 "info": {"title": "a.proto"},
 "tags": [{"name": "ThingService"}, {"name": "HiddenService"}],
 "paths": {
  "/api/v1/things/{id}": {"get": {"tags": ["ThingService"], "responses": {"200": {}}, "parameters": [
    {"name": "id", "in": "path"}, {"name": "token", "in": "query", "description": "Filled by the gateway. Secret."}]}},
  "/api/v1/things/{thing.id}": {"patch": {"tags": ["ThingService"], "responses": {"200": {}}, "parameters": [
    {"name": "thing.id", "in": "path"}, {"name": "requestId", "in": "query"}]}},
  "/api/v1/session": {"post": {"tags": ["ThingService"], "responses": {"200": {}}}},
  "/api/v1/things:export": {"get": {"tags": ["ThingService"], "responses": {"200": {}}}}
 },
 "definitions": {
  "Size": {"enum": ["SIZE_UNSPECIFIED", "SIZE_BIG"], "default": "SIZE_UNSPECIFIED", "description": "- SIZE_BIG: Not SIZE_SMALL."},
  "Thing": {"properties": {"a": {"description": "Filled by the gateway. Address."}, "b": {"description": "Kept."}}}
 }
}`

func finished(t *testing.T) map[string]any {
	t.Helper()
	text, err := openapi.Finish([]byte(generated))
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

// at follows keys; a missing one gives nil.
func at(value any, keys ...string) any {
	for _, key := range keys {
		o, _ := value.(map[string]any)
		value = o[key]
	}
	return value
}

func TestFinish(t *testing.T) {
	t.Parallel()
	doc := finished(t)
	cases := []struct {
		name string
		got  any
		want any
	}{
		{"short values", at(doc, "definitions", "Size", "enum"), []any{"UNSPECIFIED", "BIG"}},
		{"short default", at(doc, "definitions", "Size", "default"), "UNSPECIFIED"},
		{"short descriptions, unknown names kept", at(doc, "definitions", "Size", "description"), "- BIG: Not SIZE_SMALL."},
		{"filled property", at(doc, "definitions", "Thing", "properties"), map[string]any{"b": map[string]any{"description": "Kept."}}},
		{"filled parameter", at(doc, "paths", "/api/v1/things/{id}", "get", "parameters"), []any{map[string]any{"name": "id", "in": "path"}}},
		{"one path", at(doc, "paths", "/api/v1/things/{thing.id}"), nil},
		{"hidden service", doc["tags"], []any{map[string]any{"name": "ThingService"}}},
		{"public", at(doc, "paths", "/api/v1/session", "post", "security"), []any{}},
		{"not public", at(doc, "paths", "/api/v1/things/{id}", "get", "security"), nil},
		{"download", at(doc, "paths", "/api/v1/things:export", "get", "responses", "200", "schema"), map[string]any{"type": "file"}},
	}
	for _, c := range cases {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestFinishMovesTheRequestIdIntoTheHeader(t *testing.T) {
	t.Parallel()
	parameters, _ := json.Marshal(at(finished(t), "paths", "/api/v1/things/{id}", "patch", "parameters"))
	if text := string(parameters); strings.Contains(text, "requestId") || !strings.Contains(text, `"name":"Idempotency-Key"`) || !strings.Contains(text, `"name":"id"`) {
		t.Errorf("parameters = %s", text)
	}
}

func TestFinishRefusesNonsense(t *testing.T) {
	t.Parallel()
	if _, err := openapi.Finish([]byte("no JSON")); err == nil {
		t.Error("no error")
	}
}

func TestReadOnly(t *testing.T) {
	t.Parallel()
	for property, want := range map[string]bool{
		"Repository.hasPassword": true, "Repository.registration": true, "Repository.name": false, "Repository.password": false,
		"Task.resourceName": true, "Task.mode": false, "Token.expireTime": true, "Nothing.name": false,
	} {
		definition, name, _ := strings.Cut(property, ".")
		if openapi.ReadOnly(definition, name) != want {
			t.Errorf("%s: want %v", property, want)
		}
	}
}
