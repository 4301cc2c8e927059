package scenario_test

import (
	"errors"
	"io"
	"net"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// line is a poor connection to a site: each one breaks when the site has said so much on it.
type line struct {
	to       string
	bytes    int64
	listener net.Listener
}

// lineCommand lays a poor line to a site; its address is $NAME_URL.
func lineCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: line NAME SITE BYTES")
	}
	w := worldOf(ts)
	to, err := url.Parse(w.site(ts, args[1]).url)
	ts.Check(err)
	n, err := strconv.ParseInt(args[2], 10, 64)
	ts.Check(err)
	listener, err := (&net.ListenConfig{}).Listen(w.tb.Context(), "tcp", "127.0.0.1:0")
	ts.Check(err)
	l := &line{to: to.Host, bytes: n, listener: listener}
	ts.Defer(func() { _ = listener.Close() }) // nothing is left to be lost
	go l.serve(w.tb)
	ts.Setenv(strings.ToUpper(args[0])+"_URL", "http://"+listener.Addr().String())
}

// serve ends with the listener.
func (l *line) serve(tb testing.TB) {
	tb.Helper()
	for {
		near, err := l.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			tb.Errorf("line to %s: %v", l.to, err)
			return
		}
		go l.carry(tb, near)
	}
}

// carry ends with either side, or when the site has said too much.
func (l *line) carry(tb testing.TB, near net.Conn) {
	tb.Helper()
	defer func() { _ = near.Close() }()
	far, err := (&net.Dialer{}).DialContext(tb.Context(), "tcp", l.to)
	if err != nil {
		return // the site is down: whoever called sees it
	}
	go func() {
		defer func() { _ = far.Close() }()
		_, _ = io.Copy(far, near) // breaking is what it is for
	}()
	_, _ = io.CopyN(near, far, l.bytes)
}
