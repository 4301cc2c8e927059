package peer

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/policy"
)

// msinceFormat is the only form that an Eden understands: UTC, no zone, no fraction. It ignores every other one
// silently and sends everything.
const msinceFormat = "2006-01-02T15:04:05"

// query builds a query in a fixed order. url.Values would sort it and escape what Eden sends as it is.
type query struct{ b strings.Builder }

func (q *query) add(name, value, keep string) {
	if q.b.Len() > 0 {
		q.b.WriteByte('&')
	}
	q.b.WriteString(name)
	q.b.WriteByte('=')
	q.b.WriteString(escape(value, keep))
}

// since adds msince unless the rule forbids it: under THIS and OTHER everything is exchanged each time.
func (q *query) since(t time.Time, rule policy.Rule) {
	if t.IsZero() || rule.Update == policy.This || rule.Update == policy.Other {
		return
	}
	q.add("msince", t.UTC().Format(msinceFormat), ":")
}

func pullQuery(siteUUID string, req *PullRequest) string {
	var q query
	q.add("resource", req.Resource, "")
	q.add("repository", siteUUID, ":")
	q.since(req.Since, req.Rule)
	q.add("include_deleted", "True", "")
	if req.Limit > 0 {
		q.add("limit", strconv.Itoa(req.Limit), "")
	}
	for _, f := range req.Filters {
		q.filter(req.Resource, f)
	}
	return q.b.String()
}

// filter adds [table]selector=value for each part of a filter; ~ is the table that is pulled.
func (q *query) filter(resource string, f transfer.Filter) {
	table := f.Table
	if table == "" || table == resource {
		table = "~"
	}
	for _, part := range strings.Split(f.Query, "&") {
		if part == "" {
			continue
		}
		selector, value, _ := strings.Cut(part, "=")
		q.add("["+escape(table, "")+"]"+escape(unescape(selector), "$!()"), unescape(value), "/")
	}
}

func pushQuery(siteUUID string, req *PushRequest) string {
	var q query
	q.add("resource", req.Resource, "")
	q.add("repository", siteUUID, ":")
	if req.Rule.Strategy != 0 {
		q.add("strategy", req.Rule.Strategy.String(), ",")
	}
	if req.Rule.Update != "" {
		q.add("update_policy", string(req.Rule.Update), "")
	}
	if req.Rule.Conflict != "" {
		q.add("conflict_policy", string(req.Rule.Conflict), "")
	}
	q.since(req.Since, req.Rule)
	return q.b.String()
}

// unescape decodes a part of a stored filter; what is not well encoded is meant literally.
func unescape(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

// escape percent-encodes all but letters, digits, "-._~" and the characters of keep.
func escape(s, keep string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if unreserved(c) || strings.IndexByte(keep, c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.Write([]byte{'%', hex[c>>4], hex[c&15]})
	}
	return b.String()
}

func unreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0
}
