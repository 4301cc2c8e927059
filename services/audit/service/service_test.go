package service_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/process"
	"github.com/edensync/edensync/internal/rpc"
	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	"github.com/edensync/edensync/services/audit/service"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// site is the service behind a real server, and its clients.
type site struct {
	log    auditv1.LogServiceClient
	writer auditv1.WriteServiceClient // a service's
	admin  context.Context
}

// start runs the service as in a process; retention 0 keeps everything.
func start(t *testing.T, settings service.Settings) *site {
	t.Helper()
	svc, err := service.Open(t.Context(), settings, service.Deps{
		Logger: slog.New(slog.DiscardHandler), Now: func() time.Time { return noon },
	})
	if err != nil {
		t.Fatal(err)
	}
	memory := rpc.NewMemory()
	server := rpc.NewServer(rpc.ServerOptions{Authorize: svc.Authorize, Ready: svc.Ready})
	svc.Register(server)
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var group sync.WaitGroup
	group.Go(func() { _ = server.Serve(memory.Listener("audit")) })
	group.Go(func() {
		if err := svc.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() {
		server.Stop()
		cancel()
		group.Wait()
		if err := svc.Close(); err != nil {
			t.Error(err)
		}
	})
	dial := func(name string) *site {
		conn, err := rpc.Dial("memory:audit", rpc.DialOptions{Memory: memory, Service: name})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		return &site{log: auditv1.NewLogServiceClient(conn), writer: auditv1.NewWriteServiceClient(conn)}
	}
	return &site{log: dial("gateway").log, writer: dial("transfer").writer, admin: as(t, "ADMINISTRATOR")}
}

// as is a context of a person with a role who uses the gateway.
func as(t *testing.T, role string) context.Context {
	t.Helper()
	return rpc.WithCaller(t.Context(), rpc.Caller{User: "ada", Role: role})
}

// each runs test with the service on both engines.
func each(t *testing.T, test func(t *testing.T, s *site)) {
	t.Helper()
	for _, engine := range sqldbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			test(t, start(t, settings(t, engine)))
		})
	}
}

// settings are those of an installation on the engine. The service names its
// schema itself, hence the address has none.
func settings(t *testing.T, engine string) service.Settings {
	t.Helper()
	s := service.Settings{DatabaseSettings: process.DatabaseSettings{Data: t.TempDir()}}
	if engine == "postgres" {
		dsn, schema := sqldbtest.DSN(t, engine)
		s.Database, s.Schema = process.Secret(dsn), schema
	}
	return s
}

func id(n int) string { return fmt.Sprintf("0193f000-0000-7000-8000-%012x", n) }

// entry is the n-th entry, n minutes before noon.
func entry(n int, change ...func(e *auditv1.LogEntry)) *auditv1.LogEntry {
	e := &auditv1.LogEntry{
		Id: id(n), Time: timestamppb.New(noon.Add(-time.Duration(n) * time.Minute)), RepositoryId: "r1", RepositoryName: "Hub",
		Mode: auditv1.Mode_MODE_PULL, Transmission: auditv1.Transmission_TRANSMISSION_OUTGOING, Action: "import",
		Result: auditv1.Result_RESULT_SUCCESS, Message: fmt.Sprintf("entry %d", n), Service: "transfer",
	}
	for _, c := range change {
		c(e)
	}
	return e
}

func (s *site) write(t *testing.T, entries ...*auditv1.LogEntry) {
	t.Helper()
	resp, err := s.writer.WriteLogEntries(t.Context(), &auditv1.WriteLogEntriesRequest{LogEntries: entries})
	if err != nil || int(resp.GetWrittenCount()) != len(entries) {
		t.Fatalf("%v, %v", resp, err)
	}
}

