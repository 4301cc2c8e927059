package peer_test

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/edensync/edensync/services/transfer/peer"
	"github.com/edensync/edensync/services/transfer/peertest"
)

// fakeProxy speaks HTTP proxying, CONNECT and SOCKS5 on one port and notes who came.
type fakeProxy struct {
	addr   string
	refuse int // HTTP status instead of service, or a SOCKS5 reply code; 0 = serve

	mu   sync.Mutex
	seen []string
}

func startProxy(t *testing.T, refuse int) *fakeProxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &fakeProxy{addr: listener.Addr().String(), refuse: refuse}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { p.serve(conn) })
		}
	})
	t.Cleanup(func() { shut(t, listener); serving.Wait() })
	return p
}

func (p *fakeProxy) note(what string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen = append(p.seen, what)
}

func (p *fakeProxy) visits() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.seen
}

func (p *fakeProxy) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	in := bufio.NewReader(conn)
	if first, err := in.Peek(1); err != nil || first[0] == 5 {
		p.socks(conn, in)
		return
	}
	r, err := http.ReadRequest(in)
	if err != nil {
		return
	}
	user, password, _ := (&http.Request{Header: http.Header{"Authorization": r.Header["Proxy-Authorization"]}}).BasicAuth()
	p.note(r.Method + " " + user + ":" + password)
	if p.refuse != 0 {
		_, _ = io.WriteString(conn, "HTTP/1.1 "+strconv.Itoa(p.refuse)+" No\r\nContent-Length: 0\r\n\r\n")
		return
	}
	if r.Method == http.MethodConnect {
		p.tunnel(conn, in, r.Host, "HTTP/1.1 200 OK\r\n\r\n")
		return
	}
	r.Header.Del("Proxy-Authorization")
	res, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(r)
	if err != nil {
		return
	}
	defer func() { _ = res.Body.Close() }()
	res.Close = true
	_ = res.Write(conn)
}

func (p *fakeProxy) tunnel(conn net.Conn, in io.Reader, to, greeting string) {
	far, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer func() { _ = far.Close() }()
	_, _ = io.WriteString(conn, greeting)
	go func() {
		_, _ = io.Copy(far, in)
		_ = far.Close()
	}()
	_, _ = io.Copy(conn, far)
}

// socks serves SOCKS5 with user and password (RFC 1928, 1929) for names and IPv4 addresses.
func (p *fakeProxy) socks(conn net.Conn, in *bufio.Reader) {
	head := make([]byte, 2)
	_, _ = io.ReadFull(in, head)
	_, _ = in.Discard(int(head[1]))
	_, _ = conn.Write([]byte{5, 2})
	_, _ = in.Discard(1)
	user, password := readShort(in), readShort(in)
	_, _ = conn.Write([]byte{1, 0})
	request := make([]byte, 4)
	if _, err := io.ReadFull(in, request); err != nil {
		return
	}
	host := ""
	if request[3] == 3 {
		host = readShort(in)
	} else {
		ip := make([]byte, 4)
		_, _ = io.ReadFull(in, ip)
		host = net.IP(ip).String()
	}
	_, _ = io.ReadFull(in, head)
	p.note("SOCKS " + user + ":" + password)
	reply := string([]byte{5, byte(p.refuse), 0, 1, 0, 0, 0, 0, 0, 0})
	if p.refuse != 0 {
		_, _ = io.WriteString(conn, reply)
		return
	}
	p.tunnel(conn, in, net.JoinHostPort(host, strconv.Itoa(int(binary.BigEndian.Uint16(head)))), reply)
}

func readShort(in *bufio.Reader) string {
	n, _ := in.ReadByte()
	text := make([]byte, n)
	_, _ = io.ReadFull(in, text)
	return string(text)
}

