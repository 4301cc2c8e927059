package inbound

import "net/http"

// download is {base}/default/download/NAME: an attachment. As at an Eden it needs no sign-in, because importers
// fetch files without credentials; the name is what nobody can guess.
func (h *handler) download(w http.ResponseWriter, r *http.Request, file string) {
	switch {
	case h.files == nil:
		_, _ = writeRefusal(w, notHere()) // there is nobody else to tell
	case r.Method != http.MethodGet:
		_, _ = writeRefusal(w, methodNotAllowed("GET"))
	default:
		inner := r.Clone(r.Context())
		inner.URL.Path, inner.URL.RawPath, inner.URL.RawQuery = "/"+file, "", ""
		h.files.ServeHTTP(w, inner)
	}
}
