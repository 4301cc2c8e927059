package config

import (
	"context"
	"fmt"
	"time"

	"github.com/edensync/edensync/internal/apierr"
)

// Peer is a remote site that signed in here.
type Peer struct {
	User     User
	Exchange *Exchange // with the live repository that has the named UUID; nil: none known
}

// PeerSignIn are the credentials of an incoming exchange.
type PeerSignIn struct {
	Username       string
	Password       Secret
	RepositoryUUID string // as the remote site names it; may be empty
	Address        string
}

// AuthenticatePeer checks the credentials of a remote site and whether the
// account may exchange as the named repository.
func (k *Keeper) AuthenticatePeer(ctx context.Context, in PeerSignIn) (Peer, error) {
	u, err := k.authenticatePeer(ctx, in)
	if err != nil {
		return Peer{}, err
	}
	if u.Role != RolePeer && u.Role != RoleAdministrator {
		return Peer{}, apierr.New(apierr.KindPermissionDenied, apierr.ReasonPermissionDenied,
			"The account %s may not synchronize; use one of role PEER.", u.Username)
	}
	id, exchange, err := k.namedBy(ctx, in.RepositoryUUID)
	switch {
	case err != nil:
		return Peer{}, err
	case id != "" && u.BindAtRegistration:
		return Peer{}, errUnregistered()
	case id != "" && u.RepositoryID != "" && id != u.RepositoryID:
		return Peer{}, errBoundElsewhere()
	default:
		return Peer{User: u, Exchange: exchange}, nil
	}
}

func errBoundElsewhere() error {
	return apierr.New(apierr.KindPermissionDenied, apierr.ReasonPermissionDenied,
		"The account belongs to another repository than the one that was named; use the account of that repository.")
}

func (k *Keeper) authenticatePeer(ctx context.Context, in PeerSignIn) (User, error) {
	u, err := k.userNamed(ctx, in.Username)
	if err != nil {
		return User{}, err
	}
	// A check that others wait for must not end with the first one's call.
	shared := context.WithoutCancel(ctx)
	a := attempt{account: in.Username, address: in.Address, hash: u.PasswordHash, password: in.Password}
	ok, err := k.memory.Once(u.PasswordHash, in.Password.Reveal(), func() (bool, error) { return k.verify(shared, a) })
	if err != nil {
		return User{}, err
	}
	if !ok || u.Disabled {
		return User{}, errCredentials()
	}
	return u, nil
}

// namedBy finds the id of the live or deleted repository with an identifier, empty: none; and what an exchange with it needs, nil: it is
// not live.
func (k *Keeper) namedBy(ctx context.Context, uuid string) (id string, x *Exchange, err error) {
	if uuid == "" {
		return "", nil, nil
	}
	err = k.store.Look(ctx, func(r Reader) error {
		live, found, err := r.ExchangeByUUID(ctx, uuid)
		if err != nil {
			return err
		}
		if found {
			id, x = live.Repository.ID, &live
			return nil
		}
		deleted, _, err := r.RepositoryByUUID(ctx, uuid)
		id, x = deleted.ID, nil
		return err
	})
	return id, x, err
}

// Newcomer is a remote site that registers here.
type Newcomer struct {
	UUID string
	Name string // empty: the UUID serves as name
	// BoundTo is the repository that the registering account is bound to; empty:
	// not bound.
	BoundTo string
	Account string // its name
}

// maxRepositories bounds what remote sites can fill the table with.
const maxRepositories = 10_000

// RegisterPeer stores the repository of a remote site that registers here, or
// brings back a deleted one. A known one keeps what this site calls it. An
// account that is bound to a repository without identifier teaches it: the
// credentials prove who calls.
func (k *Keeper) RegisterPeer(ctx context.Context, actor Actor, n Newcomer) (Repository, bool, error) {
	created := false
	about := Entry{Action: "register repository", RepositoryName: oneLine(n.Name, maxName)}
	id, err := k.change(ctx, Call{Actor: actor}, about, func(tx Tx, e *Entry) (id string, err error) {
		id, created, err = k.register(ctx, tx, n, e)
		if err == nil {
			err = k.bindAccount(ctx, tx, n, id, e)
		}
		return id, err
	})
	if err != nil {
		return Repository{}, false, err
	}
	r, err := k.Repository(ctx, id)
	return r, created, err
}

func errUnregistered() error {
	return apierr.New(apierr.KindPermissionDenied, apierr.ReasonPermissionDenied,
		"The account is for a site that has yet to register with it, so it cannot exchange as one that has; register first.")
}

