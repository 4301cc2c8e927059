package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// tick is the unit in which Linux counts the time of processors, as every Linux on our processors has it.
const tick = 10 * time.Millisecond

// unbound is how long fn would take if no core of the machine had waited for another: the time that all processes together
// were at work meanwhile, shared out evenly. Nothing that does the same work is faster, however well it is spread. It holds
// on a machine that does nothing else.
func unbound(fn func() error) (time.Duration, error) {
	before, err := atWork()
	if err != nil {
		return 0, err
	}
	if err := fn(); err != nil {
		return 0, err
	}
	after, err := atWork()
	return max(after-before, tick) / time.Duration(runtime.NumCPU()), err
}

// atWork is the time that all cores have worked since the machine was started.
func atWork() (time.Duration, error) {
	const file = "/proc/stat"
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	total, err := workIn(string(text))
	if err != nil {
		return 0, fmt.Errorf("%s: %w", file, err)
	}
	return total, nil
}

// workIn adds up the first line of /proc/stat: user, nice, system, then idle and waiting for the disk, then interrupts.
func workIn(text string) (total time.Duration, err error) {
	line, _, _ := strings.Cut(text, "\n")
	fields := strings.Fields(line)
	if len(fields) < 8 || fields[0] != "cpu" {
		return 0, fmt.Errorf("no times of the processors in %q", line)
	}
	for _, i := range []int{1, 2, 3, 6, 7} {
		n, err := strconv.ParseInt(fields[i], 10, 64)
		if err != nil {
			return 0, err
		}
		total += time.Duration(n) * tick
	}
	return total, nil
}
