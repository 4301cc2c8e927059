package auditlog_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/auditlog"
	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
)

// audit is an audit service that stores in memory and fails when told to.
type audit struct {
	mu      sync.Mutex
	entries []*auditv1.LogEntry
	calls   int
	fail    func(call int, batch []*auditv1.LogEntry) error
	got     chan struct{} // one value per call
}

func newAudit() *audit { return &audit{got: make(chan struct{}, 1000)} }

func (a *audit) WriteLogEntries(
	_ context.Context, in *auditv1.WriteLogEntriesRequest, _ ...grpc.CallOption,
) (*auditv1.WriteLogEntriesResponse, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	defer func() { a.got <- struct{}{} }()
	a.calls++
	if a.fail != nil {
		if err := a.fail(a.calls, in.GetLogEntries()); err != nil {
			return nil, err
		}
	}
	a.entries = append(a.entries, in.GetLogEntries()...)
	return &auditv1.WriteLogEntriesResponse{WrittenCount: int32(len(in.GetLogEntries()))}, nil
}

func (a *audit) messages() (out []string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, entry := range a.entries {
		out = append(out, entry.GetMessage())
	}
	return out
}

// each runs test with an outbox on both engines.
func each(t *testing.T, test func(t *testing.T, db *sqldb.DB)) {
	t.Helper()
	sqldbtest.Each(t, nil, func(t *testing.T, db *sqldb.DB) {
		if err := auditlog.Migrate(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		test(t, db)
	})
}

func waiting(t *testing.T, db *sqldb.DB) (n int) {
	t.Helper()
	if err := db.Get(t.Context(), &n, "SELECT count(*) FROM audit_outbox"); err != nil {
		t.Fatal(err)
	}
	return n
}

func appendTo(t *testing.T, q sqldb.Querier, messages ...string) {
	t.Helper()
	for _, message := range messages {
		if err := auditlog.Append(t.Context(), q, &auditv1.LogEntry{Message: message}); err != nil {
			t.Fatal(err)
		}
	}
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func TestAUD015_EntriesFollowTheirTransaction(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *sqldb.DB) {
		stop := errors.New("stop")
		for message, end := range map[string]error{"kept": nil, "rolled back": stop} {
			err := db.Tx(t.Context(), func(tx *sqldb.Tx) error {
				appendTo(t, tx, message)
				return end
			})
			if !errors.Is(err, end) {
				t.Fatal(err)
			}
		}
		to := newAudit()
		if err := auditlog.NewDeliverer(db, to, quiet()).Deliver(t.Context()); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"kept"}, to.messages()); diff != "" {
			t.Errorf("(-want +delivered)\n%s", diff)
		}
	})
}

func TestEntriesArriveCompleteInOrderAndOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *sqldb.DB) {
		full := &auditv1.LogEntry{
			Id: "00000000-0000-7000-8000-000000000001", Time: timestamppb.New(time.Unix(5, 6)), RepositoryId: "r", ResourceName: "org_office",
			Mode: auditv1.Mode_MODE_PULL, Result: auditv1.Result_RESULT_WARNING, RemoteError: true, Counts: &auditv1.LogCounts{Received: 3}, Message: "m",
		}
		if err := auditlog.Append(t.Context(), db, full, full); err != nil {
			t.Fatal(err)
		}
		var want []string
		for i := range 1203 {
			want = append(want, fmt.Sprint(i))
		}
		err := db.Tx(t.Context(), func(tx *sqldb.Tx) error { appendTo(t, tx, want...); return nil })
		if err != nil {
			t.Fatal(err)
		}
		to := newAudit()
		if err := auditlog.NewDeliverer(db, to, quiet()).Deliver(t.Context()); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(full, to.entries[0], protocmp.Transform()); diff != "" {
			t.Errorf("(-written +delivered)\n%s", diff)
		}
		if diff := cmp.Diff(want, to.messages()[1:]); diff != "" {
			t.Errorf("(-written +delivered)\n%s", diff)
		}
		if n := waiting(t, db); n != 0 || to.calls != 3 {
			t.Errorf("%d entries wait after %d calls", n, to.calls)
		}
	})
}

