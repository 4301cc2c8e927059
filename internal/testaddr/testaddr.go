// Package testaddr finds addresses for programs under test that are told where to listen before they start.
package testaddr

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
)

// Ports from first on are given out: below those that systems choose themselves for whoever connects or asks for any
// port, so that nobody takes an address between the look and the start of the program.
const (
	first = 10_000
	many  = 10_000
	tries = 100
)

var (
	mu    sync.Mutex
	given = map[int]bool{}
)

// Free is an address of this machine, host:port, that nobody listens on and that was not given out before by this process.
func Free() (string, error) {
	mu.Lock()
	defer mu.Unlock()
	for range tries {
		port := first + rand.N(many) //nolint:gosec // any will do
		address := fmt.Sprintf("127.0.0.1:%d", port)
		if given[port] || !free(address) {
			continue
		}
		given[port] = true
		return address, nil
	}
	return "", errors.New("no port is free for a program under test")
}

// Take is Free for a test, which ends if there is none.
func Take(tb testing.TB) string {
	tb.Helper()
	address, err := Free()
	if err != nil {
		tb.Fatal(err)
	}
	return address
}

func free(address string) bool {
	l, err := net.Listen("tcp", address) //nolint:noctx // it does not wait
	if err != nil {
		return false
	}
	return l.Close() == nil
}
