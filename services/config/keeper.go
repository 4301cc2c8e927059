package config

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/edensync/edensync/internal/apierr"
)

// Hasher makes and checks password hashes. It takes its time on purpose, so
// Keeper never calls it inside a transaction.
type Hasher interface {
	Hash(ctx context.Context, password string) (string, error)
	// Verify does the same work for an empty hash and answers false.
	Verify(ctx context.Context, hash, password string) (bool, error)
}

// Memory remembers for a while that a password fitted a hash, so that a remote
// site that calls often does not cost a hash each time.
type Memory interface {
	// Once answers true for what fitted lately, and else what check says; calls
	// for the same at the same time share one check.
	Once(hash, password string, check func() (bool, error)) (bool, error)
}

// Keeper holds the use cases of this service. It is safe for concurrent use.
type Keeper struct {
	store  Store
	hasher Hasher
	memory Memory
	now    func() time.Time
}

// NewKeeper makes a keeper; now is the clock.
func NewKeeper(store Store, hasher Hasher, memory Memory, now func() time.Time) *Keeper {
	return &Keeper{store: store, hasher: hasher, memory: memory, now: now}
}

// newID makes an identifier that sorts by the time of its making.
func newID() string { return uuid.Must(uuid.NewV7()).String() }

// change runs one change of configuration: other changes wait, a repeated
// request answers the id of its first outcome, and the audit entry is written in
// the same transaction. about is what is known beforehand; work completes it
// and answers the id of what was changed. An entry whose action work has
// cleared is not written: nothing happened. Refusals are audited, too.
func (k *Keeper) change(ctx context.Context, call Call, about Entry, work func(tx Tx, e *Entry) (string, error)) (string, error) {
	about.Actor = call.Actor
	entry, target := about, ""
	if err := checkRequestID(call); err != nil {
		return "", k.refused(ctx, about, err)
	}
	err := k.store.Write(ctx, func(tx Tx) error {
		entry = about
		if err := tx.Guard(ctx); err != nil {
			return err
		}
		known, err := replayed(ctx, tx, call)
		if target = known; err != nil || known != "" {
			return err
		}
		if target, err = work(tx, &entry); err != nil {
			return err
		}
		return k.record(ctx, tx, call, entry, target)
	})
	if err != nil {
		return "", k.refused(ctx, entry, err)
	}
	return target, nil
}

func (k *Keeper) record(ctx context.Context, tx Tx, call Call, entry Entry, target string) error {
	if call.RequestID != "" {
		outcome := RequestOutcome{Fingerprint: call.Fingerprint, Target: target, Time: k.now()}
		if err := tx.SaveRequest(ctx, call.key(), outcome); err != nil {
			return err
		}
	}
	if entry.Action == "" {
		return nil
	}
	return tx.Audit(ctx, entry)
}

func (c Call) key() RequestKey {
	return RequestKey{Actor: c.Actor.Name(), Method: c.Method, RequestID: c.RequestID}
}

func checkRequestID(call Call) error {
	if len(call.RequestID) <= maxRequestID {
		return nil
	}
	return apierr.Invalid(apierr.Field{Name: "requestId", Message: "is too long: at most 64 characters"})
}

// replayed is the outcome of the same request made before; empty: it is new.
func replayed(ctx context.Context, tx Tx, call Call) (string, error) {
	if call.RequestID == "" {
		return "", nil
	}
	known, found, err := tx.Request(ctx, call.key())
	if err != nil || !found {
		return "", err
	}
	if known.Fingerprint != call.Fingerprint {
		return "", apierr.New(apierr.KindAlreadyExists, apierr.ReasonIdempotencyReused,
			"This request id was used for another request, so nothing was done; use a new one for a new request.")
	}
	return known.Target, nil
}

// refused writes the audit entry of a refusal and answers err. Failures of the
// machine are no refusals: they are in the process's log.
func (k *Keeper) refused(ctx context.Context, entry Entry, err error) error {
	e, ok := apierr.As(err)
	// Attempts during a lock are not written down: they would fill the log.
	if !ok || !isRefusal(e.Kind) || e.Reason == apierr.ReasonSignInLocked || entry.Action == "" {
		return err
	}
	if entry.Message != "" {
		entry.Message = " (" + entry.Message + ")"
	}
	entry.Result, entry.Reason, entry.Message = ResultError, string(e.Reason), e.Message+entry.Message
	auditErr := k.store.Write(context.WithoutCancel(ctx), func(tx Tx) error { return tx.Audit(ctx, entry) })
	if auditErr != nil {
		return fmt.Errorf("%w (and the audit entry of this refusal was not written: %w)", err, auditErr)
	}
	return err
}

func isRefusal(kind apierr.Kind) bool {
	switch kind {
	case apierr.KindInvalid, apierr.KindNotFound, apierr.KindAlreadyExists, apierr.KindStale,
		apierr.KindPrecondition, apierr.KindPermissionDenied, apierr.KindUnauthenticated, apierr.KindExhausted:
		return true
	default:
		return false
	}
}

// Denied audits a call that the actor's role does not allow; the caller has
// answered it already or is about to.
func (k *Keeper) Denied(ctx context.Context, actor Actor, action string, denial error) error {
	return k.refused(ctx, Entry{Actor: actor, Action: action}, denial)
}

// Purge removes sessions, failed attempts and remembered requests that are over.
func (k *Keeper) Purge(ctx context.Context) error {
	now := k.now()
	return k.store.Write(ctx, func(tx Tx) error {
		return tx.Purge(ctx, Purge{
			SessionsCreated: now.Add(-SessionAbsolute),
			SessionsUsed:    now.Add(-SessionIdle),
			Requests:        now.Add(-requestMemory),
			Attempts:        now.Add(-forgetAfter),
			Invitations:     now,
		})
	})
}

// requestMemory is how long a repeated request is recognised.
const requestMemory = 24 * time.Hour

// read runs one query on a snapshot of its own.
func read[T any](ctx context.Context, store Store, query func(r Reader) (T, error)) (T, error) {
	var result T
	err := store.Read(ctx, func(r Reader) (err error) {
		result, err = query(r)
		return err
	})
	return result, err
}

// look asks a single question, or some whose answers need not be of the same moment.
func look[T any](ctx context.Context, store Store, question func(r Reader) (T, error)) (T, error) {
	var result T
	err := store.Look(ctx, func(r Reader) (err error) {
		result, err = question(r)
		return err
	})
	return result, err
}

// Page is one page of a list.
type Page[T any] struct {
	Items []T
	Total int // how many match in all pages
}

func readPage[T any](ctx context.Context, store Store, query func(r Reader) ([]T, int, error)) (Page[T], error) {
	return read(ctx, store, func(r Reader) (Page[T], error) {
		items, total, err := query(r)
		return Page[T]{Items: items, Total: total}, err
	})
}
