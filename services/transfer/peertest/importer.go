package peertest

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// importer takes one document.
type importer struct {
	eden     *Eden
	top      []*node
	done     map[*node]string // element → why it was rejected; empty = taken
	answer   pushed
	lastWord string
}

// pushed collects what the answer lists, of the target table only.
type pushed struct {
	records                   int
	created, updated, deleted []int
	tree                      map[string][]any
	outcomes                  []map[string]string
}

// push takes a document as an Eden without a task for the sender does: all methods, NEWER, each record for itself.
func (e *Eden) push(r *http.Request, body []byte) answer {
	// EDEN: web2py on Python 3 fails on a body of type text/xml with a length and without a file name.
	if strings.HasPrefix(r.Header.Get("Content-Type"), "text/xml") && r.ContentLength >= 0 && r.Header.Get("Content-Disposition") == "" {
		return ticket()
	}
	if e.maxBody > 0 && int64(len(body)) > e.maxBody {
		return text(http.StatusRequestEntityTooLarge, "<html><head><title>413 Request Entity Too Large</title></head></html>")
	}
	resource, refusal, ok := e.resource(r)
	if !ok {
		return refusal
	}
	if _, known := e.repositories[r.URL.Query().Get("repository")]; !known {
		return failed(http.StatusForbidden, "Registration required")
	}
	key := r.Header.Get("Idempotency-Key")
	if a, repeated := e.confirmed[key]; e.edensync && key != "" && repeated {
		return a
	}
	a := e.imported(resource, body)
	if e.edensync && key != "" && a.status == http.StatusOK {
		e.confirmed[key] = a
	}
	return a
}

func (e *Eden) imported(resource string, body []byte) answer {
	root, err := parse(bytes.TrimSpace(body))
	if err != nil {
		return failed(http.StatusBadRequest, "XML Parse error: "+err.Error())
	}
	for uid := range e.poison {
		if bytes.Contains(body, []byte(`"`+uid+`"`)) {
			return ticket()
		}
	}
	in := &importer{eden: e, done: map[*node]string{}}
	for _, child := range root.children {
		if child.name == "resource" {
			in.top = append(in.top, child)
		}
	}
	for _, element := range in.top {
		if element.attr("name") == resource {
			in.take(element, true)
		}
	}
	return in.reply()
}

// take imports an element and what it refers to within the document, and returns why it was rejected.
func (in *importer) take(element *node, master bool) string {
	if why, seen := in.done[element]; seen {
		return why
	}
	in.done[element] = ""
	why, fields := in.validate(element)
	for _, ref := range references(element.children) {
		if target := in.find(ref); target != nil && in.take(target, false) != "" && why == "" {
			why = ref.attr("field") + ": reference import(s) failed"
		}
	}
	in.done[element] = why
	if why != "" {
		in.reject(element, why, fields)
		return why
	}
	in.apply(element, master)
	return ""
}

func (in *importer) find(ref *node) *node {
	for _, element := range in.top {
		if element.attr("name") == ref.attr("resource") && element.attr("uuid") == ref.attr("uuid") && ref.attr("uuid") != "" {
			return element
		}
	}
	return nil
}

