package peer

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// Rejected is a record that the remote refused, in its own words.
type Rejected struct {
	Resource string
	UID      string            // empty = the record was sent without one
	Error    string            // of the record
	Fields   map[string]string // of its fields, by name
}

// Words is what the remote said about the record and, in parentheses, about its fields.
func (r Rejected) Words() string {
	var fields []string
	for _, name := range slices.Sorted(maps.Keys(r.Fields)) {
		text := r.Fields[name]
		if strings.Contains(r.Error, text) {
			continue
		}
		// EDEN: the words mostly begin with the name of the field already.
		if !strings.HasPrefix(text, name+":") {
			text = name + ": " + text
		}
		fields = append(fields, text)
	}
	switch {
	case len(fields) == 0:
		return r.Error
	case r.Error == "":
		return strings.Join(fields, "; ")
	default:
		return r.Error + " (" + strings.Join(fields, "; ") + ")"
	}
}

// Limits of a tree of refused records; what lies beyond is not looked at.
const (
	maxTreeDepth  = 16
	maxTreeFields = 200 // with errors, of one record
)

// treeWalk collects refused records from S3JSON: "$_table" is a list of records, "$k_field" a reference, "@name"
// an attribute, another key a data field.
type treeWalk struct {
	remote   *Remote
	fallback string // for refused records without words of their own
	found    []Rejected
}

// rejectedIn lists the refused records of a tree; records at the top are refused even without words, components
// only with an error of their own.
func (r *Remote) rejectedIn(tree json.RawMessage, message string) []Rejected {
	w := &treeWalk{remote: r, fallback: r.clean(strings.TrimSuffix(message, " - invalid items ignored"))}
	w.tables(tree, 0)
	return w.found
}

// tables walks the keys of an object that hold records.
func (w *treeWalk) tables(object json.RawMessage, depth int) {
	var members map[string]json.RawMessage
	if depth > maxTreeDepth || json.Unmarshal(object, &members) != nil {
		return
	}
	w.members(members, depth)
}

func (w *treeWalk) members(members map[string]json.RawMessage, depth int) {
	for _, key := range slices.Sorted(maps.Keys(members)) {
		table, ok := strings.CutPrefix(key, "$_")
		if !ok {
			continue
		}
		for _, element := range listOf(members[key]) {
			w.record(table, element, depth)
		}
	}
}

func (w *treeWalk) record(table string, element json.RawMessage, depth int) {
	var members map[string]json.RawMessage
	if json.Unmarshal(element, &members) != nil {
		return
	}
	r := Rejected{
		Resource: table, UID: textOf(members["@uuid"]),
		Error: w.remote.clean(textOf(members["@error"])), Fields: w.fieldErrors(members),
	}
	if depth == 0 && r.Error == "" {
		r.Error = w.fallback
	}
	if depth == 0 || r.Error != "" || len(r.Fields) > 0 {
		w.found = append(w.found, r)
	}
	if depth < maxTreeDepth {
		w.members(members, depth+1)
	}
}

func (w *treeWalk) fieldErrors(members map[string]json.RawMessage) map[string]string {
	var found map[string]string
	for key, value := range members {
		if strings.HasPrefix(key, "@") || strings.HasPrefix(key, "$_") || len(found) >= maxTreeFields {
			continue
		}
		for _, item := range listOf(value) {
			text := w.remote.clean(errorOf(item))
			if text == "" {
				continue
			}
			if found == nil {
				found = map[string]string{}
			}
			found[strings.TrimPrefix(key, "$k_")] = text
		}
	}
	return found
}

func errorOf(value json.RawMessage) string {
	var field struct {
		Error json.RawMessage `json:"@error"`
	}
	if json.Unmarshal(value, &field) != nil {
		return ""
	}
	return textOf(field.Error)
}

// listOf is the elements of a list, or the value itself.
func listOf(value json.RawMessage) []json.RawMessage {
	if trimmed := bytes.TrimSpace(value); len(trimmed) == 0 || trimmed[0] != '[' {
		return []json.RawMessage{value}
	}
	var list []json.RawMessage
	if json.Unmarshal(value, &list) != nil {
		return nil
	}
	return list
}
