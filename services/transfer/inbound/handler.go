package inbound

import (
	"fmt"
	"net/http"
	"time"

	"github.com/edensync/edensync/internal/apierr"
)

type handler struct {
	settings  Settings
	directory Directory
	engine    Exchange
	log       Log
	files     http.Handler
	now       func() time.Time

	browsers *http.CrossOriginProtection // a browser may know credentials, and pages of others could use them
	gate     *gate                       // exchanges at the same time
	lanes    *lanes                      // pushes of the same repository and resource
	refusals *throttle                   // log entries on refused requests
}

// maxQueue is how many pushes of one repository and resource may wait for their turn.
const maxQueue = 8

func newHandler(s Settings, d Directory, e Exchange, l Log, files http.Handler, now func() time.Time) *handler {
	return &handler{
		settings: s, directory: d, engine: e, log: l, files: files, now: now,
		browsers: http.NewCrossOriginProtection(),
		gate:     newGate(s.MaxConcurrent, s.MaxWaiting, s.Patience),
		lanes:    newLanes(min(maxQueue, s.MaxWaiting), s.Patience),
		refusals: newThrottle(s.MaxRefusalEntries),
	}
}

// ServeHTTP answers the URLs of peers; everything else is not found.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w = newPatientWriter(w, r, h.settings.IdleTimeout, h.now)
	header := w.Header()
	header.Set(HeaderVersion, Version)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cache-Control", "no-store")
	t, err := h.target(r)
	switch {
	case h.browsers.Check(r) != nil:
		_, _ = writeRefusal(w, fromAnotherPage())
	case err != nil:
		_, _ = writeRefusal(w, refusalOf(err)) // there is nobody else to tell
	case t.endpoint == nowhere:
		_, _ = writeRefusal(w, notHere())
	case t.endpoint == downloadURL:
		h.download(w, r, t.file)
	default:
		newCall(h, w, r, t).serve()
	}
}

func notHere() *refusal {
	return refuse(http.StatusNotFound, ActionCheck, apierr.ReasonNotFound, "Not Found")
}

func fromAnotherPage() *refusal {
	return forbidden(apierr.ReasonCSRF, "The request came from a page of another site, so nothing was done")
}

// target finds out what is asked for. The site is asked for the path of its own URL only when nothing fits without.
func (h *handler) target(r *http.Request) (target, error) {
	path := r.URL.EscapedPath()
	if t := parseTarget(path, ""); t.endpoint != nowhere {
		return t, nil
	}
	site, err := h.directory.Site(r.Context())
	if err != nil {
		return target{}, fmt.Errorf("ask for this site: %w", err)
	}
	return parseTarget(path, pathOf(site.PublicURL)), nil
}
