package inbound_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/inbound"
)

func TestGTW046_UnknownParameters(t *testing.T) {
	t.Parallel()
	f := newFixture()
	if w := f.do("GET", pullURL+"&mcomponents=None&x=1&x=2&y&=&$format=z&a.b=c&;=;", ""); w.Code != http.StatusOK {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if got := f.export(t); got.Filters != nil || got.Limit != 0 {
		t.Errorf("export %+v", got)
	}
	refused(t, f.do("GET", pullURL+strings.Repeat("&x=1", 600), ""), http.StatusBadRequest, "parameters")
	refused(t, f.do("GET", pullURL+"&x="+strings.Repeat("y", 70_000), ""), http.StatusRequestURITooLong, "fewer or shorter filters")
}

func TestGTW047_Paths(t *testing.T) {
	t.Parallel()
	const query = "?resource=org_office&repository=" + peerUUID
	for _, path := range []string{
		"/sync/sync.xml", "//sync/sync.xml", "/eden/sync/sync.xml", "/eden//sync///sync.xml", "//eden//sync//sync.xml",
		"/eden/org/office/sync.xml", "/org//office/sync.xml", "/s%79nc/sync.xml",
	} {
		f := newFixture()
		if w := f.do("GET", path+query, ""); w.Code != http.StatusOK || f.export(t).Resource != "org_office" {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	for _, path := range []string{
		"/", "/sync", "/sync/", "/sync/sync", "/sync/sync.xml/", "/sync/sync.json", "/sync/nothing.xml", "/sync/task.xml",
		"/nothing/sync/sync.xml", "/eden/eden/sync/sync.xml", "/sync/../sync/sync.xml", "/./sync/sync.xml", "/x/../sync/sync.xml",
		"/sync%2Fsync.xml", "/sync%5Csync.xml", "/sync/sync.xml%00", "/Sync/sync.xml", "/sync/SYNC.XML", "/org-x/office/sync.xml",
		"/or/g/office/sync.xml", "/org/sync.xml", "/default/download", "/default/download/", "/default/download/a/b",
		"/default/download/..", "/default/download/%2e%2e", "/default/download/..%2f..%2fetc%2fpasswd", "/default/download/a%5cb", "/%2e%2e/sync/sync.xml",
	} {
		f := newFixture()
		refused(t, f.do("GET", path+query, ""), http.StatusNotFound, "Not Found")
		if len(f.journal.all())+len(f.directory.addresses) != 0 {
			t.Errorf("%s is more than a 404", path)
		}
	}
	f := newFixture()
	r := httptest.NewRequest(http.MethodOptions, "*", nil)
	w := httptest.NewRecorder()
	f.ServeHTTP(w, r)
	refused(t, w, http.StatusNotFound, "Not Found")
}

func TestThePathOfThePublicURL(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/hub/north/sync/sync.xml", "/hub//north/eden/sync/sync.xml", "/sync/sync.xml", "/eden/sync/sync.xml"} {
		f := newFixture()
		f.directory.site.PublicURL = "https://b.example/hub/north/"
		if w := f.do("GET", path+"?resource=org_office", ""); w.Code != http.StatusOK {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	for _, url := range []string{"https://b.example/hub/south", "https://b.example", "", ":"} {
		f := newFixture()
		f.directory.site.PublicURL = url
		refused(t, f.do("GET", "/hub/north/sync/sync.xml?resource=org_office", ""), http.StatusNotFound, "Not Found")
	}
}

func TestDownloads(t *testing.T) {
	t.Parallel()
	const name = "doc_document.file.a79b6ce4aadfb1a6.c2FtcGxlIG5vdGUudHh0.txt"
	anonymous := func(r *http.Request) { r.Header.Del("Authorization") }
	for _, prefix := range []string{"", "/eden", "//eden/"} {
		w := newFixture().do("GET", prefix+"/default/download/"+name+"?x=y", "", anonymous)
		if w.Code != http.StatusOK || w.Body.String() != "file /"+name {
			t.Errorf("%s: %d %s", prefix, w.Code, w.Body)
		}
	}
	for _, method := range []string{"POST", "PUT", "DELETE", "HEAD"} {
		refused(t, newFixture().do(method, "/default/download/"+name, "", anonymous), http.StatusMethodNotAllowed, "")
	}
	f := newFixture()
	bare := inbound.New(inbound.Settings{}, f.directory, f.engine, f.journal, nil, time.Now)
	w := httptest.NewRecorder()
	bare.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/default/download/"+name, nil))
	refused(t, w, http.StatusNotFound, "Not Found")
}

func TestGTW048_ErrorsAreEnvelopes(t *testing.T) {
	t.Parallel()
	for _, err := range []error{
		errors.New("x"), apierr.NotFound("x", "y"), apierr.Invalid(), apierr.New(apierr.KindTimeout, apierr.ReasonTimeout, "late"),
		apierr.New(apierr.KindUnimplemented, apierr.ReasonUnimplemented, "never"), context.DeadlineExceeded,
	} {
		f := newFixture()
		f.engine.fail = err
		for _, method := range []string{"GET", "POST"} {
			w := f.do(method, pullURL, oneOffice)
			if e := decode(t, w); w.Code < 400 || e.Status != "failed" || e.StatusCode != fmt.Sprint(w.Code) || e.Message == "" {
				t.Errorf("%v: %d %s", err, w.Code, w.Body)
			}
		}
	}
}

func TestGTW050_HugeBody(t *testing.T) {
	t.Parallel()
	limit := func(s *inbound.Settings) { s.MaxBodyBytes = int64(len(oneOffice)) }
	accepted(t, newFixture(limit).do("POST", pushURL, oneOffice))

	f := newFixture(limit)
	r := httptest.NewRequest(http.MethodPost, pushURL, unread{t})
	r.ContentLength = int64(len(oneOffice)) + 1
	r.SetBasicAuth("peer", "secret")
	w := httptest.NewRecorder()
	f.ServeHTTP(w, r)
	refused(t, w, http.StatusRequestEntityTooLarge, "larger than")

	endless := &counted{}
	r = httptest.NewRequest(http.MethodPost, pushURL, endless)
	r.ContentLength = -1
	r.SetBasicAuth("peer", "secret")
	w = httptest.NewRecorder()
	f.ServeHTTP(w, r)
	refused(t, w, http.StatusRequestEntityTooLarge, "larger than")
	if endless.read > 64<<10 {
		t.Errorf("%d bytes were read", endless.read)
	}
	if e := f.journal.all(); len(e) != 2 || e[1].Reason != apierr.ReasonDocumentTooLarge || e[1].Action != inbound.ActionCheck {
		t.Errorf("entries %+v", e)
	}
}

// counted is an endless body.
type counted struct{ read int }

func (c *counted) Read(p []byte) (int, error) {
	c.read += len(p)
	return copy(p, bytes.Repeat([]byte("<"), len(p))), nil
}

func TestCompressedBombs(t *testing.T) {
	t.Parallel()
	bomb := "<s3xml>" + strings.Repeat(" ", 16<<20)
	for _, encoding := range []string{"gzip", "zstd"} {
		f := newFixture(func(s *inbound.Settings) { s.MaxBodyBytes = 1 << 20 })
		var read int64
		f.engine.importing = func(_ context.Context, _ transfer.Import, body io.Reader) (*transfer.Imported, error) {
			n, err := io.Copy(io.Discard, body)
			read = n
			return nil, fmt.Errorf("engine: %w", err)
		}
		refused(t, f.do("POST", pushURL, squeeze(t, encoding, bomb), asEdensync, with("Content-Encoding", encoding)), http.StatusRequestEntityTooLarge, "larger than 1048576 bytes")
		if read != 1<<20 {
			t.Errorf("%s: the engine got %d bytes", encoding, read)
		}
	}
}

// connect starts the endpoint's server on one end of a pipe, inside of a bubble of virtual time.
func connect(t *testing.T, h http.Handler) net.Conn {
	t.Helper()
	client, server := net.Pipe()
	listener := &oneConn{conn: make(chan net.Conn, 1), closed: make(chan struct{})}
	listener.conn <- server
	s := inbound.Server(h)
	done := make(chan error)
	go func() { done <- s.Serve(listener) }()
	t.Cleanup(func() {
		_ = client.Close()
		_ = s.Close()
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("the server ended with %v", err)
		}
		<-time.After(time.Second) // the server lingers on connections that it closed, in virtual time
	})
	return client
}

// oneConn is a listener with one connection.
type oneConn struct {
	conn   chan net.Conn
	closed chan struct{}
}

func (l *oneConn) Accept() (net.Conn, error) {
	select {
	case c := <-l.conn:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *oneConn) Close() error {
	select {
	case <-l.closed:
	default:
		close(l.closed)
	}
	return nil
}

func (l *oneConn) Addr() net.Addr { return &net.TCPAddr{} }

func TestSlowHeaders(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		conn := connect(t, newFixture())
		began := time.Now()
		_, _ = io.WriteString(conn, "GET /sync/sync.xml HTTP/1.1\r\nHost: b\r\nX-Slow: ")
		_, _ = io.Copy(io.Discard, conn)
		if waited := time.Since(began); waited != inbound.HeaderTimeout {
			t.Errorf("the connection was closed after %s", waited)
		}
	})
}

func TestHugeHeaders(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		conn := connect(t, newFixture())
		go func() {
			_, _ = io.WriteString(conn, "GET /sync/sync.xml HTTP/1.1\r\nHost: b\r\nX-Huge: "+strings.Repeat("x", 1<<20))
		}()
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
			t.Errorf("%s", answer.Status)
		}
	})
}

