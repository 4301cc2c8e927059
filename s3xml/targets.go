package s3xml

import (
	"bytes"
	"strings"
)

// Target is a record that another one refers to.
type Target struct{ Resource, UID string }

// startOfReference is how a reference begins in a stored body; texts and values never contain it.
const startOfReference = "<reference "

// AppendTargets appends what the references of a stored body name, in its order, those of a list each. It finds what
// [ParseBody] finds, in a fraction of the time: an export asks it for every record that it sends.
func AppendTargets(dst []Target, body []byte) ([]Target, error) {
	first := bytes.Index(body, []byte(startOfReference))
	if first < 0 {
		return dst, nil
	}
	found := dst
	for rest := string(body[first:]); rest != ""; {
		t, behind, ok := cutReference(rest)
		if !ok {
			return appendParsed(dst, body)
		}
		found, rest = append(found, t), behind
	}
	return found, nil
}

// cutReference takes a reference from the front of the end of a body, in the form that [Content.AppendBody] gives to most of
// them: with one UID, and without an escape in what counts here.
func cutReference(s string) (t Target, rest string, ok bool) {
	if s, ok = strings.CutPrefix(s, startOfReference+`field="`); !ok {
		return t, "", false
	}
	_, s, _ = strings.Cut(s, `"`)
	if s, ok = strings.CutPrefix(s, ` resource="`); !ok {
		return t, "", false
	}
	t.Resource, s, _ = strings.Cut(s, `"`)
	if s, ok = strings.CutPrefix(s, ` uuid="`); !ok {
		return t, "", false
	}
	t.UID, s, _ = strings.Cut(s, `"`)
	if t.UID == "" || t.UID[0] == '[' || strings.IndexByte(t.UID, '&') >= 0 || strings.IndexByte(t.Resource, '&') >= 0 {
		return t, "", false
	}
	tag, s, ok := strings.Cut(s, ">") // values have it escaped
	if !ok || strings.HasSuffix(tag, "/") {
		return t, s, ok
	}
	rest, ok = strings.CutPrefix(s[max(0, strings.IndexByte(s, '<')):], "</reference>")
	return t, rest, ok
}

// appendParsed does the same for whatever a body may hold.
func appendParsed(dst []Target, body []byte) ([]Target, error) {
	c, err := ParseBody(body)
	if err != nil {
		return dst, err
	}
	for i := range c.References {
		for _, uid := range c.References[i].UIDs {
			dst = append(dst, Target{c.References[i].Resource, uid})
		}
	}
	return dst, nil
}