func TestAppendFillsWhatIsMissing(t *testing.T) {
	t.Parallel()
	db := sqldbtest.Open(t, "sqlite", nil)
	if err := auditlog.Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	given := &auditv1.LogEntry{Message: "GET http://ada:geheim@h/ sent Authorization: Basic geheim", Actor: "http://ada:geheim@h"}
	before := time.Now()
	if err := auditlog.Append(t.Context(), db, given, &auditv1.LogEntry{Message: strings.Repeat("é", 1<<16) + "\xff"}); err != nil {
		t.Fatal(err)
	}
	if given.GetId() != "" || !strings.Contains(given.GetMessage(), "geheim") {
		t.Error("the entry given was changed")
	}
	to := newAudit()
	if err := auditlog.NewDeliverer(db, to, quiet()).Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i, entry := range to.entries {
		if len(entry.GetId()) != 36 || entry.GetTime().AsTime().Before(before.Add(-time.Second)) || strings.Contains(entry.String(), "geheim") {
			t.Errorf("entry %d: id %q, time %v, %.80s", i, entry.GetId(), entry.GetTime().AsTime(), entry.GetMessage())
		}
	}
	if long := to.entries[1].GetMessage(); len(long) > auditlog.MaxMessage || !utf8.ValidString(long) || !strings.HasSuffix(long, "é […]") {
		t.Errorf("the long message has %d bytes and ends in %q", len(long), long[len(long)-12:])
	}
}

func TestAUD018_MessagesCarryNoCredentials(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *sqldb.DB) {
		appendTo(t, db, "https://ada:geheim@eden.example/eden refused: Authorization: Basic geheim")
		var body []byte
		if err := db.Get(t.Context(), &body, "SELECT body FROM audit_outbox"); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(body), "geheim") || !strings.Contains(string(body), "eden.example") {
			t.Errorf("stored: %q", body)
		}
	})
}

func TestRefusedEntryDoesNotHoldUpOthers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *sqldb.DB) {
		appendTo(t, db, "a", "b", "poison", "c", "d")
		to := newAudit()
		to.fail = func(_ int, batch []*auditv1.LogEntry) error {
			for _, entry := range batch {
				if entry.GetMessage() == "poison" {
					return apierr.Invalid(apierr.Field{Name: "message", Message: "is poison"})
				}
			}
			return nil
		}
		d := auditlog.NewDeliverer(db, to, quiet())
		for range 2 {
			if err := d.Deliver(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff([]string{"a", "b", "c", "d"}, to.messages()); diff != "" {
			t.Errorf("(-want +delivered)\n%s", diff)
		}
		var refused string
		if err := db.Get(t.Context(), &refused, "SELECT refused FROM audit_outbox"); err != nil || !strings.Contains(refused, "is poison") {
			t.Errorf("set aside: %q, %v", refused, err)
		}
	})
}

func TestRunDeliversWhenNotifiedAndAgainAfterFailures(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *sqldb.DB) {
		to := newAudit()
		to.fail = func(call int, _ []*auditv1.LogEntry) error {
			if call == 1 {
				return apierr.New(apierr.KindUnavailable, apierr.ReasonUnavailable, "audit is away")
			}
			return nil
		}
		appendTo(t, db, "first")
		d := auditlog.NewDeliverer(db, to, quiet())
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- d.Run(ctx) }()
		<-to.got // fails
		<-to.got // is tried again
		appendTo(t, db, "second")
		d.Notify()
		<-to.got
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff([]string{"first", "second"}, to.messages()); diff != "" {
			t.Errorf("(-want +delivered)\n%s", diff)
		}
	})
}

func TestUnconfirmedEntriesStay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *sqldb.DB) {
		appendTo(t, db, "a", "b")
		to := newAudit()
		to.fail = func(int, []*auditv1.LogEntry) error { return errors.New("cut") }
		if err := auditlog.NewDeliverer(db, to, quiet()).Deliver(t.Context()); err == nil {
			t.Error("the failure was not reported")
		}
		if n := waiting(t, db); n != 2 {
			t.Errorf("%d entries wait, want 2", n)
		}
	})
}
