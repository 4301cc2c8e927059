package browser_test

import (
	"io"
	"net"
	"sync"
	"testing"
	"time"
)

// wire passes connections on to a site, and can be cut.
type wire struct {
	listener net.Listener
	target   string

	mu    sync.Mutex
	cut   time.Time // until when nothing passes
	conns map[net.Conn]bool
}

func newWire(t *testing.T, target string) *wire {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{listener: listener, target: target, conns: map[net.Conn]bool{}}
	t.Cleanup(func() { _ = listener.Close(); w.sever(0) })
	go w.serve()
	return w
}

func (w *wire) serve() {
	for {
		conn, err := w.listener.Accept()
		if err != nil {
			return
		}
		go w.pass(conn)
	}
}

func (w *wire) pass(near net.Conn) {
	far, err := net.Dial("tcp", w.target)
	if err != nil || !w.keep(near, far) {
		_ = near.Close()
		if far != nil {
			_ = far.Close()
		}
		return
	}
	defer w.drop(near, far)
	go func() {
		_, _ = io.Copy(far, near)
		w.drop(near, far)
	}()
	_, _ = io.Copy(near, far)
}

func (w *wire) keep(conns ...net.Conn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if time.Now().Before(w.cut) {
		return false
	}
	for _, conn := range conns {
		w.conns[conn] = true
	}
	return true
}

func (w *wire) drop(conns ...net.Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, conn := range conns {
		_ = conn.Close()
		delete(w.conns, conn)
	}
}

// sever cuts all connections and lets no new one pass for d.
func (w *wire) sever(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = time.Now().Add(d)
	for conn := range w.conns {
		_ = conn.Close()
		delete(w.conns, conn)
	}
}
