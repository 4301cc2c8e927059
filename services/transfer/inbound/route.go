package inbound

import (
	"net/url"
	"strings"

	"github.com/edensync/edensync/services/transfer"
)

// endpoint is one of the URLs that peers call.
type endpoint uint8

const (
	nowhere endpoint = iota
	syncURL
	directURL
	registerURL
	downloadURL
)

// target is what a path leads to.
type target struct {
	endpoint endpoint
	resource string // directURL: prefix_name
	format   string // registerURL: what follows the point, json or xml
	file     string // downloadURL: the name of the attachment
}

// edenApplication is the path under which an Eden is usually installed; peers may keep it in the URL of this site.
const edenApplication = "eden"

// parseTarget finds the target of an escaped path below base, the path of the site's own URL. Empty segments count
// for nothing: an Eden that keeps a trailing slash in our URL asks for //sync/sync.xml.
func parseTarget(escapedPath, base string) target {
	rest, ok := segments(escapedPath)
	if !ok {
		return target{}
	}
	rest = withoutBase(rest, base)
	if len(rest) > 0 && rest[0] == edenApplication {
		rest = rest[1:]
	}
	switch {
	case len(rest) == 2 && rest[0] == "sync" && rest[1] == "sync.xml":
		return target{endpoint: syncURL}
	case len(rest) == 3 && rest[0] == "default" && rest[1] == "download":
		return target{endpoint: downloadURL, file: rest[2]}
	case len(rest) == 3 && rest[0] == "sync" && rest[1] == "repository":
		return registerTarget(rest[2])
	case len(rest) == 3 && rest[2] == "sync.xml":
		return directTarget(rest[0], rest[1])
	default:
		return target{}
	}
}

// segments splits a path. Paths with dots for directories, with hidden separators or with a slash at the end lead
// nowhere: no URL of an Eden has them.
func segments(escapedPath string) ([]string, bool) {
	if !strings.HasPrefix(escapedPath, "/") || strings.HasSuffix(escapedPath, "/") {
		return nil, false
	}
	var parts []string
	for raw := range strings.SplitSeq(escapedPath, "/") {
		part, err := url.PathUnescape(raw)
		if err != nil || part == "." || part == ".." || strings.ContainsAny(part, "/\\\x00") {
			return nil, false
		}
		if part != "" {
			parts = append(parts, part)
		}
	}
	return parts, true
}

// withoutBase removes the segments of base from the front, if they are there: a proxy may have removed them.
func withoutBase(parts []string, base string) []string {
	rest := parts
	for want := range strings.SplitSeq(base, "/") {
		if want == "" {
			continue
		}
		if len(rest) == 0 || rest[0] != want {
			return parts
		}
		rest = rest[1:]
	}
	return rest
}

func registerTarget(last string) target {
	name, format, _ := strings.Cut(last, ".")
	if name != "register" {
		return target{}
	}
	return target{endpoint: registerURL, format: format}
}

// directTarget is the URL of a resource of its own. A name "sync" is none: it is the synchronization URL below a
// path that is not ours, and a push there must fail instead of ending up as a resource nobody knows.
func directTarget(prefix, name string) target {
	resource := prefix + "_" + name
	if name == "sync" || !transfer.ValidResource(resource) {
		return target{}
	}
	return target{endpoint: directURL, resource: resource}
}

// pathOf is the path of the site's public URL, "" if it has none.
func pathOf(publicURL string) string {
	u, err := url.Parse(publicURL)
	if err != nil {
		return ""
	}
	return strings.Trim(u.Path, "/")
}
