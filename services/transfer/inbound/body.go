package inbound

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/transfer/packed"
)

// body is the document in a request: decompressed, taken out of a form, and never longer than the limit. It
// remembers how reading ended, because whoever reads it may report that in words of its own.
type body struct {
	wire     *wire
	document io.Reader
	closers  []func()

	limit    int64
	left     int64 // bytes of the limit that are not used up
	received int64 // bytes on the wire, copied from it with each read
	tooLarge bool
	damaged  error // decompression failed
	cutOff   error // the form ended inside its file
}

// wire is the body as it comes from the connection. A peer that falls silent is given up.
type wire struct {
	source  io.Reader
	control *http.ResponseController
	idle    time.Duration
	now     func() time.Time
	count   int64
	broken  error // reading ended before the body did
	ended   bool
}

// Read waits for the next bytes, but not longer than the peer may be silent.
func (w *wire) Read(p []byte) (int, error) {
	if w.ended {
		return 0, io.EOF
	}
	_ = w.control.SetReadDeadline(w.now().Add(w.idle)) // a writer without deadlines has none to miss
	n, err := w.source.Read(p)
	w.count += int64(n)
	switch {
	case errors.Is(err, io.EOF):
		w.ended = true
		// From here on the server watches the connection for its end; that must not run into the deadline.
		_ = w.control.SetReadDeadline(time.Time{})
	case err != nil:
		w.broken = err
	}
	return n, err
}

// openBody prepares the body for reading; limit is its length after decompression.
func (c *call) openBody(limit int64) error {
	if c.r.ContentLength > limit {
		c.body = &body{wire: &wire{}, limit: limit, tooLarge: true}
		return c.body.problem()
	}
	w := &wire{source: c.r.Body, control: http.NewResponseController(c.w), idle: c.settings.IdleTimeout, now: c.now}
	b := &body{wire: w, limit: limit, left: limit}
	c.body = b
	plain, err := c.decompressed(b, w)
	if err != nil {
		return err
	}
	b.document = limited{b, plain}
	return c.takeOutOfForm(b)
}

// closeBody gives decoders back. What the peer still sends must come soon.
func (c *call) closeBody() {
	if c.body == nil {
		return
	}
	for _, release := range c.body.closers {
		release()
	}
	if w := c.body.wire; w.control != nil && !w.ended {
		_ = w.control.SetReadDeadline(c.now().Add(drainTimeout)) // as in wire.Read
	}
}

// decompressed undoes Content-Encoding. An Eden never compresses; it is a matter between edensyncs.
func (c *call) decompressed(b *body, source io.Reader) (io.Reader, error) {
	encoding := strings.ToLower(strings.Join(c.r.Header.Values("Content-Encoding"), ","))
	switch {
	case encoding == "" || encoding == "identity":
		return source, nil
	case !c.edensync() || encoding != encodingGzip && encoding != encodingZstd:
		return nil, refuse(http.StatusUnsupportedMediaType, ActionCheck, apierr.ReasonUnimplemented,
			"Content-Encoding %.40q is not supported here; send the body as it is", encoding)
	case encoding == encodingZstd:
		plain, err := packed.Zstd(source)
		if err != nil {
			return nil, b.damage(err)
		}
		b.closers = append(b.closers, plain.Close)
		return plain, nil
	default:
		decoder, err := gzip.NewReader(source)
		if err != nil {
			return nil, b.damage(err)
		}
		return decoder, nil
	}
}

func (b *body) damage(err error) error {
	b.damaged = err
	return b.problem()
}

// limited passes on what the limit allows, and notes why reading ended.
type limited struct {
	body   *body
	source io.Reader
}

// Read fails with http.MaxBytesError beyond the limit.
func (l limited) Read(p []byte) (int, error) {
	b := l.body
	if b.tooLarge {
		return 0, &http.MaxBytesError{Limit: b.limit}
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := l.source.Read(p)
	if int64(n) > b.left {
		n, b.tooLarge = int(b.left), true
		err = &http.MaxBytesError{Limit: b.limit}
	}
	b.left -= int64(n)
	b.received = b.wire.count
	if err != nil && !errors.Is(err, io.EOF) && !b.tooLarge && b.wire.broken == nil {
		b.damaged = err
	}
	return n, err
}

// Read reads the document. Its errors carry the reason that the answer will carry, too.
func (b *body) Read(p []byte) (int, error) {
	n, err := b.document.Read(p)
	if err == nil || errors.Is(err, io.EOF) {
		return n, err
	}
	if problem := b.problem(); problem != nil {
		err = apierr.New(apierr.KindInvalid, problem.reason, "%s", problem.message).Wrap(err)
	}
	return n, err
}

// problem is the answer to a body that could not be read to its end; nil if it could.
func (b *body) problem() *refusal {
	switch {
	case b.tooLarge:
		return refuse(http.StatusRequestEntityTooLarge, ActionCheck, apierr.ReasonDocumentTooLarge,
			"the body is larger than %d bytes; send it in smaller pieces", b.limit)
	case errors.Is(b.wire.broken, os.ErrDeadlineExceeded):
		return refuse(http.StatusRequestTimeout, ActionParse, apierr.ReasonTimeout, "the body did not arrive in time; send it again")
	case b.wire.broken != nil:
		return refuse(http.StatusBadRequest, ActionParse, apierr.ReasonDocumentTruncated, "the body broke off; send it again")
	case b.damaged != nil:
		r := refuse(http.StatusBadRequest, ActionParse, apierr.ReasonDocumentMalformed, "the compressed body is damaged; send it again")
		r.cause = b.damaged
		return r
	case b.cutOff != nil:
		r := badDocument(apierr.ReasonDocumentTruncated, "the form ends in the middle of its file; send it again")
		r.cause = b.cutOff
		return r
	default:
		return nil
	}
}

// maxParts bounds the parts of a form that are passed over on the way to the document.
const maxParts = 32

// takeOutOfForm finds the document in a multipart form: the first file named *.xml. With every other type, stated
// or not, the body itself is the document.
func (c *call) takeOutOfForm(b *body) error {
	boundary := formBoundary(c.r.Header.Get("Content-Type"))
	if boundary == "" {
		return nil
	}
	form := multipart.NewReader(b.document, boundary)
	for range maxParts {
		part, err := form.NextPart()
		if err != nil {
			return formRefusal(b)
		}
		if strings.HasSuffix(strings.ToLower(part.FileName()), ".xml") {
			b.document = formFile{b, part}
			return nil
		}
	}
	return formRefusal(b)
}

// formFile notes whether a form ends inside its file.
type formFile struct {
	body *body
	part io.Reader
}

func (f formFile) Read(p []byte) (int, error) {
	n, err := f.part.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		f.body.cutOff = err
	}
	return n, err
}

// formBoundary is what separates the parts of a form; "" if the body is none.
func formBoundary(contentType string) string {
	kind, parameters, err := mime.ParseMediaType(contentType)
	if err != nil || kind != "multipart/form-data" {
		return ""
	}
	return parameters["boundary"]
}

func formRefusal(b *body) error {
	if problem := b.problem(); problem != nil {
		return problem
	}
	return badDocument(apierr.ReasonDocumentMalformed, "the form has no file named *.xml")
}
