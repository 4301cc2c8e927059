package config

import (
	"context"
	"unicode/utf8"

	"github.com/edensync/edensync/internal/apierr"
)

// Federated is a person for whom an identity provider vouches. What is in it was checked by whoever asked the provider.
type Federated struct {
	Identity Identity
	Username string // chosen by the person; may be empty
	Email    string // verified by the provider; empty: none
	Role     Role   // that the provider's claims stand for; empty: none
	Address  string // of the client
	Replaced Secret // a session that the new one replaces; empty: none
}

// maxIdentity is the length up to which issuers and subjects are taken, in bytes.
const maxIdentity = 255

func (f Federated) check() error {
	var found findings
	for name, value := range map[string]string{"issuer": f.Identity.Issuer, "subject": f.Identity.Subject} {
		found.unless(value != "" && len(value) <= maxIdentity && plainText(value), name, "must be one line of at most 255 bytes")
	}
	found.unless(f.Role == "" || f.Role.MaySignIn(), "role", "must be ADMINISTRATOR, OPERATOR or VIEWER")
	return found.err()
}

// name is what a new account would be called; empty: the provider tells no name that can be used.
func (f Federated) name() string {
	for _, name := range []string{f.Email, f.Username} {
		if name != "" && utf8.RuneCountInString(name) <= maxUsername {
			return name
		}
	}
	return ""
}

// OpenFederatedSession signs in a person for whom a provider vouches.
func (k *Keeper) OpenFederatedSession(ctx context.Context, f Federated) (OpenedSession, error) {
	about := Entry{Mode: ModeLogin, Action: "sign in", Message: "from " + oneLine(f.Address, 64) + " by " + oneLine(f.Identity.Issuer, maxIdentity)}
	if err := f.check(); err != nil {
		return OpenedSession{}, k.refused(ctx, about, err)
	}
	var opened OpenedSession
	err := k.store.Write(ctx, func(tx Tx) error {
		if err := tx.Guard(ctx); err != nil {
			return err
		}
		u, err := k.federate(ctx, tx, f)
		about.Actor = Actor{User: u.Username, Role: u.Role}
		if err != nil {
			return err
		}
		if f.Replaced != "" {
			if err := tx.DeleteSession(ctx, hashOf(f.Replaced)); err != nil {
				return err
			}
		}
		if opened, err = k.open(ctx, tx, u, f.Address); err != nil {
			return err
		}
		return tx.Audit(ctx, about)
	})
	if err != nil {
		return OpenedSession{}, k.refused(ctx, about, err)
	}
	return opened, nil
}

// federate finds the account of a person, binds it to the identity at the first sign-in, or makes it.
func (k *Keeper) federate(ctx context.Context, tx Tx, f Federated) (User, error) {
	u, found, err := tx.UserByIdentity(ctx, f.Identity)
	if err != nil {
		return User{}, err
	}
	if found {
		return k.followed(ctx, tx, u, f)
	}
	if u, found, err = invitee(ctx, tx, f); err != nil {
		return User{}, err
	}
	switch {
	case found:
		return k.bind(ctx, tx, u, f.Identity)
	case f.Role != "" && f.name() != "":
		return k.provision(ctx, tx, f)
	default:
		return User{}, errAccountUnknown(f)
	}
}

// invitee is the account without provider that waits for this person. An address that the provider has verified is
// enough to get any of that name. A username, which people can often change at the provider, gets only an account that
// nobody can sign in to yet.
func invitee(ctx context.Context, r Reader, f Federated) (User, bool, error) {
	for _, name := range []string{f.Email, f.Username} {
		if name == "" {
			continue
		}
		u, found, err := r.UserByName(ctx, name)
		if err != nil {
			return User{}, false, err
		}
		if found && u.Identity == (Identity{}) && (name == f.Email || u.PasswordHash == "") {
			return u, true, nil
		}
	}
	return User{}, false, nil
}

// bind gives an account its identity.
func (k *Keeper) bind(ctx context.Context, tx Tx, u User, identity Identity) (User, error) {
	if err := maySignIn(u); err != nil {
		return u, err
	}
	after := u
	after.Identity = identity
	return k.saved(ctx, tx, u, after, "bind user to provider")
}

// followed is an account as the provider wants it: one that a sign-in has made has the role that the provider says, and
// none without a role. One that an administrator has made keeps its own.
func (k *Keeper) followed(ctx context.Context, tx Tx, u User, f Federated) (User, error) {
	if err := maySignIn(u); err != nil || !u.Provisioned {
		return u, err
	}
	if f.Role == "" {
		return u, errAccountUnknown(f)
	}
	after := u
	after.Role = f.Role
	return k.saved(ctx, tx, u, after, "update user")
}

// saved stores a change of an account with an entry of its own, and answers it as it is then.
func (k *Keeper) saved(ctx context.Context, tx Tx, before, after User, action string) (User, error) {
	e := Entry{Actor: Actor{User: before.Username, Role: before.Role}, Action: action}
	if err := k.storeUser(ctx, tx, before, after, &e); err != nil || e.Action == "" {
		return before, err
	}
	if err := tx.Audit(ctx, e); err != nil {
		return before, err
	}
	return tx.User(ctx, before.ID)
}

// provision makes an account for a person whom the provider gives a role.
func (k *Keeper) provision(ctx context.Context, tx Tx, f Federated) (User, error) {
	u := User{ID: newID(), Username: f.name(), Role: f.Role, Identity: f.Identity, Provisioned: true}
	if err := u.Normalize(); err != nil {
		return User{}, err
	}
	if err := k.insertUser(ctx, tx, u); err != nil {
		return User{}, err
	}
	err := tx.Audit(ctx, Entry{
		Actor: Actor{User: u.Username, Role: u.Role}, Action: "create user", Message: describe(diff(nil, u.attributes())),
	})
	return u, err
}

func maySignIn(u User) error {
	if u.Disabled || !u.Role.MaySignIn() {
		return errCredentials()
	}
	return nil
}

func errAccountUnknown(f Federated) error {
	name := f.name()
	if name == "" {
		name = f.Identity.Subject
	}
	return apierr.New(apierr.KindUnauthenticated, apierr.ReasonAccountUnknown,
		"The provider knows you as %s, but this site has no account for you; ask an administrator to create one of that name, or to give you a role at the provider.", oneLine(name, maxUsername))
}

// FailedSignIn is a sign-in by a provider that whoever asked the provider has refused.
type FailedSignIn struct{ Issuer, Reason, Message, Address string }

// ReportFailedSignIn writes a failure to the log.
func (k *Keeper) ReportFailedSignIn(ctx context.Context, f FailedSignIn) error {
	e := Entry{
		Mode: ModeLogin, Action: "sign in", Result: ResultError, Reason: oneLine(f.Reason, 64),
		Message: oneLine(f.Message, 1024) + " (from " + oneLine(f.Address, 64) + " by " + oneLine(f.Issuer, maxIdentity) + ")",
	}
	return k.store.Write(ctx, func(tx Tx) error { return tx.Audit(ctx, e) })
}
