package rpc

import (
	"net"
	"strings"

	"google.golang.org/grpc/resolver"
)

// listScheme begins the target that stands for a list of addresses.
const listScheme = "edensync-list"

// listTarget is the target for "host:port,host:port", which are taken in turn; other targets stay as they are.
func listTarget(target string) string {
	if !strings.Contains(target, ",") {
		return target
	}
	return listScheme + ":///" + target
}

// addressList resolves a list of addresses to itself, for installations whose processes have no common name.
type addressList struct{}

// Scheme names the resolver.
func (addressList) Scheme() string { return listScheme }

// Build tells the addresses once; each is asked for the certificate of its own host.
func (addressList) Build(target resolver.Target, conn resolver.ClientConn, _ resolver.BuildOptions) (resolver.Resolver, error) {
	var state resolver.State
	for address := range strings.SplitSeq(target.Endpoint(), ",") {
		address = strings.TrimSpace(address)
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return nil, badTarget(address, "it is no address like config.example.org:9101").Wrap(err)
		}
		state.Endpoints = append(state.Endpoints, resolver.Endpoint{
			Addresses: []resolver.Address{{Addr: address, ServerName: host}},
		})
	}
	return addressList{}, conn.UpdateState(state)
}

// ResolveNow has nothing to look up.
func (addressList) ResolveNow(resolver.ResolveNowOptions) {}

// Close has nothing to free.
func (addressList) Close() {}
