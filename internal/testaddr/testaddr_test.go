package testaddr_test

import (
	"net"
	"testing"

	"github.com/edensync/edensync/internal/testaddr"
)

func TestAddressesAreFreeAndGivenOnce(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 50 {
		address, err := testaddr.Free()
		if err != nil || seen[address] {
			t.Fatalf("%q again: %v, %v", address, seen[address], err)
		}
		seen[address] = true
		l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = l.Close() })
	}
}
