package loop_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/edensync/edensync/services/scheduler"
	"github.com/edensync/edensync/services/scheduler/loop"
)

// TestWhateverHappens lets a day go by with outages, restarts, edits and runs of any length, and checks what must hold all the
// same.
func TestWhateverHappens(t *testing.T) {
	t.Parallel()
	for seed := range uint64(25) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			inVirtualTime(t, func(b *bench) { whateverHappens(b, rand.New(rand.NewPCG(seed, 1))) })
		})
	}
}

func whateverHappens(b *bench, random *rand.Rand) {
	b.settings = loop.Settings{Poll: 5 * time.Second, Watch: 5 * time.Second}
	lengths, endings := make([]time.Duration, 1000), make([]scheduler.RunState, 1000)
	for i := range lengths {
		lengths[i] = time.Duration(random.IntN(400)) * time.Second
		endings[i] = []scheduler.RunState{scheduler.RunDone, scheduler.RunDone, scheduler.RunFailed, scheduler.RunStopped}[random.IntN(4)]
	}
	b.transfer.length = func(n int) time.Duration { return lengths[n] }
	b.transfer.ending = func(n int) scheduler.Run { return scheduler.Run{State: endings[n]} }
	b.job("j1", every5)
	b.job("j2", func(j *scheduler.Job) { j.RunEvery, j.Spread = 7*time.Minute, 30*time.Second })
	stop := b.start()
	alive := true
	for range 100 {
		b.pass(time.Duration(random.IntN(900)) * time.Second)
		switch random.IntN(5) {
		case 0:
			b.transfer.set(func() { b.transfer.down = !b.transfer.down })
		case 1:
			if alive {
				stop()
			} else {
				stop = b.start()
			}
			alive = !alive
		case 2:
			b.configure("j1", func(c *scheduler.Config) { c.Enabled = !c.Enabled })
		case 3:
			b.configure("j2", func(c *scheduler.Config) { c.Timeout += time.Second })
		default:
		}
	}
	if alive {
		stop()
	}
	checkRuns(b, endings)
}

func checkRuns(b *bench, endings []scheduler.RunState) {
	t := b.t
	seen := map[string]bool{}
	var done, ended time.Duration
	for n, s := range b.transfer.runs {
		if seen[s.RequestID] {
			t.Errorf("%s ran twice", s.RequestID)
		}
		seen[s.RequestID] = true
		since := s.at.Sub(b.begin)
		if since < ended {
			t.Errorf("run %d began %v before the end of the one before", n, ended-since)
		}
		ended = since + b.transfer.length(n)
		var id string
		var slot int64
		if _, err := fmt.Sscanf(s.RequestID, "j%1s/%d", &id, &slot); err != nil {
			t.Fatal(err)
		}
		every := map[string]time.Duration{"1": 5 * time.Minute, "2": 7 * time.Minute}[id]
		offset := time.UnixMicro(slot).Sub(b.begin)
		if offset < 0 || offset%every != 0 || offset > since {
			t.Errorf("run %d at %v stands for %v, which is no slot before it", n, since, offset)
		}
		if endings[n] == scheduler.RunDone {
			done++
		}
	}
	if len(seen) < 5 {
		t.Errorf("only %d runs in all that time", len(seen))
	}
	counted := int64(b.get("j1").RunsCompleted + b.get("j2").RunsCompleted)
	if counted > int64(done) || counted < int64(done)-2 { // runs under way at the end are not counted yet
		t.Errorf("%d successful runs are counted, %d took place", counted, done)
	}
}
