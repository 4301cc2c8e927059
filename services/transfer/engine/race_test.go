//go:build race

package engine_test

import "flag"

// Everything takes several times as long where data races are looked for: a part of the histories must do for that.
func init() {
	if err := flag.Set("rapid.checks", "10"); err != nil {
		panic(err)
	}
}
