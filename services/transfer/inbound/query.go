package inbound

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/selection"
)

// Limits of a query string.
const (
	maxQueryBytes = 64 << 10
	maxPairs      = 512
)

// pair is one key=value of a query string, decoded.
type pair struct{ key, value string }

// query is a query string in the order in which it was sent. It is read here and not by net/url, because the
// order of filters matters for messages, and semicolons and brackets are part of them. The body is never touched:
// an Eden calls its XML a form.
type query []pair

func parseQuery(raw string) (query, error) {
	if len(raw) > maxQueryBytes {
		return nil, refuse(http.StatusRequestURITooLong, ActionParse, apierr.ReasonLimitExceeded,
			"the query has %d bytes, more than %d; use fewer or shorter filters", len(raw), maxQueryBytes)
	}
	var q query
	for part := range strings.SplitSeq(raw, "&") {
		if part == "" {
			continue
		}
		if len(q) == maxPairs {
			return nil, unreadable("the query has more than %d parameters", maxPairs)
		}
		key, value, _ := strings.Cut(part, "=")
		p, ok := decodePair(key, value)
		if !ok {
			return nil, unreadable("the query parameter %.60q has a broken percent sequence or is no UTF-8", key)
		}
		q = append(q, p)
	}
	return q, nil
}

func decodePair(key, value string) (pair, bool) {
	k, err := url.QueryUnescape(key)
	if err != nil {
		return pair{}, false
	}
	v, err := url.QueryUnescape(value)
	if err != nil {
		return pair{}, false
	}
	return pair{k, v}, utf8.ValidString(k) && utf8.ValidString(v)
}

// get is the first value of a parameter, without blanks around it; "" if it is missing.
func (q query) get(key string) string {
	for _, p := range q {
		if p.key == key {
			return strings.TrimSpace(p.value)
		}
	}
	return ""
}

// sinceLayouts are the forms of msince: Eden's first, then what others may send.
var sinceLayouts = []string{"2006-01-02T15:04:05", time.RFC3339, "2006-01-02 15:04:05", "2006-01-02 15:04:05Z07:00", "2006-01-02"}

// since reads msince; the zero time if it is missing. Times without zone are UTC. A time that cannot be read is
// refused: to ignore it would send everything, as an Eden does.
func (q query) since() (time.Time, error) {
	text := q.get("msince")
	if text == "" {
		return time.Time{}, nil
	}
	// A plus sign that nobody encoded arrives as a blank.
	candidates := []string{text}
	if i := strings.LastIndexByte(text, ' '); i > len("2006-01-02") {
		candidates = append(candidates, text[:i]+"+"+text[i+1:])
	}
	for _, candidate := range candidates {
		for _, layout := range sinceLayouts {
			if t, err := time.Parse(layout, candidate); err == nil {
				return t.UTC(), nil
			}
		}
	}
	return time.Time{}, unreadable("msince=%.40q is no time; write YYYY-MM-DDTHH:MM:SS in UTC", text)
}

// number reads a whole number from low on; fallback if it is missing.
func (q query) number(key string, low, fallback int) (int, error) {
	text := q.get(key)
	if text == "" {
		return fallback, nil
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || int(n) < low {
		return 0, unreadable("%s=%.20q is no whole number from %d on", key, text, low)
	}
	return int(n), nil
}

// filters collects the filters of a pull: [table]selector=value, where ~ or nothing in the brackets is the
// requested resource. At the direct endpoint also selectors without brackets, such as ~.name=….
func (q query) filters(resource string, direct bool) ([]transfer.Filter, error) {
	var found []transfer.Filter
	for _, p := range q {
		if !strings.HasPrefix(p.key, "[") && (!direct || !strings.HasPrefix(p.key, "~.")) {
			continue
		}
		table, selector, ok := cutTable(p.key)
		switch {
		case ok && (table == "" || table == "~"):
			table = resource
		case !ok || !transfer.ValidResource(table):
			return nil, unreadable("the filter %.60q names no table; write [~] for the requested resource", p.key)
		}
		found = addFilter(found, table, url.QueryEscape(selector)+"="+url.QueryEscape(p.value))
	}
	for _, f := range found {
		if _, err := selection.Parse(f.Table, f.Query); err != nil {
			return nil, unreadable("%s", err)
		}
	}
	return found, nil
}

// cutTable splits [table]selector. A selector without brackets is about the requested resource.
func cutTable(key string) (table, selector string, ok bool) {
	rest, bracketed := strings.CutPrefix(key, "[")
	if !bracketed {
		return "", key, true
	}
	return strings.Cut(rest, "]")
}

// addFilter joins the criteria of one table.
func addFilter(filters []transfer.Filter, table, criterion string) []transfer.Filter {
	for i := range filters {
		if filters[i].Table == table {
			filters[i].Query += "&" + criterion
			return filters
		}
	}
	return append(filters, transfer.Filter{Table: table, Query: criterion})
}
