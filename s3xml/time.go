package s3xml

import (
	"fmt"
	"strings"
	"time"
)

// wireTime is the one form in which times are written: UTC, whole seconds, no zone.
const wireTime = "2006-01-02T15:04:05"

// FormatTime returns a time as it stands on the wire. A fraction of a second is cut off, as Eden does.
func FormatTime(t time.Time) string { return string(AppendTime(nil, t)) }

// AppendTime appends what [FormatTime] returns.
func AppendTime(dst []byte, t time.Time) []byte {
	dst = t.UTC().AppendFormat(dst, time.RFC3339) // the library is much faster with this form, which ends in Z
	return dst[:len(dst)-1]
}

// ParseMsince reads the msince parameter of a request. Besides the form of [FormatTime] it accepts a fraction and a zone,
// Z or an offset, whose plus sign may have become a blank in the URL. Everything else is an error: a sender that
// is understood wrongly would get every record.
//
// EDEN: anything but the exact form is silently ignored there (docs/s3xml.md §8).
func ParseMsince(s string) (time.Time, error) {
	clock, rest, ok := strings.Cut(s, "T")
	if !ok || len(clock) != len("2006-01-02") || len(rest) < len("15:04:05") {
		return time.Time{}, fmt.Errorf("s3xml: msince %q is not of the form YYYY-MM-DDTHH:MM:SS", shorten(s))
	}
	for _, layout := range []string{wireTime, wireTime + "Z07:00", wireTime + "Z0700", wireTime + " 07:00"} {
		if t, err := parseLayout(layout, s); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("s3xml: msince %q is not of the form YYYY-MM-DDTHH:MM:SS", shorten(s))
}

// parseLayout reads a time of years 1 to 9999; a blank before an offset stands for a plus sign.
func parseLayout(layout, s string) (time.Time, error) {
	if bare, ok := strings.CutSuffix(layout, " 07:00"); ok {
		clock, offset, found := strings.Cut(s, " ")
		if !found {
			return time.Time{}, errNoTime
		}
		layout, s = bare+"-07:00", clock+"+"+offset
	}
	// time.Parse would take a comma for the point of a fraction.
	if strings.Contains(s, ",") {
		return time.Time{}, errNoTime
	}
	t, err := time.Parse(layout, s)
	return inYears(t.UTC().Truncate(time.Microsecond), err)
}

// ParseTime reads a time as Eden's importer does and returns it in UTC, to the microsecond. What the text leaves
// out is taken from now and from 08:00: a date alone is eight o'clock of that day.
//
// EDEN: the accepted forms and their reading are listed in docs/s3xml.md §8.
func ParseTime(s string, now time.Time) (time.Time, error) {
	if t, ok := parseWire(s); ok {
		return t, nil
	}
	p := timeParser{rest: strings.TrimSpace(s)}
	t, err := p.parse(now.UTC())
	if err != nil {
		return time.Time{}, fmt.Errorf("s3xml: %q is no time: %w", shorten(s), err)
	}
	return t, nil
}
