package scenario_test

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// world is what the commands of one story share.
type world struct {
	tb     testing.TB
	engine string
	dir    string
	sites  map[string]*site
	edens  map[string]*eden
	jars   map[string]*jar
	status int          // of the last client
	said   bytes.Buffer // everything that clients and answers have said
}

type worldKey struct{}

func newWorld(tb testing.TB, engine, dir string) *world {
	tb.Helper()
	return &world{tb: tb, engine: engine, dir: dir, sites: map[string]*site{}, edens: map[string]*eden{}, jars: map[string]*jar{}}
}

func worldOf(ts *testscript.TestScript) *world {
	w, ok := ts.Value(worldKey{}).(*world)
	if !ok {
		ts.Fatalf("there is no world")
	}
	return w
}

// site finds a site that was started.
func (w *world) site(ts *testscript.TestScript, name string) *site {
	s := w.sites[name]
	if s == nil {
		ts.Fatalf("there is no site %q; start it with: site %s", name, name)
	}
	return s
}

// end stops everything; a story that failed shows the ends of the logs.
func (w *world) end() {
	for _, s := range w.sites {
		if err := s.kill(); err != nil {
			w.tb.Errorf("kill %s: %v", s.name, err)
		}
		w.checkLog(s)
		if s.database != "" {
			dropDatabase(w.tb, s.database)
		}
		if s.backup {
			dropDatabase(w.tb, strings.Replace(s.database, s.databaseName(), s.databaseName()+"_backup", 1))
		}
	}
	for _, e := range w.edens {
		e.stop()
	}
}

const shownLines = 40

func (w *world) checkLog(s *site) {
	text, err := os.ReadFile(s.logPath())
	if err != nil {
		w.tb.Errorf("read the log of %s: %v", s.name, err)
		return
	}
	if i := bytes.Index(text, []byte("panic")); i >= 0 {
		w.tb.Errorf("the log of %s speaks of a panic: %.4000s", s.name, text[i:])
	}
	if w.tb.Failed() {
		lines := slices.DeleteFunc(strings.Split(strings.TrimSpace(string(text)), "\n"), func(line string) bool {
			return strings.Contains(line, "level=DEBUG")
		})
		w.tb.Logf("end of the log of %s:\n%s", s.name, strings.Join(lines[max(0, len(lines)-shownLines):], "\n"))
	}
}

// answer is what a command that can be awaited has to say.
type answer struct {
	out, err string
	failed   bool
}

// speaker is a command that can be awaited. Wrong usage ends the story.
type speaker func(ts *testscript.TestScript, args []string) answer

// said makes a command of the story: its output is remembered and can be looked at.
func said(speak speaker) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		a := speak(ts, args)
		a.tell(ts)
		switch {
		case a.failed && !neg:
			ts.Fatalf("it failed")
		case !a.failed && neg:
			ts.Fatalf("it did not fail")
		}
	}
}

func (a answer) tell(ts *testscript.TestScript) {
	w := worldOf(ts)
	w.said.WriteString(a.out + "\n" + a.err + "\n")
	write(ts, a.out, a.err)
}

func write(ts *testscript.TestScript, out, err string) {
	for _, w := range []struct {
		to   interface{ Write([]byte) (int, error) }
		text string
	}{{ts.Stdout(), out}, {ts.Stderr(), err}} {
		_, failed := w.to.Write([]byte(w.text))
		ts.Check(failed)
	}
}

// Patience with processes.
const (
	patience = 20 * time.Second
	pollTime = 100 * time.Millisecond
)

// poll asks again and again until done says yes; it tells whether that happened in time.
func poll(limit time.Duration, done func() bool) bool {
	if done() {
		return true
	}
	over := time.After(limit)
	tick := time.NewTicker(pollTime)
	defer tick.Stop()
	for {
		select {
		case <-over:
			return done()
		case <-tick.C:
			if done() {
				return true
			}
		}
	}
}
