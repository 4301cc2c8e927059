package inbound_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/inbound"
)

// noise is a document of about n bytes that hardly gets shorter than half of that.
func noise(n int) string {
	random := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	b.WriteString("<s3xml>")
	for b.Len() < n {
		fmt.Fprintf(&b, `<resource name="org_office" uuid="%016x%016x"/>`, random.Uint64(), random.Uint64())
	}
	b.WriteString("</s3xml>")
	return b.String()
}

// What fits into the buffer on its way has a length, compressed or not.
func TestTheLengthOfAnAnswer(t *testing.T) {
	t.Parallel()
	for _, encoding := range []string{"identity", "gzip", "zstd"} {
		for _, size := range []int{0, 1000, 50_000, 100_000, 1 << 20} {
			f := newFixture()
			text := noise(size)
			f.engine.exporting = inPieces(text, nil)
			w := f.do("GET", pullURL, "", with("Accept-Encoding", encoding))
			wire, whole := w.Body.Len(), ""
			if w.Body.Len() <= 64<<10 {
				whole = strconv.Itoa(wire)
			}
			if got := w.Header().Get("Content-Length"); got != whole {
				t.Errorf("%s, %d bytes of %d: Content-Length %q", encoding, wire, len(text), got)
			}
			if got := inflate(t, w.Header().Get("Content-Encoding"), w.Body); got != text {
				t.Errorf("%s, %d bytes: the document is damaged", encoding, len(text))
			}
		}
	}
}

// A peer that gets a short document goes on at once, while the exchange is noted here.
func TestAShortAnswerWaitsForNothing(t *testing.T) {
	t.Parallel()
	for _, encoding := range []string{"identity", "gzip", "zstd"} {
		for _, size := range []int{100, 20_000} {
			f := newFixture()
			f.now = time.Now()
			text := noise(size)
			f.engine.exporting = func(ctx context.Context, out transfer.Export, open func(inbound.Selected) io.Writer) error {
				f.journal.mu.Lock() // until the peer has the document
				return inPieces(text, nil)(ctx, out, open)
			}
			server := httptest.NewServer(f)
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			r, _ := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+pullURL, http.NoBody)
			r.SetBasicAuth("peer", "secret")
			r.Header.Set("Accept-Encoding", encoding)
			if got, err := readAnswer(t, r); err != nil || got != text {
				t.Errorf("%s: %d bytes of %d, %v", encoding, len(got), len(text), err)
			}
			cancel()
			f.journal.mu.Unlock()
			server.Close()
			if e := f.journal.only(t); e.Result != inbound.ResultSuccess || len(f.directory.contacts) != 1 {
				t.Errorf("%s: entry %+v, contacts %q", encoding, e, f.directory.contacts)
			}
		}
	}
}

// readAnswer reads an answer to its end.
func readAnswer(t *testing.T, r *http.Request) (string, error) {
	t.Helper()
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", err
	}
	var body bytes.Buffer
	_, err = body.ReadFrom(answer.Body)
	if err := errors.Join(err, answer.Body.Close()); err != nil {
		return "", err
	}
	return inflate(t, answer.Header.Get("Content-Encoding"), &body), nil
}
