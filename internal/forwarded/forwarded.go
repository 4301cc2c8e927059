// Package forwarded tells for whom the proxies in front of a site ask. What others than trusted proxies say about that is
// not believed.
package forwarded

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Proxies are the networks of proxies that are trusted.
type Proxies []netip.Prefix

// Client is the address that a request comes from: of the connection, or, when that is a trusted proxy, of the client
// that the proxies name in X-Forwarded-For. The zero Addr stands for what has none, such as a socket file.
func (p Proxies) Client(r *http.Request) netip.Addr {
	address, ok := connection(r)
	if !ok {
		return address
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		if !p.trusts(address) {
			break
		}
		before, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			break
		}
		address = before.Unmap()
	}
	return address
}

// Encrypted tells whether a trusted proxy says in X-Forwarded-Proto that it took the request over TLS.
func (p Proxies) Encrypted(r *http.Request) bool {
	address, ok := connection(r)
	return ok && p.trusts(address) && r.Header.Get("X-Forwarded-Proto") == "https"
}

func connection(r *http.Request) (netip.Addr, bool) {
	remote, err := netip.ParseAddrPort(r.RemoteAddr)
	return remote.Addr().Unmap(), err == nil
}

func (p Proxies) trusts(address netip.Addr) bool {
	return slices.ContainsFunc(p, func(network netip.Prefix) bool { return network.Contains(address) })
}

// Place groups addresses that belong to one subscriber: a single one of IPv4, a /64 of IPv6. All that have no address
// are one place.
func Place(address netip.Addr) netip.Prefix {
	bits := 32
	if address = address.Unmap(); address.Is6() {
		bits = 64
	}
	place, err := address.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return place
}
