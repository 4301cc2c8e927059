package process_test

import (
	"testing"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/process"
)

func TestPulse(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	pulse := process.NewPulse(func() time.Time { return now })
	check := func(want bool) {
		t.Helper()
		if err := pulse.Check("runs", time.Minute); (err == nil) != want || err != nil && apierr.KindOf(err) != apierr.KindUnavailable {
			t.Errorf("check: %v, want alive %v", err, want)
		}
	}
	check(false)
	pulse.Beat()
	check(true)
	now = now.Add(time.Minute)
	check(true)
	now = now.Add(time.Nanosecond)
	check(false)
	pulse.Beat()
	check(true)
}
