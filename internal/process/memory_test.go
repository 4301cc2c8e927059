package process_test

import (
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"github.com/edensync/edensync/internal/process"
)

// limitAbove waits until the limit is above a number of bytes, or not.
func limitAbove(t *testing.T, bytes int64, want bool) {
	t.Helper()
	end := time.Now().Add(10 * time.Second)
	for debug.SetMemoryLimit(-1) > bytes != want {
		if time.Now().After(end) {
			t.Fatalf("the limit is %d", debug.SetMemoryLimit(-1))
		}
		runtime.GC()
		runtime.Gosched()
	}
}

// It changes the whole process: no t.Parallel.
func TestMemoryGrowsWithWhatIsInUse(t *testing.T) {
	percent, limit := debug.SetGCPercent(100), debug.SetMemoryLimit(-1)
	defer func() { debug.SetGCPercent(percent); debug.SetMemoryLimit(limit) }()
	process.SaveMemory()
	const much = 200 << 20
	limitAbove(t, much, false)
	used := make([]byte, much)
	limitAbove(t, much+much/3, true)
	runtime.KeepAlive(used)
	limitAbove(t, much, false)
}
