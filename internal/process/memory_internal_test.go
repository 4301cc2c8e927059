package process

import "testing"

// What is in use and the garbage beside it have the same room while there is little of it.
func TestGarbageBesideLittleAndMuch(t *testing.T) {
	t.Parallel()
	const mega = 1 << 20
	for inUse, want := range map[int64]int{0: 425, mega: 425, 5 * mega: 225, 8 * mega: 100, 13 * mega: 50, 20 * mega: 50, 1000 * mega: 50} {
		if got := percentFor(inUse); got != want {
			t.Errorf("%d MiB in use: %d percent, want %d", inUse/mega, got, want)
		}
	}
}
