package auditlog

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/sqldb"
	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
)

// Writer is the part of audit that delivery needs; auditv1.WriteServiceClient
// is one.
type Writer interface {
	WriteLogEntries(
		ctx context.Context, in *auditv1.WriteLogEntriesRequest, opts ...grpc.CallOption,
	) (*auditv1.WriteLogEntriesResponse, error)
}

// Limits of one delivery, and how long is waited: for new entries when nobody
// notifies, for audit to take one batch, and after audit could not be reached.
const (
	maxBatch      = 500
	maxBatchBytes = 4 << 20
	pollInterval  = 2 * time.Second
	callTimeout   = 30 * time.Second
	firstBackOff  = 500 * time.Millisecond
	longBackOff   = 30 * time.Second
)

// Deliverer brings what Append has stored to audit. Several may run on one
// database at the same time: then entries may be sent twice, which is harmless.
type Deliverer struct {
	db     *sqldb.DB
	audit  Writer
	logger *slog.Logger
	wake   chan struct{}
}

// NewDeliverer makes a deliverer for the outbox in db.
func NewDeliverer(db *sqldb.DB, audit Writer, logger *slog.Logger) *Deliverer {
	return &Deliverer{db: db, audit: audit, logger: logger, wake: make(chan struct{}, 1)}
}

// Notify wakes Run at once; without it new entries wait for up to two seconds.
// To be called after the commit. It never blocks.
func (d *Deliverer) Notify() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// Run delivers until ctx ends, and then returns nil. While audit is away it
// tries again, less and less often.
func (d *Deliverer) Run(ctx context.Context) error {
	for failures := 0; ctx.Err() == nil; d.pause(ctx, failures) {
		failures = d.report(ctx, d.Deliver(ctx), failures)
	}
	return nil
}

// report logs the first failure of a series and its end, not each one.
func (d *Deliverer) report(ctx context.Context, err error, failures int) int {
	switch {
	case ctx.Err() != nil || (err == nil && failures == 0):
		return 0
	case err == nil:
		d.logger.InfoContext(ctx, "entries of the log are delivered again", slog.Int("failures", failures))
		return 0
	case failures == 0:
		d.logger.WarnContext(ctx, "entries of the log cannot be delivered yet", slog.Any("error", err))
	}
	return failures + 1
}

func (d *Deliverer) pause(ctx context.Context, failures int) {
	wait, wake := pollInterval, d.wake
	if failures > 0 {
		wait = min(firstBackOff<<min(failures-1, 10), longBackOff)
		wait = wait/2 + rand.N(wait/2) //nolint:gosec // jitter needs no secrecy
		wake = nil
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	case <-wake:
	}
}

// Deliver sends everything that waits, batch by batch, and returns when nothing
// does or a batch could not be delivered. It is what Run does each time; a
// command that ends soon calls it once.
func (d *Deliverer) Deliver(ctx context.Context) error {
	for {
		batch, more, err := d.next(ctx)
		if err != nil {
			return fmt.Errorf("read the audit outbox: %w", err)
		}
		if len(batch) == 0 {
			return nil
		}
		if err := d.send(ctx, batch); err != nil {
			return err
		}
		if !more {
			return nil
		}
	}
}

// next reads the oldest entries that fit into one message.
func (d *Deliverer) next(ctx context.Context) (batch []*auditv1.LogEntry, more bool, err error) {
	rows, err := d.db.Query(ctx, "SELECT id, body FROM audit_outbox WHERE refused = '' ORDER BY id LIMIT ?", maxBatch+1)
	if err != nil {
		return nil, false, err
	}
	defer func() { _ = rows.Close() }()
	size := 0
	for rows.Next() {
		var id string
		var body []byte
		if err := rows.Scan(&id, &body); err != nil {
			return nil, false, err
		}
		if size += len(body); len(batch) == maxBatch || (len(batch) > 0 && size > maxBatchBytes) {
			return batch, true, nil
		}
		entry := &auditv1.LogEntry{}
		if err := proto.Unmarshal(body, entry); err != nil {
			return nil, false, fmt.Errorf("entry %s: %w", id, err)
		}
		batch = append(batch, entry)
	}
	return batch, false, rows.Err()
}

// send delivers one batch and forgets what audit has confirmed. A batch that
// audit calls invalid is halved until the entry at fault stands alone.
func (d *Deliverer) send(ctx context.Context, batch []*auditv1.LogEntry) error {
	err := d.call(ctx, batch)
	switch {
	case err == nil:
		return d.forget(ctx, batch)
	case apierr.KindOf(err) != apierr.KindInvalid:
		return fmt.Errorf("deliver %d entries to audit: %w", len(batch), err)
	case len(batch) == 1:
		return d.setAside(ctx, batch[0], err)
	}
	half := len(batch) / 2
	if err := d.send(ctx, batch[:half]); err != nil {
		return err
	}
	return d.send(ctx, batch[half:])
}

func (d *Deliverer) call(ctx context.Context, batch []*auditv1.LogEntry) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, err := d.audit.WriteLogEntries(ctx, &auditv1.WriteLogEntriesRequest{LogEntries: batch})
	return err
}

func (d *Deliverer) forget(ctx context.Context, batch []*auditv1.LogEntry) error {
	ids := make([]any, len(batch))
	for i, entry := range batch {
		ids[i] = entry.GetId()
	}
	marks := strings.TrimSuffix(strings.Repeat("?, ", len(ids)), ", ")
	if _, err := d.db.Exec(ctx, "DELETE FROM audit_outbox WHERE id IN ("+marks+")", ids...); err != nil {
		return fmt.Errorf("forget %d delivered entries: %w", len(batch), err)
	}
	return nil
}

func (d *Deliverer) setAside(ctx context.Context, entry *auditv1.LogEntry, why error) error {
	d.logger.ErrorContext(ctx, "audit refuses an entry of the log, it stays in the outbox",
		slog.String("id", entry.GetId()), slog.Any("error", why))
	_, err := d.db.Exec(ctx, "UPDATE audit_outbox SET refused = ? WHERE id = ?", why.Error(), entry.GetId())
	if err != nil {
		return fmt.Errorf("set entry %s aside: %w", entry.GetId(), err)
	}
	return nil
}
