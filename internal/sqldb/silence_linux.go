package sqldb

import (
	"errors"
	"strings"
	"syscall"
)

// tcpUserTimeout is the option of the socket that limits how long data may wait for being acknowledged, in
// milliseconds. Package syscall does not name it.
const tcpUserTimeout = 0x12

// limitSilence cuts a connection when what was sent is not acknowledged in time; otherwise the kernel would try for a
// quarter of an hour.
func limitSilence(network, _ string, socket syscall.RawConn) error {
	if !strings.HasPrefix(network, "tcp") {
		return nil
	}
	var failed error
	err := socket.Control(func(fd uintptr) {
		failed = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpUserTimeout, int(silentTimeout.Milliseconds()))
	})
	return errors.Join(err, failed)
}