func TestProxies_TRF021(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func() *peertest.Eden{
		"http":  func() *peertest.Eden { return peertest.Start(t) },
		"https": func() *peertest.Eden { return peertest.StartTLS(t, peertest.Valid) },
	} {
		for scheme, visit := range map[string]string{"http://": name, "": name, "socks5://": "SOCKS", "socks5h://": "SOCKS"} {
			eden := start().Put(office("urn:uuid:1"))
			proxy := startProxy(t, 0)
			r := remote(eden)
			r.Proxy, r.DefaultProxy = scheme+"pete:p%40ss@"+proxy.addr, "http://127.0.0.1:1"
			if text, _, err := pullAll(t, client(t), r, peer.PullRequest{Resource: "org_office"}); err != nil || !strings.Contains(text, "urn:uuid:1") {
				t.Fatalf("%s by %s: got %q, %v", name, scheme, text, err)
			}
			want := map[string]string{"http": "GET", "https": "CONNECT", "SOCKS": "SOCKS"}[visit] + " pete:p@ss"
			if got := proxy.visits(); len(got) != 1 || got[0] != want {
				t.Errorf("%s by %s: the proxy saw %q, want %q", name, scheme, got, want)
			}
		}
	}
}

func TestProxyPrecedence_TRF021(t *testing.T) {
	eden := peertest.Start(t).Know("org_office")
	own, standard, environment := startProxy(t, 0), startProxy(t, 0), startProxy(t, 404)
	t.Setenv("HTTP_PROXY", "http://"+environment.addr)
	t.Setenv("NO_PROXY", "")
	c := client(t)
	ask := func(r peer.Remote) {
		t.Helper()
		if _, _, err := pullAll(t, c, r, peer.PullRequest{Resource: "org_office"}); err != nil {
			t.Fatal(err)
		}
	}
	r := remote(eden)
	ask(r) // loopback is never proxied by the environment
	r.DefaultProxy = standard.addr
	ask(r)
	r.Proxy = own.addr
	ask(r)
	if len(own.visits()) != 1 || len(standard.visits()) != 1 || len(environment.visits()) != 0 {
		t.Errorf("own %q, default %q, environment %q", own.visits(), standard.visits(), environment.visits())
	}
	elsewhere := peer.Remote{BaseURL: "http://eden.example.org/eden"}
	_, err := c.Pull(t.Context(), elsewhere, peer.PullRequest{Resource: "org_office"})
	wantReason(t, err, peer.ReasonNotFound)
	if len(environment.visits()) != 1 {
		t.Errorf("the proxy of the environment saw %q", environment.visits())
	}
}

func TestProxyFailures(t *testing.T) {
	t.Parallel()
	closed := "127.0.0.1:1"
	tests := map[string]struct {
		proxy, base string
		reason      string
		retry       bool
	}{
		"connect 407":       {"http://u:hidden1@" + startProxy(t, 407).addr, "https://eden.example.org", peer.ReasonProxy, false},
		"connect 403":       {"http://u:hidden1@" + startProxy(t, 403).addr, "https://eden.example.org", peer.ReasonProxy, false},
		"connect 502":       {"http://u:hidden1@" + startProxy(t, 502).addr, "https://eden.example.org", peer.ReasonUnavailable, true},
		"plain 407":         {"http://u:hidden1@" + startProxy(t, 407).addr, "http://eden.example.org", peer.ReasonProxy, false},
		"not there":         {"http://u:hidden1@" + closed, "http://eden.example.org", peer.ReasonProxy, true},
		"socks not there":   {"socks5://u:hidden1@" + closed, "http://eden.example.org", peer.ReasonProxy, true},
		"socks no":          {"socks5://u:hidden1@" + startProxy(t, 2).addr, "http://eden.example.org", peer.ReasonProxy, false},
		"socks unreachable": {"socks5://u:hidden1@" + startProxy(t, 4).addr, "http://eden.example.org", peer.ReasonUnavailable, true},
		"faulty":            {"http://u:hid den1@h", "http://eden.example.org", peer.ReasonProxy, false},
		"other scheme":      {"ftp://u:hidden1@h", "http://eden.example.org", peer.ReasonProxy, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := client(t, func(s *peer.Settings) { s.MaxAttempts = 2 })
			_, err := c.Pull(t.Context(), peer.Remote{BaseURL: test.base, Proxy: test.proxy}, peer.PullRequest{Resource: "org_office"})
			e := wantReason(t, err, test.reason)
			if e.Retry != test.retry {
				t.Errorf("got %+v", e)
			}
			for cause := err; cause != nil; cause = errors.Unwrap(cause) {
				if strings.Contains(cause.Error(), "hidden1") || strings.Contains(cause.Error(), "den1@") {
					t.Errorf("the password is in %q", cause)
				}
			}
		})
	}
}
