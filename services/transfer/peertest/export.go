package peertest

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// pull exports a resource: masters, then what they refer to.
func (e *Eden) pull(r *http.Request) answer {
	if r.Method != http.MethodGet {
		return failed(http.StatusMethodNotAllowed, "Unsupported method!")
	}
	resource, refusal, ok := e.resource(r)
	if !ok {
		return refusal
	}
	if cursor, ok := r.Header["Edensync-Cursor"]; ok && e.edensync {
		return e.page(resource, cursor[0], r.URL.Query())
	}
	// EDEN: any other form of msince is ignored and everything is sent.
	since, _ := parseTime(r.URL.Query().Get("msince"))
	var masters []*Record
	for _, record := range e.sorted(resource, byID) {
		if !record.ModifiedOn.Before(since) && matches(record, r.URL.Query()) {
			masters = append(masters, record)
		}
	}
	return e.document(masters)
}

// page is an export by change number, as an edensync serves it.
func (e *Eden) page(resource, cursor string, q url.Values) answer {
	after, err := strconv.Atoi(cursor)
	if err != nil && cursor != "" {
		return failed(http.StatusBadRequest, "Unknown cursor")
	}
	limit, _ := strconv.Atoi(q.Get("limit"))
	var masters []*Record
	more := false
	for _, record := range e.sorted(resource, bySeq) {
		if record.seq <= after || !matches(record, q) {
			continue
		}
		if more = limit > 0 && len(masters) == limit; more {
			break
		}
		masters = append(masters, record)
	}
	next := after
	if len(masters) > 0 {
		next = masters[len(masters)-1].seq
	}
	a := e.document(masters)
	a.header = http.Header{"Edensync-Cursor": {strconv.Itoa(next)}, "Edensync-More": {strconv.FormatBool(more)}}
	return a
}

func (e *Eden) document(masters []*Record) answer {
	var b strings.Builder
	b.WriteString("<?xml version='1.0' encoding='utf-8'?>\n<s3xml")
	writeAttr(&b, "success", strconv.FormatBool(len(masters) > 0))
	writeAttr(&b, "results", strconv.Itoa(len(masters)))
	writeAttr(&b, "url", e.base)
	if len(masters) == 0 {
		b.WriteString("/>")
	} else {
		b.WriteString(">")
		seen := map[*Record]bool{}
		for _, record := range masters {
			seen[record] = true
			e.element(&b, record)
		}
		e.dependencies(&b, masters, seen, 0)
		b.WriteString("</s3xml>")
	}
	return answer{status: http.StatusOK, contentType: "text/xml", body: []byte(b.String())}
}

// maxDepth is how far Eden follows references.
const maxDepth = 10

func (e *Eden) dependencies(b *strings.Builder, of []*Record, seen map[*Record]bool, depth int) {
	var next []*Record
	for _, record := range of {
		for _, ref := range references(content(record.Content)) {
			target := e.tables[ref.attr("resource")][ref.attr("uuid")]
			if target == nil || target.Deleted || seen[target] {
				continue
			}
			seen[target] = true
			e.element(b, target)
			next = append(next, target)
		}
	}
	if len(next) > 0 && depth < maxDepth {
		e.dependencies(b, next, seen, depth+1)
	}
}

func (e *Eden) element(b *strings.Builder, r *Record) {
	b.WriteString("<resource")
	writeAttr(b, "name", r.Resource)
	writeAttr(b, "uuid", r.UID)
	if r.Deleted {
		writeAttr(b, "deleted", "True")
		if r.ReplacedBy != "" {
			writeAttr(b, "replaced_by", r.ReplacedBy)
		}
		writeTime(b, "modified_on", r.ModifiedOn)
		b.WriteString("/>")
		return
	}
	writeAttr(b, "mci", strconv.Itoa(r.MCI+1))
	writeTime(b, "created_on", r.CreatedOn)
	writeTime(b, "modified_on", r.ModifiedOn)
	b.WriteString(">" + r.Content + "</resource>")
}

func writeTime(b *strings.Builder, name string, t time.Time) {
	if !t.IsZero() {
		writeAttr(b, name, t.UTC().Format(wireTime))
	}
}

// matches applies filters of the master table on fields of its own. EDEN: what it does not understand does not filter.
func matches(r *Record, q url.Values) bool {
	fields := content(r.Content)
	for key, wanted := range q {
		selector, ok := strings.CutPrefix(key, "[~]")
		if _, name, dotted := strings.Cut(selector, "."); ok && dotted {
			for _, w := range wanted {
				if !matchesOne(fields, name, w) {
					return false
				}
			}
		}
	}
	return true
}

func matchesOne(fields []*node, selector, wanted string) bool {
	name, operator, _ := strings.Cut(selector, "__")
	value := field(fields, name)
	for _, one := range strings.Split(wanted, ",") {
		switch operator {
		case "like":
			if like(strings.ToLower(one), strings.ToLower(value)) {
				return true
			}
		case "ne":
			return value != wanted
		default:
			if value == one {
				return true
			}
		}
	}
	return false
}

// like compares with a pattern in which * stands for any text.
func like(pattern, value string) bool {
	head, rest, star := strings.Cut(pattern, "*")
	value, ok := strings.CutPrefix(value, head)
	if !ok || !star {
		return ok && value == ""
	}
	for i := range len(value) + 1 {
		if like(rest, value[i:]) {
			return true
		}
	}
	return false
}
