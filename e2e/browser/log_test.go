package browser_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/audit"
	"github.com/edensync/edensync/services/audit/sqlstore"
)

// seededEntries is how many log entries the seed writes. One in 100 is an error of a remote site, one a fatal one here.
const seededEntries = 10_000

// writeLog stores entries as another process of the same site would.
func writeLog(ctx context.Context, data string, entries []audit.Entry) error {
	db, err := sqldb.Open(ctx, "sqlite:"+filepath.Join(data, "audit.db"), sqldb.Options{})
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }() // What counts is committed below.
	_, err = sqlstore.New(db, time.Now).Write(ctx, entries)
	return err
}

// pastEntries are spread over the last nine days.
func pastEntries(remotes []remoteSite) []audit.Entry {
	end := time.Now().UTC().Truncate(time.Microsecond).Add(-3 * 24 * time.Hour)
	entries := make([]audit.Entry, 0, seededEntries)
	for i := range seededEntries {
		e := audit.Entry{
			ID: id(), Time: end.Add(-time.Duration(i) * time.Minute), RepositoryName: remotes[i%len(remotes)].name, ResourceName: "cr_shelter",
			Mode: audit.ModePull, Transmission: audit.TransmissionOutgoing, Action: "fetch", Result: audit.ResultSuccess,
			Message: fmt.Sprintf("Data imported successfully (%d records)", i%40), Service: "transfer", Counts: &audit.Counts{Received: int64(i % 40), Unchanged: int64(i % 40)},
		}
		switch i % 100 {
		case 17:
			e.Result, e.RemoteError, e.Reason, e.Message = audit.ResultError, true, "PEER_BROKEN", "The remote site failed: HTTP 500. "+longMessage(i)
		case 53:
			e.Result, e.Reason, e.Message, e.Action = audit.ResultFatal, "PEER_ADDRESS_INVALID", "The URL cannot be used.", "connect"
		case 71:
			e.Mode, e.Message = audit.ModePush, fmt.Sprintf("data sent successfully (%d records)", i%40)
		}
		entries = append(entries, e)
	}
	return entries
}

// longMessage makes one entry very long, as tickets of an Eden are.
func longMessage(i int) string {
	if i != 17 {
		return ""
	}
	return "<html><body>" + strings.Repeat("Internal error. Ticket issued: eden/10.1.1.1.2026-11-20.03-04-05. ", 160) + "</body></html>"
}

// freshEntries happen now.
func freshEntries(count int) []audit.Entry {
	entries := make([]audit.Entry, 0, count)
	now := time.Now().UTC().Truncate(time.Microsecond)
	for i := range count {
		entries = append(entries, audit.Entry{
			ID: id(), Time: now.Add(time.Duration(i) * time.Microsecond), ResourceName: "req_req", Mode: audit.ModePush, Transmission: audit.TransmissionIncoming,
			Action: "receive", Result: audit.ResultSuccess, Message: fmt.Sprintf("fresh entry %d", i), Service: "transfer",
		})
	}
	return entries
}

func id() string { return uuid.Must(uuid.NewV7()).String() }