// newLive is a fixture by the clock of its bubble.
func newLive() *fixture {
	f := newFixture()
	f.Handler = inbound.New(f.settings, f.directory, f.engine, f.journal, nil, time.Now)
	return f
}

const basicPeer = "Authorization: Basic cGVlcjpzZWNyZXQ=\r\n"

func TestASilentSenderIsGivenUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newLive()
		conn := connect(t, f)
		began := time.Now()
		_, _ = io.WriteString(conn, "POST "+pushURL+" HTTP/1.1\r\nHost: b\r\nContent-Length: 1000\r\n"+basicPeer+"\r\n<s3xml>")
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if waited := time.Since(began); answer.StatusCode != http.StatusRequestTimeout || waited < inbound.DefaultIdleTimeout || waited > 2*inbound.DefaultIdleTimeout {
			t.Errorf("%s after %s", answer.Status, waited)
		}
		if e := f.journal.only(t); e.Reason != apierr.ReasonTimeout || !e.RemoteError {
			t.Errorf("entry %+v", e)
		}
	})
}

func TestASlowSenderIsHeardOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newLive()
		conn := connect(t, f)
		_, _ = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: b\r\nContent-Length: %d\r\n%s\r\n", pushURL, len(oneOffice), basicPeer)
		go func() {
			for i := range len(oneOffice) {
				<-time.After(inbound.DefaultIdleTimeout - time.Second)
				_, _ = io.WriteString(conn, oneOffice[i:i+1])
			}
		}()
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusOK || f.engine.imports[0].body != oneOffice {
			t.Errorf("%s", answer.Status)
		}
	})
}

func TestALongImportIsNotCutByTheDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newLive()
		f.engine.importing = func(ctx context.Context, _ transfer.Import, body io.Reader) (*transfer.Imported, error) {
			if _, err := io.Copy(io.Discard, body); err != nil {
				return nil, err
			}
			select {
			case <-time.After(10 * inbound.DefaultIdleTimeout):
				return &transfer.Imported{Masters: 1}, nil
			case <-ctx.Done():
				return nil, context.Cause(ctx)
			}
		}
		conn := connect(t, f)
		_, _ = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: b\r\nContent-Length: %d\r\n%s\r\n%s", pushURL, len(oneOffice), basicPeer, oneOffice)
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			t.Errorf("%s", answer.Status)
		}
	})
}

func TestASenderThatHangsUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newLive()
		conn := connect(t, f)
		_, _ = io.WriteString(conn, "POST "+pushURL+" HTTP/1.1\r\nHost: b\r\nContent-Length: 1000\r\n"+basicPeer+"\r\n<s3xml>")
		_ = conn.Close()
		synctest.Wait()
		if e := f.journal.only(t); e.Reason != apierr.ReasonDocumentTruncated || !e.RemoteError || e.Action != inbound.ActionParse {
			t.Errorf("entry %+v", e)
		}
	})
}

func TestAReaderThatStopsReadingIsGivenUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newLive()
		f.engine.exporting = inPieces(document(1<<20), nil)
		conn := connect(t, f)
		began := time.Now()
		_, _ = io.WriteString(conn, "GET "+pullURL+" HTTP/1.1\r\nHost: b\r\n"+basicPeer+"\r\n")
		_, _ = io.ReadFull(conn, make([]byte, 1000))
		for len(f.journal.all()) == 0 && time.Since(began) < time.Hour {
			<-time.After(time.Second)
		}
		e := f.journal.only(t)
		if waited := time.Since(began); waited > inbound.DefaultIdleTimeout+2*time.Second || !e.RemoteError || e.Reason != apierr.ReasonCancelled {
			t.Errorf("after %s: %+v", waited, e)
		}
	})
}

func TestARefusalReachesASenderThatSendsFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		conn := connect(t, newLive())
		body := strings.Repeat("x", 1<<20)
		// The pipe holds nothing: without the endpoint reading, this would never end.
		_, err := fmt.Fprintf(conn, "POST /sync/sync.xml?resource=org_office HTTP/1.1\r\nHost: b\r\nContent-Length: %d\r\n%s\r\n%s", len(body), basicPeer, body)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusForbidden || !strings.Contains(string(text), "Registration required") {
			t.Errorf("%s %s", answer.Status, text)
		}
	})
}
