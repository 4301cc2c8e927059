package scenario_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/edensync/edensync/services/transfer/peertest"
)

// eden is a fake Eden with a life of its own.
type eden struct {
	testing.TB
	*peertest.Eden
	read     func(file string) string // of the story
	cleanups []func()
}

// Cleanup keeps what ends the fake; it may end before the story does.
func (e *eden) Cleanup(f func()) { e.cleanups = append(e.cleanups, f) }

func (e *eden) stop() {
	for _, f := range e.cleanups {
		f()
	}
	e.cleanups = nil
}

// edenCommand starts a fake Eden, or talks to it:
//
//	user NAME PASSWORD            demand these credentials from now on
//	know RESOURCE…                have these tables
//	put RESOURCE UID TIME XML     store a record made there (TIME as on the wire, or now)
//	fill RESOURCE N               store N records
//	delete RESOURCE UID TIME      store a deletion
//	refuse UID FIELD MESSAGE      reject this record whenever it is pushed
//	accept UID                    take it again
//	fault OP N KIND [ARG…]        the next N requests (0: all from now on) go wrong: status CODE TEXT, document FILE, ticket, hangup, cut BYTES
//	heal                          no more faults
//	requests OP                   what was asked so far, oldest first, with bodies
//	records RESOURCE              what is stored
//	stop                          be gone: nobody listens at the address any more
func edenCommand(ts *testscript.TestScript, args []string) answer {
	w := worldOf(ts)
	if len(args) == 0 {
		ts.Fatalf("usage: eden NAME [SUBCOMMAND ARG…]")
	}
	e := w.edens[args[0]]
	if len(args) == 1 && e == nil {
		e = &eden{TB: w.tb}
		e.Eden = peertest.Start(e)
		w.edens[args[0]] = e
		ts.Setenv(strings.ToUpper(args[0])+"_URL", e.URL())
		return answer{}
	}
	if len(args) == 1 || e == nil {
		ts.Fatalf("eden %s: start it first, and once", args[0])
	}
	do, rest := edenCommands[args[1]], args[2:]
	if do.arguments == 0 && do.run == nil || len(rest) < do.arguments {
		ts.Fatalf("eden %s: unknown, or too few arguments", args[1])
	}
	e.read = ts.ReadFile
	out, err := do.run(e, rest)
	ts.Check(err)
	return answer{out: out}
}

var edenCommands = map[string]struct {
	arguments int
	run       func(e *eden, args []string) (string, error)
}{
	"user": {2, func(e *eden, args []string) (string, error) { e.RequireUser(args[0], args[1]); return "", nil }},
	"know": {1, func(e *eden, args []string) (string, error) { e.Know(args...); return "", nil }},
	"put": {4, func(e *eden, args []string) (string, error) {
		return "", e.put(args[0], args[1], args[2], args[3], false)
	}},
	"delete":   {3, func(e *eden, args []string) (string, error) { return "", e.put(args[0], args[1], args[2], "", true) }},
	"fill":     {2, (*eden).fill},
	"refuse":   {3, func(e *eden, args []string) (string, error) { e.Refuse(args[0], args[1], args[2]); return "", nil }},
	"accept":   {1, func(e *eden, args []string) (string, error) { e.Accept(args[0]); return "", nil }},
	"fault":    {3, (*eden).fault},
	"heal":     {0, func(e *eden, _ []string) (string, error) { e.Heal(); return "", nil }},
	"requests": {1, (*eden).requests},
	"records":  {1, (*eden).stored},
	"stop":     {0, func(e *eden, _ []string) (string, error) { e.stop(); return "", nil }},
}

const wireTime = "2006-01-02T15:04:05"

func (e *eden) put(resource, uid, at, content string, deleted bool) error {
	t, err := time.Now().UTC(), error(nil)
	if at != "now" {
		t, err = time.Parse(wireTime, at)
	}
	t = t.Truncate(time.Second)
	e.Put(peertest.Record{Resource: resource, UID: uid, CreatedOn: t, ModifiedOn: t, Content: content, Deleted: deleted})
	return err
}

func (e *eden) fill(args []string) (string, error) {
	n, err := strconv.Atoi(args[1])
	for i := range n {
		content := fmt.Sprintf(`<data field="name">Record %d</data><data field="comments">%s</data>`, i, strings.Repeat("long text ", 20))
		e.Put(peertest.Record{
			Resource: args[0], UID: fmt.Sprintf("urn:uuid:00000000-0000-4000-8000-%012d", i), Content: content,
			CreatedOn: firstTime, ModifiedOn: firstTime.Add(time.Duration(i) * time.Second),
		})
	}
	return "", err
}

// firstTime is when the first of many records was made.
var firstTime = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func (e *eden) fault(args []string) (string, error) {
	op, kind, rest := peertest.Op(args[0]), args[2], args[3:]
	if op == "any" {
		op = peertest.Any
	}
	n, err := strconv.Atoi(args[1])
	if err != nil {
		return "", err
	}
	if n == 0 {
		n = -1
	}
	var f peertest.Fault
	switch {
	case kind == "ticket":
		f = peertest.Ticket()
	case kind == "hangup":
		f = peertest.HangUp()
	case kind == "document" && len(rest) == 1:
		f = peertest.Answer(http.StatusOK, "text/xml", e.read(rest[0]))
	case kind == "cut" && len(rest) == 1:
		var bytes int
		bytes, err = strconv.Atoi(rest[0])
		f = peertest.Cut(bytes)
	case kind == "status" && len(rest) == 2:
		var code int
		code, err = strconv.Atoi(rest[0])
		f = peertest.Answer(code, "text/html", rest[1])
	default:
		err = fmt.Errorf("unknown fault %q", args[2:])
	}
	if err == nil {
		e.Times(n, op, f)
	}
	return "", err
}

func (e *eden) requests(args []string) (string, error) {
	op := peertest.Op(args[0])
	if op == "any" {
		op = peertest.Any
	}
	var out strings.Builder
	for _, r := range e.Requests(op) {
		fmt.Fprintf(&out, "%s %s?%s user=%s answered %d\n", r.Method, r.Path, r.RawQuery, r.User, r.Status)
		if len(r.Body) > 0 {
			fmt.Fprintf(&out, "%s\n", r.Body)
		}
	}
	return out.String(), nil
}

func (e *eden) stored(args []string) (string, error) {
	var out strings.Builder
	for _, r := range e.Records(args[0]) {
		fmt.Fprintf(&out, "%s mci=%d modified=%s deleted=%t %s\n", r.UID, r.MCI, r.ModifiedOn.Format(wireTime), r.Deleted, r.Content)
	}
	return out.String(), nil
}
