package forwarded_test

import (
	"net/http"
	"net/netip"
	"testing"

	"github.com/edensync/edensync/internal/forwarded"
)

// FuzzClient: what strangers say never counts, and what proxies say never breaks anything.
func FuzzClient(f *testing.F) {
	f.Add("192.0.2.1", "10.0.0.1:1")
	f.Add("a, ::1%eth0, 10.0.0.2", "10.0.0.1:1")
	f.Add(",,,", "192.0.2.9:1")
	trusted := forwarded.Proxies{netip.MustParsePrefix("10.0.0.0/8")}
	f.Fuzz(func(t *testing.T, header, remote string) {
		r := &http.Request{Header: http.Header{"X-Forwarded-For": {header}}, RemoteAddr: remote}
		client := trusted.Client(r)
		forwarded.Place(client)
		own, err := netip.ParseAddrPort(remote)
		if err == nil && !trusted[0].Contains(own.Addr().Unmap()) && client != own.Addr().Unmap() {
			t.Fatalf("%q is believed of %q: %v", header, remote, client)
		}
	})
}
