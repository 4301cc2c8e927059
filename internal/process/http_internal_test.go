package process

import (
	"bufio"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a listener in memory: its time is that of the test.
type pipes chan net.Conn

func (p pipes) Accept() (net.Conn, error) {
	conn, ok := <-p
	if !ok {
		return nil, net.ErrClosed
	}
	return conn, nil
}

func (p pipes) Close() error   { return nil }
func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }

// begin serves one connection, on which the client has said something.
func begin(t *testing.T, said string, handler http.Handler) (client net.Conn) {
	t.Helper()
	server := HTTP{Listen: ListenOptions{Logger: slog.New(slog.DiscardHandler), Now: time.Now}, Handler: handler}.server()
	client, far := net.Pipe()
	listener := make(pipes, 1)
	listener <- far
	go func() { _ = server.Serve(listener) }()
	go func() { _, _ = io.WriteString(client, said) }()
	t.Cleanup(func() { close(listener); _ = client.Close(); _ = server.Close() })
	return client
}

func TestClientThatDoesNotGoOnIsCut(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		said  string
		limit time.Duration
	}{
		"in its headers":  {"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ", headerTimeout},
		"after an answer": {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", idleTimeout},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client, began := begin(t, test.said, http.NotFoundHandler()), time.Now()
				if _, err := io.Copy(io.Discard, client); err != nil {
					t.Error(err)
				}
				if took := time.Since(began); took > test.limit+time.Second {
					t.Errorf("cut after %v", took)
				}
			})
		})
	}
}

func TestHeadersAreLimited(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := begin(t, "GET / HTTP/1.1\r\nHost: a\r\nX-Long: "+strings.Repeat("x", 2*maxHeaderBytes)+"\r\n\r\n", http.NotFoundHandler())
		response, err := http.ReadResponse(bufio.NewReader(client), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = response.Body.Close() }()
		if response.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
			t.Errorf("got %s", response.Status)
		}
		time.Sleep(time.Second) // virtual: the server waits a moment before it closes the connection
	})
}

func TestAClientThatTakesNothingIsCut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		failed := make(chan time.Duration)
		client := begin(t, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			began := time.Now()
			for {
				if _, err := w.Write(make([]byte, 8<<10)); err != nil {
					failed <- time.Since(began)
					return
				}
			}
		}))
		_, _ = io.ReadFull(client, make([]byte, 1000))
		if took := <-failed; took != writeTimeout {
			t.Errorf("cut after %v", took)
		}
	})
}

// Streams say something now and then, and nothing in between.
func TestASlowAnswerIsNotCut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := begin(t, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			for range 3 {
				_, _ = io.WriteString(w, "line\n")
				w.(http.Flusher).Flush()
				time.Sleep(10 * writeTimeout)
			}
		}))
		response, err := http.ReadResponse(bufio.NewReader(client), nil)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(response.Body)
		if _ = response.Body.Close(); err != nil || string(text) != strings.Repeat("line\n", 3) {
			t.Errorf("got %q, %v", text, err)
		}
	})
}
