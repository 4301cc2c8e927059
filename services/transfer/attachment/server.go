package attachment

import (
	"context"
	"errors"
	"log/slog"
	"mime"
	"net/http"
	"path"
	"regexp"
	"strings"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/transfer"
)

// Names finds stored files by the unguessable part of their URL. Error: apierr of KindNotFound.
type Names interface {
	FileByToken(ctx context.Context, token string) (*transfer.StoredFile, error)
}

// Server gives files to whoever knows their name, without credentials, as importers of Eden expect it. It answers
// GET and HEAD for …/NAME, whatever stands before the last slash; everything that is not there looks the same.
type Server struct {
	Names  Names
	Blobs  Blobs
	Logger *slog.Logger
}

// tokens have at least 128 bits in the alphabet of URLs; nothing else is ever looked for.
var tokens = regexp.MustCompile(`^[A-Za-z0-9_-]{22,128}$`)

// ServeHTTP answers a download.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	token := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
	if !tokens.MatchString(token) {
		http.Error(w, "file not found", http.StatusNotFound)
		return
	}
	if err := s.serve(w, r, token); err != nil {
		s.refuse(w, r, err)
	}
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request, token string) error {
	file, err := s.Names.FileByToken(r.Context(), token)
	if err != nil {
		return err
	}
	content, err := s.Blobs.Open(r.Context(), file.SHA256)
	if err != nil {
		return err
	}
	defer func() { _ = content.Close() }()
	describe(w.Header(), file)
	http.ServeContent(w, r, "", file.UpdatedAt, content)
	return nil
}

// describe makes sure that a browser saves the file and never runs it: it came from elsewhere and is served from
// the address of this site.
func describe(h http.Header, file *transfer.StoredFile) {
	h.Set("Content-Type", contentType(file.ContentType))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Content-Disposition", disposition(file.Filename))
	h.Set("Cache-Control", "private, max-age=86400")
	h.Set("ETag", `"`+file.SHA256+`"`)
}

// maxFilename bounds the name that is offered for saving, in bytes.
const maxFilename = 200

func disposition(name string) string {
	name = strings.ToValidUTF8(path.Base(strings.ReplaceAll(name, `\`, "/")), "")
	name = strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f {
			return -1
		}
		return c
	}, name)
	if name == "" || name == "." || name == ".." || name == "/" || len(name) > maxFilename {
		name = "download" + shortExt(name)
	}
	return mime.FormatMediaType("attachment", map[string]string{"filename": name})
}

func shortExt(name string) string {
	if ext := path.Ext(name); len(ext) > 1 && len(ext) <= 10 {
		return ext
	}
	return ""
}

// refuse answers without telling more than whether trying again may help.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	known := apierr.KindOf(err) == apierr.KindNotFound
	if !known && r.Context().Err() == nil && s.Logger != nil {
		s.Logger.ErrorContext(r.Context(), "could not serve an attachment", "error", err)
	}
	if known || errors.Is(err, ErrMissing) || errors.Is(err, ErrDamaged) {
		http.Error(w, "file not found", http.StatusNotFound)
		return
	}
	w.Header().Set("Retry-After", "60")
	http.Error(w, "not available at the moment", http.StatusServiceUnavailable)
}
