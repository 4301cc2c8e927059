package cadence_test

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/edensync/edensync/services/scheduler/cadence"
)

var start = time.Date(2026, 3, 1, 8, 30, 0, 0, time.UTC)

// at is an instant so many minutes after the start of the schedules below.
func at(minutes float64) time.Time {
	return start.Add(time.Duration(minutes * float64(time.Minute)))
}

func TestSlots(t *testing.T) {
	t.Parallel()
	open := cadence.Schedule{Start: start, Every: 5 * time.Minute}
	ending := cadence.Schedule{Start: start, Every: 5 * time.Minute, End: at(12)}
	onSlot := cadence.Schedule{Start: start, Every: 5 * time.Minute, End: at(10)}
	thrice := cadence.Schedule{Start: start, Every: 5 * time.Minute, Repeat: 3}
	tests := map[string]struct {
		schedule  cadence.Schedule
		from      time.Time
		completed int64
		notBefore time.Time
		after     time.Time
		verdict   cadence.Verdict // of notBefore
		later     cadence.Verdict // of after
	}{
		"SCH-002 long before the start":   {open, at(-1000), 0, at(0), at(0), 0, 0},
		"SCH-002 just before the start":   {open, start.Add(-1), 0, at(0), at(0), 0, 0},
		"at the start":                    {open, at(0), 0, at(0), at(5), 0, 0},
		"between two slots":               {open, at(6), 0, at(10), at(10), 0, 0},
		"on a slot":                       {open, at(10), 0, at(10), at(15), 0, 0},
		"a microsecond after a slot":      {open, at(10).Add(time.Microsecond), 0, at(15), at(15), 0, 0},
		"a microsecond before a slot":     {open, at(10).Add(-time.Microsecond), 0, at(10), at(10), 0, 0},
		"years later, still on the grid":  {open, at(5_000_001), 0, at(5_000_005), at(5_000_005), 0, 0},
		"SCH-005 end between two slots":   {ending, at(10), 0, at(10), time.Time{}, 0, cadence.Expired},
		"SCH-005 behind the last slot":    {ending, at(10.1), 0, time.Time{}, time.Time{}, cadence.Expired, cadence.Expired},
		"a slot exactly at the end runs":  {onSlot, at(6), 0, at(10), at(10), 0, 0},
		"SCH-006 none follows the end":    {onSlot, at(10), 0, at(10), time.Time{}, 0, cadence.Expired},
		"SCH-007 one completed run short": {thrice, at(1), 2, at(5), at(5), 0, 0},
		"SCH-007 enough completed runs":   {thrice, at(1), 3, time.Time{}, time.Time{}, cadence.Completed, cadence.Completed},
		"more than enough after an edit":  {thrice, at(1), 9, time.Time{}, time.Time{}, cadence.Completed, cadence.Completed},
		"no limit is never reached":       {open, at(1), math.MaxInt64, at(5), at(5), 0, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			slot, verdict := test.schedule.NotBefore(test.from, test.completed)
			if !slot.Equal(test.notBefore) || verdict != test.verdict {
				t.Errorf("NotBefore = %v %v, want %v %v", slot, verdict, test.notBefore, test.verdict)
			}
			slot, verdict = test.schedule.After(test.from, test.completed)
			if !slot.Equal(test.after) || verdict != test.later {
				t.Errorf("After = %v %v, want %v %v", slot, verdict, test.after, test.later)
			}
		})
	}
}

func TestTheTimeZoneOfAnInstantDoesNotMatterSCH003(t *testing.T) {
	t.Parallel()
	kathmandu := time.FixedZone("+0545", 5*3600+45*60)
	s := cadence.Schedule{Start: start.In(kathmandu), Every: 24 * time.Hour}
	slot, _ := s.After(at(1).In(kathmandu), 0)
	if want := start.Add(24 * time.Hour); slot != want {
		t.Errorf("slot = %v, want %v in UTC", slot, want)
	}
}

