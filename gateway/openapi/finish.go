package openapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// object is a JSON object.
type object = map[string]any

// gatewayFilled begins the comment of fields that clients neither send nor see.
const gatewayFilled = "Filled by the gateway."

// Finish makes the served document of the generated one: enum values lose their prefixes, path parameters
// have the same names in all methods of a path, fields that the gateway fills and services without public
// methods disappear, and title, version, authentication and errors are described.
func Finish(generated []byte) ([]byte, error) {
	var doc object
	if err := json.Unmarshal(generated, &doc); err != nil {
		return nil, fmt.Errorf("read the generated document: %w", err)
	}
	short := shortNames(doc)
	dropFilled(doc)
	flattenPaths(doc)
	describe(doc)
	keepUsedTags(doc)
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(rename(doc, short)); err != nil {
		return nil, fmt.Errorf("write the finished document: %w", err)
	}
	return out.Bytes(), nil
}

// shortNames finds the enum values of the document by their common zero value.
func shortNames(doc object) map[string]string {
	short := map[string]string{}
	walk(doc, func(o object) {
		values, _ := o["enum"].([]any)
		if len(values) == 0 {
			return
		}
		prefix, ok := strings.CutSuffix(fmt.Sprint(values[0]), "UNSPECIFIED")
		if !ok || prefix == "" {
			return
		}
		for _, value := range values {
			short[fmt.Sprint(value)] = strings.TrimPrefix(fmt.Sprint(value), prefix)
		}
	})
	return short
}

var word = regexp.MustCompile(`[A-Z][A-Z0-9_]*[A-Z0-9]`)

// rename replaces enum values wherever they stand: as values, as defaults and in descriptions.
func rename(value any, short map[string]string) any {
	switch v := value.(type) {
	case object:
		for key := range v {
			v[key] = rename(v[key], short)
		}
	case []any:
		for i := range v {
			v[i] = rename(v[i], short)
		}
	case string:
		return word.ReplaceAllStringFunc(v, func(name string) string {
			if s, ok := short[name]; ok {
				return s
			}
			return name
		})
	}
	return value
}

// dropFilled removes properties and parameters that clients neither send nor see.
func dropFilled(doc object) {
	filled := func(value any) bool {
		o, ok := value.(object)
		description, _ := o["description"].(string)
		return ok && strings.HasPrefix(description, gatewayFilled)
	}
	walk(doc, func(o object) {
		if properties, ok := o["properties"].(object); ok {
			maps.DeleteFunc(properties, func(_ string, v any) bool { return filled(v) })
		}
		if parameters, ok := o["parameters"].([]any); ok {
			o["parameters"] = slices.DeleteFunc(parameters, filled)
		}
	})
}

var parameterName = regexp.MustCompile(`\{[A-Za-z0-9]+\.([A-Za-z0-9]+)\}`)

// flattenPaths names path parameters alike in all methods, so that {repository.id} and {id} become one path.
func flattenPaths(doc object) {
	flat := object{}
	for path, methods := range doc["paths"].(object) {
		name := parameterName.ReplaceAllString(path, "{$1}")
		if flat[name] == nil {
			flat[name] = object{}
		}
		for method, operation := range methods.(object) {
			walk(operation, func(o object) {
				if parameter, ok := o["name"].(string); ok && o["in"] == "path" {
					o["name"] = parameter[strings.LastIndex(parameter, ".")+1:]
				}
			})
			flat[name].(object)[method] = operation
		}
	}
	doc["paths"] = flat
}

// describe adds what the generator cannot know.
func describe(doc object) {
	doc["info"] = object{
		"title":   "edensync",
		"version": "v1",
		"description": "REST interface of an edensync site. Programs send \"Authorization: Bearer TOKEN\"; pages use the session cookie. " +
			"Mutations need the type application/json and may carry an Idempotency-Key; updates and deletions may carry If-Match " +
			"with the etag. Streams are lines of JSON, each {\"result\": …} or {\"error\": …}.",
		"license": object{"name": "MIT"},
	}
	doc["securityDefinitions"] = object{
		"token":   object{"type": "apiKey", "in": "header", "name": "Authorization", "description": "Bearer TOKEN"},
		"session": object{"type": "apiKey", "in": "header", "name": "Cookie", "description": "Set by POST /api/v1/session."},
	}
	doc["security"] = []any{object{"token": []any{}}, object{"session": []any{}}}
	doc["definitions"].(object)["Error"] = errorSchema()
	for path, methods := range doc["paths"].(object) {
		for method, operation := range methods.(object) {
			describeOperation(path, method, operation.(object))
		}
	}
}

func describeOperation(path, method string, operation object) {
	operation["responses"].(object)["default"] = object{
		"description": "An error with a stable reason.",
		"schema":      object{"$ref": "#/definitions/Error"},
	}
	parameters, _ := operation["parameters"].([]any)
	if method != "get" {
		parameters = slices.DeleteFunc(parameters, func(p any) bool { return p.(object)["name"] == "requestId" })
		parameters = append(parameters, object{
			"name": "Idempotency-Key", "in": "header", "type": "string",
			"description": "Makes a repeated request harmless: the same key answers the first outcome.",
		})
	}
	operation["parameters"] = parameters
	if public(path, method) {
		operation["security"] = []any{}
	}
	if strings.HasSuffix(path, ":export") {
		operation["produces"] = []any{"text/csv", "application/x-ndjson"}
		operation["responses"].(object)["200"] = object{"description": "The file.", "schema": object{"type": "file"}}
	}
}

// public tells which operations need nobody to be signed in.
func public(path, method string) bool {
	return path == "/api/v1/setup" || path == "/api/v1/session" && method == "post" || path == "/api/v1/session:acceptInvitation"
}

func errorSchema() object {
	text := func(description string) object { return object{"type": "string", "description": description} }
	return object{
		"type": "object", "description": "google.rpc.Status.",
		"properties": object{
			"code":    object{"type": "integer", "format": "int32", "description": "gRPC code."},
			"message": text("Cause, effect and fix for people."),
			"details": object{
				"type":        "array",
				"description": "ErrorInfo with reason and metadata, BadRequest with fieldViolations, RetryInfo with retryDelay.",
				"items": object{
					"type": "object", "properties": object{"@type": text("Kind of detail.")},
					"additionalProperties": object{},
				},
			},
		},
	}
}

// keepUsedTags drops services that no operation belongs to.
func keepUsedTags(doc object) {
	used := map[string]bool{}
	for _, methods := range doc["paths"].(object) {
		for _, operation := range methods.(object) {
			for _, tag := range operation.(object)["tags"].([]any) {
				used[tag.(string)] = true
			}
		}
	}
	tags, _ := doc["tags"].([]any)
	doc["tags"] = slices.DeleteFunc(tags, func(tag any) bool { return !used[tag.(object)["name"].(string)] })
}

// walk calls visit for every object within value.
func walk(value any, visit func(object)) {
	switch v := value.(type) {
	case object:
		visit(v)
		for _, member := range v {
			walk(member, visit)
		}
	case []any:
		for _, element := range v {
			walk(element, visit)
		}
	}
}