func (s *site) get(t *testing.T, n int) *auditv1.LogEntry {
	t.Helper()
	e, err := s.log.GetLogEntry(s.admin, &auditv1.GetLogEntryRequest{Id: id(n)})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func reason(t *testing.T, what string, err error, want apierr.Reason) {
	t.Helper()
	if got := apierr.ReasonOf(err); got != want {
		t.Errorf("%s: %v, want %q", what, err, want)
	}
}

func TestAUD021_ClientsCannotWrite(t *testing.T) {
	t.Parallel()
	s := start(t, settings(t, "sqlite"))
	for _, role := range []string{"ADMINISTRATOR", "OPERATOR", "VIEWER", "PEER"} {
		ctx := rpc.WithCaller(t.Context(), rpc.Caller{User: "ada", Role: role, Service: "cli"})
		_, err := s.writer.WriteLogEntries(ctx, &auditv1.WriteLogEntriesRequest{LogEntries: []*auditv1.LogEntry{entry(1)}})
		reason(t, role, err, apierr.ReasonPermissionDenied)
	}
	list, err := s.log.ListLogEntries(s.admin, &auditv1.ListLogEntriesRequest{})
	if err != nil || len(list.GetLogEntries()) != 0 {
		t.Errorf("stored all the same: %v, %v", list, err)
	}
	// The contract for readers has nothing that changes an entry.
	for _, method := range auditv1.LogService_ServiceDesc.Methods {
		switch method.MethodName {
		case "ListLogEntries", "GetLogEntry", "PurgeLogEntries":
		default:
			t.Errorf("%s is new: does it change entries?", method.MethodName)
		}
	}
}

func TestRolesThatReadAndPurge(t *testing.T) {
	t.Parallel()
	s := start(t, settings(t, "sqlite"))
	s.write(t, entry(1))
	for role, want := range map[string][2]apierr.Reason{
		"ADMINISTRATOR": {"", ""}, "OPERATOR": {"", apierr.ReasonPermissionDenied}, "VIEWER": {"", apierr.ReasonPermissionDenied},
		"PEER": {apierr.ReasonPermissionDenied, apierr.ReasonPermissionDenied}, "": {apierr.ReasonUnauthenticated, apierr.ReasonUnauthenticated},
	} {
		_, err := s.log.ListLogEntries(as(t, role), &auditv1.ListLogEntriesRequest{})
		reason(t, role+" lists", err, want[0])
		_, err = s.log.PurgeLogEntries(as(t, role), &auditv1.PurgeLogEntriesRequest{BeforeTime: timestamppb.New(noon.AddDate(-1, 0, 0))})
		reason(t, role+" purges", err, want[1])
		stream, err := s.log.ExportLogEntries(as(t, role), &auditv1.ExportLogEntriesRequest{})
		if err == nil {
			_, err = stream.Recv()
		}
		reason(t, role+" exports", err, want[0])
	}
}

func TestWatchOverTheWire(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		s.write(t, entry(1))
		stream, err := s.log.WatchLogEntries(s.admin, &auditv1.WatchLogEntriesRequest{AfterId: id(1), RepositoryId: "r1"})
		if err != nil {
			t.Fatal(err)
		}
		// The first message is a heartbeat: the watch stands.
		if first, err := stream.Recv(); err != nil || len(first.GetLogEntries()) != 0 {
			t.Fatalf("%v, %v", first, err)
		}
		other := func(e *auditv1.LogEntry) { e.RepositoryId = "r2" }
		s.write(t, entry(2, other), entry(3))
		for {
			m, err := stream.Recv()
			if err != nil {
				t.Fatal(err)
			}
			if got := m.GetLogEntries(); len(got) == 1 && got[0].GetId() == id(3) {
				break
			} else if len(got) > 0 {
				t.Fatalf("sent %v", got)
			}
		}
		missing, err := s.log.WatchLogEntries(s.admin, &auditv1.WatchLogEntriesRequest{AfterId: id(99)})
		if err == nil {
			_, err = missing.Recv()
		}
		reason(t, "unknown entry", err, apierr.ReasonNotFound)
	})
}

func TestAWatchGoesOnWhereTheListEnds(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		list := func(request *auditv1.ListLogEntriesRequest) *auditv1.ListLogEntriesResponse {
			page, err := s.log.ListLogEntries(s.admin, request)
			if err != nil {
				t.Fatal(err)
			}
			return page
		}
		next := func(after string) string {
			stream, err := s.log.WatchLogEntries(s.admin, &auditv1.WatchLogEntriesRequest{AfterId: after})
			for err == nil {
				var m *auditv1.WatchLogEntriesResponse
				if m, err = stream.Recv(); len(m.GetLogEntries()) > 0 {
					return m.GetLogEntries()[0].GetId()
				}
			}
			t.Fatal(err)
			return ""
		}
		empty := list(&auditv1.ListLogEntriesRequest{}).GetLastId()
		s.write(t, entry(1))
		s.write(t, entry(3), entry(2)) // older ones, but they came later
		if got := next(empty); got != id(1) {
			t.Errorf("after the empty log came %s", got)
		}
		page := list(&auditv1.ListLogEntriesRequest{PageSize: 1, RepositoryId: "r1"})
		s.write(t, entry(4))
		if got := next(page.GetLastId()); got != id(4) {
			t.Errorf("after %s came %s", page.GetLastId(), got)
		}
		if second := list(&auditv1.ListLogEntriesRequest{PageSize: 1, RepositoryId: "r1", PageToken: page.GetNextPageToken()}); second.GetLastId() != "" {
			t.Errorf("the second page names %s, too", second.GetLastId())
		}
	})
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	deps := service.Deps{Logger: slog.New(slog.DiscardHandler), Now: func() time.Time { return noon }}
	_, err := service.Open(t.Context(), service.Settings{Retention: -1}, deps)
	if err == nil {
		t.Error("a negative retention was accepted")
	}
	_, err = service.Open(t.Context(), service.Settings{DatabaseSettings: process.DatabaseSettings{Database: "nonsense"}}, deps)
	reason(t, "address", err, apierr.ReasonSettingsInvalid)
}

// read collects an export.
func (s *site) read(t *testing.T, req *auditv1.ExportLogEntriesRequest) []byte {
	t.Helper()
	stream, err := s.log.ExportLogEntries(s.admin, req)
	if err != nil {
		t.Fatal(err)
	}
	var file []byte
	for {
		m, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return file
		}
		if err != nil {
			t.Fatal(err)
		}
		file = append(file, m.GetChunk()...)
	}
}
