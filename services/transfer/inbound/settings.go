package inbound

import "time"

// Defaults of Settings.
const (
	DefaultMaxBodyBytes      = 512 << 20
	DefaultMaxConcurrent     = 16
	DefaultMaxWaiting        = 64
	DefaultPatience          = 60 * time.Second
	DefaultIdleTimeout       = 60 * time.Second
	DefaultMaxRefusalEntries = 10
)

func (s Settings) withDefaults() Settings {
	return Settings{
		MaxBodyBytes:       orDefault(s.MaxBodyBytes, DefaultMaxBodyBytes),
		MaxConcurrent:      orDefault(s.MaxConcurrent, DefaultMaxConcurrent),
		MaxWaiting:         orDefault(s.MaxWaiting, DefaultMaxWaiting),
		Patience:           orDefault(s.Patience, DefaultPatience),
		IdleTimeout:        orDefault(s.IdleTimeout, DefaultIdleTimeout),
		MaxRefusalEntries:  orDefault(s.MaxRefusalEntries, DefaultMaxRefusalEntries),
		TrustedProxies:     s.TrustedProxies,
		LegacyRegistration: s.LegacyRegistration,
	}
}

func orDefault[T int | int64 | time.Duration](value, preset T) T {
	if value <= 0 {
		return preset
	}
	return value
}
