package config

import (
	"net/netip"
	"time"

	"github.com/edensync/edensync/internal/apierr"
)

// Attempts counts failed sign-ins of one subject: an account at an address, or
// an address whatever the account.
type Attempts struct {
	Subject     string
	Failures    int
	LastTime    time.Time
	LockedUntil time.Time
}

const (
	// freeOfPair and freeOfAddress failures cost nothing; an address may stand for
	// a whole office behind one router.
	freeOfPair    = 5
	freeOfAddress = 30
	// firstDelay doubles with each further failure up to longDelay.
	firstDelay = time.Second
	longDelay  = 15 * time.Minute
	// forgetAfter without an attempt the failures are forgotten.
	forgetAfter = 24 * time.Hour
)

// charge counts an attempt before its password is looked at, so that attempts
// in parallel cannot outrun the counter; a success gives it back.
func (a Attempts) charge(now time.Time, free int) Attempts {
	if now.Sub(a.LastTime) >= forgetAfter {
		a.Failures = 0
	}
	a.Failures++
	a.LastTime, a.LockedUntil = now, now.Add(delayAfter(a.Failures, free))
	return a
}

// refund takes back what charge counted.
func (a Attempts) refund() Attempts {
	a.Failures = max(0, a.Failures-1)
	a.LockedUntil = time.Time{}
	return a
}

// delayAfter is how long the next attempt has to wait.
func delayAfter(failures, free int) time.Duration {
	if failures < free {
		return 0
	}
	delay := firstDelay
	for range failures - free {
		if delay *= 2; delay >= longDelay {
			return longDelay
		}
	}
	return delay
}

func errLocked(wait time.Duration) error {
	wait = max(wait.Round(time.Second), time.Second)
	return apierr.New(apierr.KindExhausted, apierr.ReasonSignInLocked,
		"Too many attempts failed, so this one was not looked at; wait %s and try again.", wait).After(wait)
}

// pairSubject and addressSubject name what is counted.
func pairSubject(account, address string) string {
	return "account " + fold(oneLine(account, maxUsername)) + " at " + networkOf(address)
}

func addressSubject(address string) string { return "address " + networkOf(address) }

// networkOf is the address, or for IPv6 its network of 64 bits: whoever has one
// such address has them all. What is no address stands for itself, cut short.
func networkOf(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		if port, err := netip.ParseAddrPort(address); err == nil {
			ip = port.Addr()
		} else {
			return oneLine(address, 64)
		}
	}
	if ip = ip.Unmap(); ip.Is4() {
		return ip.String()
	}
	network, err := ip.WithZone("").Prefix(64)
	if err != nil {
		return ip.String()
	}
	return network.String()
}
