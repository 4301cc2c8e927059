package peer

import (
	"context"
	"net"
	"time"
)

// Settings bound what a remote may cost. Use Defaults and change what must differ.
type Settings struct {
	// ConnectTimeout is for the whole way to a usable connection: name, TCP, proxy and TLS.
	ConnectTimeout time.Duration
	// HeaderTimeout is from the end of the request to the head of the answer. An Eden builds the whole document
	// before it answers, so this is long.
	HeaderTimeout time.Duration
	// IdleTimeout is the longest silence while a body is sent or received.
	IdleTimeout time.Duration
	// MaxResponseBytes limits a pulled document after decompression.
	MaxResponseBytes int64
	// MaxAnswerBytes limits the JSON answer to a push after decompression; it repeats every refused record.
	MaxAnswerBytes int64
	// UserAgent names this program to the remote.
	UserAgent string
	// MaxAttempts is how often a pull, a push or a fetch is sent within one call when the connection fails or
	// the remote says 429, 502, 503 or 504. 1 = never again.
	MaxAttempts int
	// RetryInterval is the first pause between two attempts; it doubles.
	RetryInterval time.Duration
	// MaxRetryAfter is the longest Retry-After that is waited for within a call. When the remote asks for more
	// the call ends and Error.RetryAfter tells how long to stay away.
	MaxRetryAfter time.Duration
	// Dial opens connections; nil = the network. Tests give an in-memory one.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// Defaults are settings that fit a slow line and a slow Eden.
func Defaults() Settings {
	return Settings{
		ConnectTimeout:   30 * time.Second,
		HeaderTimeout:    10 * time.Minute,
		IdleTimeout:      time.Minute,
		MaxResponseBytes: 4 << 30,
		MaxAnswerBytes:   64 << 20,
		UserAgent:        "edensync",
		MaxAttempts:      4,
		RetryInterval:    time.Second,
		MaxRetryAfter:    time.Minute,
	}
}

// filled replaces what is not set by the defaults.
func (s Settings) filled() Settings {
	d := Defaults()
	s.ConnectTimeout = orDefault(s.ConnectTimeout, d.ConnectTimeout)
	s.HeaderTimeout = orDefault(s.HeaderTimeout, d.HeaderTimeout)
	s.IdleTimeout = orDefault(s.IdleTimeout, d.IdleTimeout)
	s.MaxResponseBytes = orDefault(s.MaxResponseBytes, d.MaxResponseBytes)
	s.MaxAnswerBytes = orDefault(s.MaxAnswerBytes, d.MaxAnswerBytes)
	s.MaxAttempts = orDefault(s.MaxAttempts, d.MaxAttempts)
	s.RetryInterval = orDefault(s.RetryInterval, d.RetryInterval)
	s.MaxRetryAfter = orDefault(s.MaxRetryAfter, d.MaxRetryAfter)
	if s.UserAgent == "" {
		s.UserAgent = d.UserAgent
	}
	return s
}

func orDefault[T int | int64 | time.Duration](value, standard T) T {
	if value <= 0 {
		return standard
	}
	return value
}
