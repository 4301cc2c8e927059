package config

import (
	"context"
	"fmt"
	"time"

	"github.com/edensync/edensync/internal/apierr"
)

// Claim is a registration that is leased to a worker.
type Claim struct {
	RepositoryID string // empty: nothing to do
	Generation   int64
}

// ClaimRegistration leases the oldest waiting registration. Overdue claims of
// others end as FAILED first.
func (k *Keeper) ClaimRegistration(ctx context.Context, lease time.Duration) (Claim, error) {
	if lease < MinRegistrationLease || lease > MaxRegistrationLease {
		return Claim{}, apierr.Invalid(apierr.Field{Name: "lease", Message: "must be 1 second to 10 minutes"})
	}
	// Workers ask every second; a look costs no lock.
	pending, err := look(ctx, k.store, func(r Reader) (bool, error) { return r.RegistrationsPending(ctx) })
	if err != nil || !pending {
		return Claim{}, err
	}
	var claim Claim
	err = k.store.Write(ctx, func(tx Tx) error {
		claim = Claim{}
		if err := tx.ExpireRegistrations(ctx, ClaimLost); err != nil {
			return err
		}
		id, generation, found, err := tx.ClaimRegistration(ctx, lease)
		if found {
			claim = Claim{RepositoryID: id, Generation: generation}
		}
		return err
	})
	return claim, err
}

// ReportRegistration stores what came out of a registration, and what the
// remote site said about its identity.
func (k *Keeper) ReportRegistration(ctx context.Context, actor Actor, outcome RegistrationOutcome) (Repository, error) {
	err := k.store.Write(ctx, func(tx Tx) error {
		if err := tx.Guard(ctx); err != nil {
			return err
		}
		r, err := liveRepository(ctx, tx, outcome.RepositoryID)
		if err != nil {
			return err
		}
		return k.endRegistration(ctx, tx, actor, r, outcome)
	})
	if err != nil {
		return Repository{}, err
	}
	return k.Repository(ctx, outcome.RepositoryID)
}

func (k *Keeper) endRegistration(ctx context.Context, tx Tx, actor Actor, r Repository, outcome RegistrationOutcome) error {
	if !outcome.Registered {
		outcome.SenderUUID = "" // a refusal proves no identity
	}
	warning, err := k.meet(ctx, tx, &r, outcome.SenderUUID)
	if err != nil {
		return err
	}
	if warning != nil {
		outcome.Registered, outcome.Message = false, warning.Message
	}
	if err := r.Registration.end(outcome, k.now()); err != nil {
		return err
	}
	if err := tx.SaveRegistration(ctx, r.ID, r.Registration); err != nil || warning == nil {
		return err
	}
	return tx.Audit(ctx, Entry{
		Actor: actor, Action: "learn uuid", Result: ResultWarning, Reason: string(warning.Reason), Message: warning.Message,
		RepositoryID: r.ID, RepositoryName: r.Name,
	})
}

// meet takes the identifier that a remote site named as its own, or tells why
// it must not be taken.
func (k *Keeper) meet(ctx context.Context, tx Tx, r *Repository, sender string) (*apierr.Error, error) {
	if !validUUID(sender) {
		return differs(r, oneLine(sender, maxUUID)), nil
	}
	switch r.learn(sender) {
	case identityDiffers:
		return differs(r, sender), nil
	case identityLearned:
		return k.learnUUID(ctx, tx, r, sender)
	default:
		return nil, nil //nolint:nilnil // no warning and no failure
	}
}

func differs(r *Repository, sender string) *apierr.Error {
	return apierr.New(apierr.KindPrecondition, apierr.ReasonPeerUUIDChanged,
		"The remote site calls itself %s, but %s is stored for %s. The stored UUID was kept: check the URL, and correct the UUID if the remote site is the right one.",
		sender, r.UUID, r.Name)
}

// learnUUID stores the identifier unless this site or another repository has it.
func (k *Keeper) learnUUID(ctx context.Context, tx Tx, r *Repository, sender string) (*apierr.Error, error) {
	before := *r
	after := before
	after.UUID, after.UUIDSource = sender, UUIDLearned
	if err := checkUnique(ctx, tx, after); err != nil {
		if refusal, ok := apierr.As(err); ok && isRefusal(refusal.Kind) {
			text := fmt.Sprintf("The remote site calls itself %s, which was not stored for %s: %s", sender, r.Name, refusal.Message)
			return apierr.New(refusal.Kind, refusal.Reason, "%s", text), nil
		}
		return nil, err
	}
	after.Version, after.UpdateTime = before.Version+1, k.now()
	*r = after
	return nil, tx.UpdateRepository(ctx, after)
}
