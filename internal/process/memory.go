package process

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// thrifty is how much garbage is let grow, in percent of what is in use, before
// it is collected: half as much as usual, for a few percent of processor time.
const thrifty = 50

// sparse is how much a process may have in all, garbage included, before anything is
// collected: a few exchanges of few records make some megabytes each, and looking at
// all that is in use after each of them would be a quarter of their time.
const sparse = 17 << 20

// A process that has no more than modest bytes in use gets along with small bytes
// in all; the runtime gives back to the system what is above. One that works for
// many at a time gets headroom beyond what is in use, because a collector that
// has none would do nothing but collect.
const (
	modest   = 30 << 20
	small    = 40 << 20
	headroom = 8 << 20
)

// SaveMemory makes the process collect garbage earlier than Go's default, so that
// it fits on small machines. Who sets GOGC or GOMEMLIMIT decides otherwise.
func SaveMemory() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		afterCollection(new(saver).adjust)
	}
}

// saver remembers what it has set: setting it stops the whole process for a moment.
type saver struct{ percent int }

// adjust sets limits by what the last collection has left.
func (s *saver) adjust() {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	inUse := int64(live[0].Value.Uint64())
	debug.SetMemoryLimit(limitFor(inUse))
	if percent := percentFor(inUse); percent != s.percent {
		s.percent = percent
		debug.SetGCPercent(percent)
	}
}

// percentFor is how much garbage may come on top of what is in use, in steps. The runtime begins to
// collect at 4 MiB times this, however little is in use.
func percentFor(inUse int64) int {
	const step, most = 25, 100 * sparse / (4 << 20)
	room := (sparse - inUse) * 100 / max(inUse, 1<<20)
	return int(min(max(thrifty, room/step*step), most))
}

func limitFor(inUse int64) int64 {
	if inUse <= modest {
		return small
	}
	return inUse + inUse*thrifty/100 + headroom
}

// sentinel is garbage at once, and large enough not to share its place with
// other small things.
type sentinel struct{ _ [16]byte }

// afterCollection runs fn now, and after each collection of garbage.
func afterCollection(fn func()) {
	fn()
	runtime.SetFinalizer(&sentinel{}, func(*sentinel) { afterCollection(fn) })
}
