// Package process is what every process of the product does alike: settings
// from flags, environment and secret files, logs without secrets, listeners
// that encrypt beyond this machine, ordered start and stop, health and metrics.
package process

import (
	"fmt"
	"log/slog"
	"os"
	"reflect"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/redact"
)

// Secret is a setting that nothing prints. As a flag it is also read from the
// file that the environment variable NAME_FILE names, as containers hand them out.
type Secret string

// String is a mask, "" for no secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return redact.Mask
}

// GoString keeps the value out of %#v.
func (s Secret) GoString() string { return fmt.Sprintf("%q", s.String()) }

// LogValue keeps the value out of logs.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText keeps the value out of JSON.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText takes the value.
func (s *Secret) UnmarshalText(text []byte) error {
	*s = Secret(text)
	return nil
}

// Reveal is the value itself, for the one place that needs it.
func (s Secret) Reveal() string { return string(s) }

const maxSecretFile = 64 << 10

// secretFiles is the kong resolver behind NAME_FILE.
func secretFiles(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if flag.Target.Type() != reflect.TypeFor[Secret]() {
		return nil, nil
	}
	for _, name := range flag.Envs {
		path := os.Getenv(name + "_FILE")
		if path == "" {
			continue
		}
		if os.Getenv(name) != "" {
			return nil, badSetting("both %s and %s_FILE are set; leave one out", name, name)
		}
		return readSecret(name, path)
	}
	return nil, nil
}

func readSecret(name, path string) (string, error) {
	text, err := os.ReadFile(path) //nolint:gosec // the administrator names the file
	if err != nil {
		return "", badSetting("%s_FILE cannot be read", name).Wrap(err)
	}
	if len(text) > maxSecretFile {
		return "", badSetting("the file of %s_FILE is larger than 64 KiB", name)
	}
	return strings.TrimRight(string(text), "\r\n"), nil
}

func badSetting(format string, args ...any) *apierr.Error {
	return apierr.New(apierr.KindInvalid, apierr.ReasonSettingsInvalid, "The process does not start: "+format+".", args...)
}
