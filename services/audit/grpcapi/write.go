package grpcapi

import (
	"context"
	"sync"
	"time"

	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	"github.com/edensync/edensync/services/audit"
)

// Write answers edensync.audit.v1.WriteService.
type Write struct {
	auditv1.UnimplementedWriteServiceServer
	store audit.Store
	bell  *Bell
	now   func() time.Time
}

// NewWrite makes the handlers. Whoever waits at the bell is woken by new entries.
func NewWrite(store audit.Store, bell *Bell, now func() time.Time) *Write {
	return &Write{store: store, bell: bell, now: now}
}

// WriteLogEntries stores a batch, leaving out what is known already.
func (w *Write) WriteLogEntries(ctx context.Context, req *auditv1.WriteLogEntriesRequest) (*auditv1.WriteLogEntriesResponse, error) {
	batch := make([]audit.Entry, len(req.GetLogEntries()))
	for i, m := range req.GetLogEntries() {
		batch[i] = entryFrom(m)
	}
	if err := audit.ValidateBatch(batch, w.now()); err != nil {
		return nil, err
	}
	for i := range batch {
		batch[i] = batch[i].Normalize()
	}
	written, err := w.store.Write(ctx, batch)
	if err != nil {
		return nil, err
	}
	if written > 0 {
		w.bell.Ring()
	}
	return &auditv1.WriteLogEntriesResponse{WrittenCount: int32(written)}, nil
}

// Bell wakes everybody who waits. The zero value is ready.
type Bell struct {
	mu   sync.Mutex
	next chan struct{}
}

// Wait is closed at the next Ring. To miss nothing, take it before looking.
func (b *Bell) Wait() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.next == nil {
		b.next = make(chan struct{})
	}
	return b.next
}

// Ring wakes all who wait now.
func (b *Bell) Ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.next != nil {
		close(b.next)
		b.next = nil
	}
}
