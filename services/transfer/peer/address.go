package peer

import (
	"errors"
	"net/netip"
	"syscall"
)

// errForbidden is why a connection is not opened.
var errForbidden = errors.New("the name leads to an address at which no site can be")

// forbidden are networks at which no site is, but services of machines that give secrets to whoever asks. Private
// networks and this machine are allowed: many sites are there.
var forbidden = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),
	netip.MustParsePrefix("169.254.0.0/16"), // link-local, with the metadata of most clouds
	netip.MustParsePrefix("224.0.0.0/4"),
	netip.MustParsePrefix("255.255.255.255/32"),
	netip.MustParsePrefix("100.100.100.200/32"), // metadata of Alibaba Cloud
	netip.MustParsePrefix("192.0.0.192/32"),     // metadata of Oracle Cloud
	netip.MustParsePrefix("::/128"),
	netip.MustParsePrefix("fe80::/10"),
	netip.MustParsePrefix("ff00::/8"),
	netip.MustParsePrefix("fd00:ec2::/32"), // metadata of AWS
	netip.MustParsePrefix("fd20:ce::/32"),  // metadata of Google Cloud
}

// mayConnect looks at the address that a name has led to, at the moment of connecting, so that a name server cannot say
// one thing first and another later. It fits net.Dialer.Control.
func mayConnect(_, address string, _ syscall.RawConn) error {
	target, err := netip.ParseAddrPort(address)
	if err != nil {
		return errForbidden
	}
	ip := target.Addr().WithZone("").Unmap()
	for _, network := range forbidden {
		if network.Contains(ip) || network.Contains(embedded(ip)) {
			return errForbidden
		}
	}
	return nil
}

// embedded is the IPv4 address behind a translating prefix (64:ff9b::/96 and 6to4), or ip itself.
func embedded(ip netip.Addr) netip.Addr {
	bytes := ip.As16()
	switch {
	case ip.Is6() && netip.MustParsePrefix("64:ff9b::/96").Contains(ip):
		return netip.AddrFrom4([4]byte(bytes[12:16]))
	case ip.Is6() && netip.MustParsePrefix("2002::/16").Contains(ip):
		return netip.AddrFrom4([4]byte(bytes[2:6]))
	default:
		return ip
	}
}
