package process

import (
	"os"
	"runtime/debug"
)

// thrifty is how much garbage is let grow, in percent of what is in use, before
// it is collected: half as much as usual, for a few percent of processor time.
const thrifty = 50

// SaveMemory makes the process collect garbage earlier than Go's default, so that
// it fits on small machines. Who sets GOGC or GOMEMLIMIT decides otherwise.
func SaveMemory() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetGCPercent(thrifty)
	}
}
