// Package cadence answers when the runs of a job are due. It is pure arithmetic on instants: no clock, no
// database and no network, so that every rule of a schedule can be checked by itself, over any length of time.
//
// A schedule is a grid of slots Start, Start+Every, Start+2·Every … that ends with End. Slots never leave the grid:
// neither a late poll nor a long run nor an outage moves the ones that follow.
package cadence

import (
	"hash/fnv"
	"time"
)

// Schedule is the part of a job that decides about time. All instants count in whole microseconds, the
// resolution of the databases; finer parts are cut off.
type Schedule struct {
	// Start is the first slot. No run is due before it.
	Start time.Time
	// End is the last instant at which a run may start; the zero time means that the schedule never ends.
	End time.Time
	// Every is the distance between two slots, at least one microsecond.
	Every time.Duration
	// Repeat is the number of completed runs after which the schedule is done; 0 means no limit.
	Repeat int64
}

// Verdict says whether another slot follows, and if not, why.
type Verdict uint8

const (
	// Due means that a slot follows.
	Due Verdict = iota
	// Expired means that the next slot would lie behind End.
	Expired
	// Completed means that the wanted number of runs has been done.
	Completed
)

// NotBefore returns the first slot at or after t. The instant is zero unless the verdict is Due. The number of
// runs completed so far is compared with Repeat.
func (s Schedule) NotBefore(t time.Time, completed int64) (time.Time, Verdict) {
	if s.Repeat > 0 && completed >= s.Repeat {
		return time.Time{}, Completed
	}
	slot := s.ceil(t)
	if s.Expired(slot) {
		return time.Time{}, Expired
	}
	return slot, Due
}

// After returns the first slot later than t, like NotBefore.
func (s Schedule) After(t time.Time, completed int64) (time.Time, Verdict) {
	return s.NotBefore(time.UnixMicro(t.UnixMicro()+1), completed)
}

// Expired reports whether t lies behind End, so that no run may start any more.
func (s Schedule) Expired(t time.Time) bool {
	return !s.End.IsZero() && t.UnixMicro() > s.End.UnixMicro()
}

// Collapse returns the slot that a late run stands for: of all slots from slot to now the youngest that may still
// run. Missed slots before it are not made up. A slot that is not yet due is returned as it is.
func (s Schedule) Collapse(slot, now time.Time) time.Time {
	if now.Before(slot) {
		return slot
	}
	if s.Expired(now) {
		now = s.End
	}
	if youngest := s.floor(now); youngest.After(slot) {
		return youngest
	}
	return slot
}

// Between counts the slots that are later than after and not later than upTo. With after = the slot of a run and upTo
// = its end these are the slots that found the job busy.
func (s Schedule) Between(after, upTo time.Time) int64 {
	if s.Expired(upTo) {
		upTo = s.End
	}
	return max(0, s.index(upTo)-s.index(after))
}

// Preview returns at most n of the slots at or after t, fewer if the schedule ends before. It assumes that every
// run completes.
func (s Schedule) Preview(t time.Time, completed int64, n int) []time.Time {
	var slots []time.Time
	for len(slots) < n {
		slot, verdict := s.NotBefore(t, completed+int64(len(slots)))
		if verdict != Due {
			break
		}
		slots = append(slots, slot)
		t = slot.Add(time.Microsecond)
	}
	return slots
}

// index numbers the youngest slot at or before t, counted from 0; it is -1 before Start.
func (s Schedule) index(t time.Time) int64 {
	distance := t.UnixMicro() - s.Start.UnixMicro()
	if distance < 0 {
		return -1
	}
	return distance / s.Every.Microseconds()
}

// floor is the youngest slot at or before t, or Start if there is none.
func (s Schedule) floor(t time.Time) time.Time {
	return s.slot(max(0, s.index(t)))
}

// ceil is the first slot at or after t.
func (s Schedule) ceil(t time.Time) time.Time {
	number := max(0, s.index(t))
	if slot := s.slot(number); slot.UnixMicro() >= t.UnixMicro() {
		return slot
	}
	return s.slot(number + 1)
}

// slot is the slot with the given number.
func (s Schedule) slot(number int64) time.Time {
	return time.UnixMicro(s.Start.UnixMicro() + number*s.Every.Microseconds()).UTC()
}

// Offset spreads runs that would all be due at the same instant: it returns a delay from 0 up to, not including, the
// spread, always the same for the same key. The spread counts for at most a tenth of every, so that a
// delayed run stays close to its slot.
func Offset(key string, spread, every time.Duration) time.Duration {
	spread = min(spread, every/10).Truncate(time.Microsecond)
	if spread <= 0 {
		return 0
	}
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(key))
	return time.Duration(hash.Sum64()%uint64(spread.Microseconds())) * time.Microsecond
}

// MaxBackOff limits the pause after internal failures for schedules that run more often than this.
const MaxBackOff = time.Hour

// BackOff returns how long a job pauses after its consecutive internal failures, in addition to waiting for the
// next slot: nothing after the first one, then every, 3·every, 7·every … up to MaxBackOff.
func BackOff(failures int64, every time.Duration) time.Duration {
	if failures <= 1 {
		return 0
	}
	pause := every
	for range min(failures, 64) - 2 {
		if pause >= MaxBackOff {
			break
		}
		pause = 2*pause + every
	}
	return min(pause, MaxBackOff)
}