// bindAccount gives the registering account its repository if it waits for one. It gets none that is here without it: that
// one belongs to somebody else.
func (k *Keeper) bindAccount(ctx context.Context, tx Tx, n Newcomer, id string, e *Entry) error {
	u, found, err := tx.UserByName(ctx, n.Account)
	if err != nil || !found || !u.BindAtRegistration {
		return err
	}
	if e.Action == "" { // nothing was registered: the repository is known
		return errBoundElsewhere()
	}
	bound := u
	bound.RepositoryID, bound.BindAtRegistration = id, false
	_, err = k.saved(ctx, tx, u, bound, "bind user to repository")
	return err
}

func (k *Keeper) register(ctx context.Context, tx Tx, n Newcomer, e *Entry) (id string, created bool, err error) {
	if n.UUID == "" || !validUUID(n.UUID) {
		return "", false, apierr.Invalid(apierr.Field{Name: "uuid", Message: "must be 1 to 128 visible characters without spaces"})
	}
	r, found, err := tx.RepositoryByUUID(ctx, n.UUID)
	switch {
	case err != nil:
		return "", false, err
	case !found && n.BoundTo != "":
		return n.BoundTo, false, k.introduce(ctx, tx, n, e)
	case !found:
		id, err = k.welcome(ctx, tx, n, e)
		return id, true, err
	case n.BoundTo != "" && n.BoundTo != r.ID:
		return "", false, errBoundElsewhere()
	case r.DeleteTime.IsZero():
		e.Action = ""
		return r.ID, false, nil
	default:
		return r.ID, false, k.revive(ctx, tx, r, n, e)
	}
}

// introduce gives the newcomer's identifier to the repository that its account
// is bound to, if that has none yet.
func (k *Keeper) introduce(ctx context.Context, tx Tx, n Newcomer, e *Entry) error {
	r, err := liveRepository(ctx, tx, n.BoundTo)
	if err != nil {
		return err
	}
	if r.UUID != "" {
		return errBoundElsewhere()
	}
	e.Action, e.RepositoryID, e.RepositoryName, e.Message = "learn uuid", r.ID, r.Name, "uuid: "+n.UUID
	warning, err := k.learnUUID(ctx, tx, &r, n.UUID)
	if err == nil && warning != nil {
		return warning
	}
	return err
}

func (k *Keeper) welcome(ctx context.Context, tx Tx, n Newcomer, e *Entry) (string, error) {
	clocks, err := tx.Clocks(ctx, 0)
	if err != nil {
		return "", err
	}
	if clocks.Repositories >= maxRepositories {
		return "", apierr.New(apierr.KindExhausted, apierr.ReasonLimitExceeded,
			"This site knows %d repositories already, so no other can register; an administrator has to remove some.", maxRepositories)
	}
	r := Repository{ID: newID(), Type: TypeEden, AcceptPushes: true, CreateTime: k.now(), UpdateTime: k.now(), Version: 1}
	r.UUID, r.UUIDSource = n.UUID, UUIDLearned
	if r.Name, err = freeName(ctx, tx, n); err != nil {
		return "", err
	}
	r.Registration.begin(false, k.now())
	return r.ID, insertRepository(ctx, tx, r, e)
}

func (k *Keeper) revive(ctx context.Context, tx Tx, r Repository, n Newcomer, e *Entry) error {
	before := r
	name, err := freeName(ctx, tx, n)
	if err != nil {
		return err
	}
	r.Name, r.DeleteTime, r.Paused, r.UUIDSource = name, time.Time{}, false, UUIDLearned
	r.Version, r.UpdateTime = before.Version+1, k.now()
	e.RepositoryID, e.RepositoryName, e.Message = r.ID, r.Name, "registered again after its deletion"
	return tx.UpdateRepository(ctx, r)
}

// freeName is the newcomer's name, numbered if another repository has it.
func freeName(ctx context.Context, r Reader, n Newcomer) (string, error) {
	name := oneLine(n.Name, maxName)
	if name == "" {
		name = oneLine(n.UUID, maxName)
	}
	for i := 1; i <= 100; i++ {
		candidate := name
		if i > 1 {
			suffix := fmt.Sprintf(" (%d)", i)
			candidate = oneLine(name, maxName-len(suffix)) + suffix
		}
		other, err := r.TakenBy(ctx, ByName, candidate)
		if err != nil || other == "" {
			return candidate, err
		}
	}
	return oneLine(n.UUID, maxName), nil
}
