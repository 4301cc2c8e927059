package process

import (
	"context"
	"net"
	"os"
	"strconv"
	"time"
)

// SystemdPart tells systemd, where it wants to hear it (Type=notify), when everything has begun and when it ends, and
// that the process lives (WatchdogSec).
func SystemdPart() Part {
	return Part{
		Name:  "notice to systemd",
		Start: func(ctx context.Context) error { return tellSystemd(ctx, "READY=1") },
		Run:   watchdog,
		Stop:  func(ctx context.Context) error { return tellSystemd(ctx, "STOPPING=1") },
	}
}

func watchdog(ctx context.Context) error {
	micros, err := strconv.ParseInt(os.Getenv("WATCHDOG_USEC"), 10, 64)
	if err != nil || micros <= 0 {
		<-ctx.Done()
		return nil
	}
	tick := time.NewTicker(max(time.Duration(micros)*time.Microsecond/3, time.Millisecond))
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			if err := tellSystemd(ctx, "WATCHDOG=1"); err != nil {
				return err
			}
		}
	}
}

// tellSystemd sends one notice. Without systemd there is nobody to tell.
func tellSystemd(ctx context.Context, notice string) error {
	socket := os.Getenv("NOTIFY_SOCKET")
	if socket == "" {
		return nil
	}
	conn, err := new(net.Dialer).DialContext(ctx, "unixgram", socket)
	if err != nil {
		return err
	}
	_, err = conn.Write([]byte(notice))
	if closeErr := conn.Close(); err == nil {
		err = closeErr
	}
	return err
}