// validate says why a record cannot be taken, and which of its fields are at fault.
func (in *importer) validate(element *node) (string, map[string]string) {
	e, resource, uid := in.eden, element.attr("name"), element.attr("uuid")
	if f, ok := e.refused[uid]; ok {
		if f.field == "" {
			return f.message, nil
		}
		return "Validation error", map[string]string{f.field: f.field + ": " + f.message}
	}
	if s := element.attr("modified_on"); s != "" {
		if _, ok := parseTime(s); !ok {
			return "modified_on: invalid date/time", nil
		}
	}
	if _, err := strconv.Atoi(cmpOr(element.attr("mci"), "2")); err != nil {
		return "mci: invalid value", nil
	}
	if e.tables[resource][uid] != nil || deleted(element) {
		return "", nil
	}
	var missing []string
	for _, name := range e.mandatory[resource] {
		if field(element.children, name) == "" {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return strings.Join(missing, ", ") + ": value(s) required", nil
	}
	return "", nil
}

func cmpOr(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func deleted(element *node) bool { return strings.EqualFold(element.attr("deleted"), "true") }

// apply writes a valid record under NEWER. Eden reports a record that it kept as updated.
func (in *importer) apply(element *node, master bool) {
	e := in.eden
	old := e.tables[element.attr("name")][element.attr("uuid")]
	incoming := e.incoming(element)
	kept := old != nil && old.ModifiedOn.After(incoming.ModifiedOn)
	id, outcome := 0, "UNCHANGED"
	list := &in.answer.updated
	switch {
	case old == nil && deleted(element):
		list = nil
	case old == nil:
		id, outcome, list = e.store(incoming).ID, "CREATED", &in.answer.created
	case deleted(element):
		id, outcome, list = old.ID, "DELETED", &in.answer.deleted
	default:
		id, outcome = old.ID, "UPDATED"
	}
	if old != nil && kept {
		outcome = "SKIPPED"
	} else if old != nil {
		e.store(overwritten(*old, incoming, deleted(element), e.clock()))
	}
	if master {
		in.answer.records++
		if list != nil {
			*list = append(*list, id)
		}
	}
	in.outcome(element, outcome, "")
}

func (e *Eden) incoming(element *node) Record {
	r := Record{Resource: element.attr("name"), UID: element.attr("uuid"), ReplacedBy: element.attr("replaced_by"), Content: spell(element.children)}
	r.MCI, _ = strconv.Atoi(cmpOr(element.attr("mci"), "2"))
	r.CreatedOn, _ = parseTime(element.attr("created_on"))
	modified, ok := parseTime(element.attr("modified_on"))
	if !ok {
		modified = e.clock().Truncate(time.Second)
	}
	r.ModifiedOn = modified
	return r
}

// overwritten is what Eden makes of a stored and a newer incoming version: deletions get its own time, updates
// touch the transmitted fields only, and the stored MCI stays.
func overwritten(old, incoming Record, gone bool, now time.Time) Record {
	if gone {
		old.Deleted, old.ReplacedBy, old.ModifiedOn = true, incoming.ReplacedBy, now.Truncate(time.Second)
		return old
	}
	old.Deleted, old.ReplacedBy, old.ModifiedOn = false, "", incoming.ModifiedOn
	old.Content = spell(merge(content(old.Content), content(incoming.Content)))
	return old
}

func (in *importer) outcome(element *node, outcome, message string) {
	in.answer.outcomes = append(in.answer.outcomes, map[string]string{
		"resource": element.attr("name"), "uid": element.attr("uuid"), "outcome": outcome, "message": message,
	})
}

func (in *importer) reject(element *node, why string, fields map[string]string) {
	in.lastWord = why
	if in.answer.tree == nil {
		in.answer.tree = map[string][]any{}
	}
	key := "$_" + element.attr("name")
	in.answer.tree[key] = append(in.answer.tree[key], refusedElement(element, why, fields))
	in.outcome(element, "REJECTED", why)
}

// refusedElement spells a rejected record in S3JSON.
func refusedElement(element *node, why string, fields map[string]string) map[string]any {
	object := map[string]any{}
	for _, a := range element.attrs {
		if a.Name.Local != "name" {
			object["@"+a.Name.Local] = a.Value
		}
	}
	object["@error"] = why
	for _, child := range element.children {
		name := child.attr("field")
		switch child.name {
		case "data":
			value := map[string]any{"@value": child.text, "$": child.text}
			if fields[name] != "" {
				value["@error"] = fields[name]
			}
			object[name] = value
		case "reference":
			object["$k_"+name] = map[string]any{"@resource": child.attr("resource"), "@uuid": child.attr("uuid")}
		}
	}
	return object
}

func (in *importer) reply() answer {
	m := newMembers("status", "success", "statuscode", "200")
	if in.lastWord != "" {
		m.add("message", in.lastWord+" - invalid items ignored")
	}
	m.add("records", in.answer.records)
	for _, list := range []struct {
		name string
		ids  []int
	}{{"created", in.answer.created}, {"updated", in.answer.updated}, {"deleted", in.answer.deleted}} {
		if len(list.ids) > 0 {
			m.add(list.name, list.ids)
		}
	}
	if in.answer.tree != nil {
		m.add("tree", in.answer.tree)
	}
	if in.eden.edensync {
		m.add("outcomes", slices.Clip(in.answer.outcomes))
		m.add("counts", in.counts())
	}
	return answer{status: http.StatusOK, contentType: "text/html", body: m.text()}
}

func (in *importer) counts() map[string]int {
	counts := map[string]int{"received": len(in.answer.outcomes)}
	for _, o := range in.answer.outcomes {
		counts[strings.ToLower(o["outcome"])]++
	}
	return counts
}

// String names the fake in test output.
func (e *Eden) String() string { return fmt.Sprintf("fake eden at %s", e.base) }
