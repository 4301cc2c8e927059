package cadence_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/edensync/edensync/services/scheduler/cadence"
)

// naive lists every slot up to the horizon by adding the interval again and again: the second, obvious
// implementation that the arithmetic is compared with.
func naive(s cadence.Schedule, horizon time.Time) []time.Time {
	var slots []time.Time
	for slot := s.Start; !slot.After(horizon); slot = slot.Add(s.Every) {
		if !s.End.IsZero() && slot.After(s.End) {
			break
		}
		slots = append(slots, slot)
	}
	return slots
}

func naiveNotBefore(s cadence.Schedule, t time.Time, completed int64) (time.Time, cadence.Verdict) {
	if s.Repeat != 0 && completed >= s.Repeat {
		return time.Time{}, cadence.Completed
	}
	horizon := t
	if s.Start.After(t) {
		horizon = s.Start
	}
	for _, slot := range naive(s, horizon.Add(s.Every)) {
		if !slot.Before(t) {
			return slot, cadence.Due
		}
	}
	return time.Time{}, cadence.Expired
}

func naiveCollapse(s cadence.Schedule, slot, now time.Time) time.Time {
	best := slot
	for _, other := range naive(s, now) {
		if other.After(best) {
			best = other
		}
	}
	return best
}

func naiveBetween(s cadence.Schedule, after, upTo time.Time) (count int64) {
	for _, slot := range naive(s, upTo) {
		if slot.After(after) {
			count++
		}
	}
	return count
}

// drawSchedule makes schedules with short intervals around one instant, so that instants drawn near it meet starts,
// ends and slots often.
func drawSchedule(t *rapid.T) cadence.Schedule {
	s := cadence.Schedule{
		Start:  start.Add(time.Duration(rapid.IntRange(-50, 50).Draw(t, "start")) * time.Second),
		Every:  time.Duration(rapid.IntRange(1, 40).Draw(t, "every")) * time.Second,
		Repeat: rapid.Int64Range(0, 4).Draw(t, "repeat"),
	}
	if rapid.Bool().Draw(t, "ends") {
		s.End = s.Start.Add(time.Duration(rapid.IntRange(0, 200).Draw(t, "end")) * time.Second)
	}
	return s
}

func drawInstant(t *rapid.T, name string) time.Time {
	return start.Add(time.Duration(rapid.IntRange(-400_000, 400_000).Draw(t, name)) * time.Millisecond)
}

func TestAgainstTheNaiveImplementation(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s, instant, other := drawSchedule(t), drawInstant(t, "instant"), drawInstant(t, "other")
		completed := rapid.Int64Range(0, 5).Draw(t, "completed")

		slot, verdict := s.NotBefore(instant, completed)
		wantSlot, wantVerdict := naiveNotBefore(s, instant, completed)
		if !slot.Equal(wantSlot) || verdict != wantVerdict {
			t.Fatalf("NotBefore = %v %v, want %v %v", slot, verdict, wantSlot, wantVerdict)
		}
		if got, want := s.Between(instant, other), naiveBetween(s, instant, other); got != want {
			t.Fatalf("Between = %d, want %d", got, want)
		}
		if verdict == cadence.Due {
			if got, want := s.Collapse(slot, other), naiveCollapse(s, slot, other); !got.Equal(want) {
				t.Fatalf("Collapse = %v, want %v", got, want)
			}
		}
	})
}

// TestSlotsNeverLeaveTheGrid walks a schedule from run to run, each run of an arbitrary length.
func TestSlotsNeverLeaveTheGrid(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s, now := drawSchedule(t), drawInstant(t, "now")
		for step := range int64(10) {
			slot, verdict := s.After(now, step)
			if verdict != cadence.Due {
				return
			}
			if slot.Before(s.Start) || s.Expired(slot) || slot.Sub(s.Start)%s.Every != 0 || !slot.After(now) {
				t.Fatalf("step %d: %v is no slot after %v", step, slot, now)
			}
			now = slot.Add(time.Duration(rapid.IntRange(0, 100).Draw(t, "length")) * time.Second)
		}
	})
}
