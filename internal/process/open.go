package process

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/edensync/edensync/internal/apierr"
)

// Pauses between attempts to open what cannot be opened yet.
const (
	openPause     = time.Second
	longOpenPause = 15 * time.Second
)

// Opening repeats what cannot be done yet, such as to open a database that is away, and tells why it waits.
type Opening struct {
	// Name is what is opened, for the log and for readiness.
	Name   string
	Logger *slog.Logger
	// Patient are the kinds of errors after which it is tried again; all others are final.
	Patient []apierr.Kind

	mu     sync.Mutex
	cause  error
	opened bool
}

// Ready is nil once it was opened; before, it says what is in the way.
func (o *Opening) Ready(context.Context) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.opened || o.cause != nil {
		return o.cause
	}
	return apierr.New(apierr.KindUnavailable, apierr.ReasonUnavailable, "The service %s is being started; try again in a moment.", o.Name)
}

// Do calls open until it succeeds, fails for good, or ctx ends.
func (o *Opening) Do(ctx context.Context, open func(ctx context.Context) error) error {
	pause := openPause
	for {
		err := open(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err == nil || !slices.Contains(o.Patient, apierr.KindOf(err)) {
			o.note(ctx, err, err == nil)
			return err
		}
		o.note(ctx, err, false)
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
		}
		pause = min(2*pause, longOpenPause)
	}
}

// note remembers what is in the way, and logs it when it is something else than before.
func (o *Opening) note(ctx context.Context, cause error, opened bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	waited := o.cause != nil
	same := waited && cause != nil && o.cause.Error() == cause.Error()
	o.cause, o.opened = cause, opened
	switch {
	case cause != nil && !same:
		o.Logger.WarnContext(ctx, "cannot work yet", slog.String("service", o.Name), slog.Any("error", cause))
	case opened && waited:
		o.Logger.InfoContext(ctx, "can work now", slog.String("service", o.Name))
	}
}