func TestCollapse(t *testing.T) {
	t.Parallel()
	open := cadence.Schedule{Start: start, Every: 5 * time.Minute}
	ending := cadence.Schedule{Start: start, Every: 5 * time.Minute, End: at(12)}
	tests := map[string]struct {
		schedule        cadence.Schedule
		slot, now, want time.Time
	}{
		"in time":                            {open, at(5), at(5), at(5)},
		"a little late":                      {open, at(5), at(9.9), at(5)},
		"SCH-008 one period late":            {open, at(5), at(10), at(10)},
		"SCH-008 many periods late":          {open, at(5), at(5003), at(5000)},
		"too early stays":                    {open, at(5), at(3), at(5)},
		"never behind the end":               {ending, at(0), at(50), at(10)},
		"a slot beside the grid stays ahead": {open, at(7), at(8), at(7)},
		"a slot beside the grid is replaced": {open, at(7), at(11), at(10)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := test.schedule.Collapse(test.slot, test.now); !got.Equal(test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestBetweenCountsTheSlotsThatARunCoveredSCH009(t *testing.T) {
	t.Parallel()
	open := cadence.Schedule{Start: start, Every: 5 * time.Minute}
	ending := cadence.Schedule{Start: start, Every: 5 * time.Minute, End: at(12)}
	tests := map[string]struct {
		schedule    cadence.Schedule
		after, upTo time.Time
		want        int64
	}{
		"a short run":                 {open, at(5), at(9), 0},
		"ended on the next slot":      {open, at(5), at(10), 1},
		"three periods long":          {open, at(5), at(22), 3},
		"nothing behind the end":      {ending, at(5), at(60), 1},
		"from before the start":       {open, at(-30), at(6), 2},
		"wholly before the start":     {open, at(-30), at(-10), 0},
		"backwards is no slot at all": {open, at(20), at(5), 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := test.schedule.Between(test.after, test.upTo); got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
}

func TestPreview(t *testing.T) {
	t.Parallel()
	s := cadence.Schedule{Start: start, Every: 5 * time.Minute}
	ending, thrice := s, s
	ending.End, thrice.Repeat = at(10), 3
	tests := map[string]struct {
		schedule  cadence.Schedule
		from      time.Time
		completed int64
		want      []time.Time
	}{
		"from before the start":   {s, at(-60), 0, []time.Time{at(0), at(5), at(10), at(15)}},
		"from between":            {s, at(6), 7, []time.Time{at(10), at(15), at(20), at(25)}},
		"up to the end":           {ending, at(3), 0, []time.Time{at(5), at(10)}},
		"as many as are left":     {thrice, at(3), 1, []time.Time{at(5), at(10)}},
		"none when expired":       {ending, at(11), 0, nil},
		"none when all were done": {thrice, at(11), 3, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, test.schedule.Preview(test.from, test.completed, 4)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestOffsetSpreadsRepositories(t *testing.T) {
	t.Parallel()
	seen := map[time.Duration]bool{}
	for _, key := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		offset := cadence.Offset(key, 30*time.Second, 10*time.Minute)
		if offset < 0 || offset >= 30*time.Second {
			t.Errorf("%s: %v lies outside the spread", key, offset)
		}
		if again := cadence.Offset(key, 30*time.Second, 10*time.Minute); again != offset {
			t.Errorf("%s: %v, then %v", key, offset, again)
		}
		seen[offset] = true
	}
	if len(seen) < 6 {
		t.Errorf("eight repositories have only %d different offsets", len(seen))
	}
}

func TestOffsetStaysCloseToTheSlot(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"a", "b", "c", "d"} {
		if got := cadence.Offset(key, time.Hour, 10*time.Second); got >= time.Second {
			t.Errorf("%s: %v is more than a tenth of ten seconds", key, got)
		}
		if got := cadence.Offset(key, 0, time.Hour); got != 0 {
			t.Errorf("%s: %v although no spread is wanted", key, got)
		}
	}
}

func TestBackOffSCH014(t *testing.T) {
	t.Parallel()
	tests := []struct {
		failures int64
		every    time.Duration
		want     time.Duration
	}{
		{0, time.Minute, 0},
		{1, time.Minute, 0},
		{2, time.Minute, time.Minute},
		{3, time.Minute, 3 * time.Minute},
		{4, time.Minute, 7 * time.Minute},
		{5, time.Minute, 15 * time.Minute},
		{8, time.Minute, time.Hour},
		{math.MaxInt64, time.Second, time.Hour},
		{2, 24 * time.Hour, time.Hour},
	}
	for _, test := range tests {
		if got := cadence.BackOff(test.failures, test.every); got != test.want {
			t.Errorf("BackOff(%d, %v) = %v, want %v", test.failures, test.every, got, test.want)
		}
	}
}
