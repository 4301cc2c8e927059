package config

import (
	"context"

	"github.com/edensync/edensync/internal/apierr"
)

// SignIn is an attempt to open a session.
type SignIn struct {
	Username string
	Password Secret
	Address  string // of the client
	Replaced Secret // a session that the new one replaces; empty: none
}

// OpenSession signs a person in.
func (k *Keeper) OpenSession(ctx context.Context, in SignIn) (OpenedSession, error) {
	about := Entry{Mode: ModeLogin, Action: "sign in", Message: "from " + oneLine(in.Address, 64)}
	u, err := k.authenticate(ctx, in.Username, in.Password, in.Address)
	// What was typed as an unknown name may be a password: it is not written down.
	about.Actor = Actor{User: u.Username, Role: u.Role}
	if err == nil && !u.Role.MaySignIn() {
		err = errCredentials()
	}
	if err != nil {
		return OpenedSession{}, k.refused(ctx, about, err)
	}
	var opened OpenedSession
	err = k.store.Write(ctx, func(tx Tx) (err error) {
		if in.Replaced != "" {
			if err := tx.DeleteSession(ctx, hashOf(in.Replaced)); err != nil {
				return err
			}
		}
		if opened, err = k.open(ctx, tx, u, in.Address); err != nil {
			return err
		}
		return tx.Audit(ctx, about)
	})
	return opened, err
}

// open makes a session with a new secret.
func (k *Keeper) open(ctx context.Context, tx Tx, u User, address string) (OpenedSession, error) {
	secret, err := newOpaque("")
	if err != nil {
		return OpenedSession{}, err
	}
	now := k.now()
	s := Session{ID: newID(), Hash: hashOf(secret), UserID: u.ID, Address: oneLine(address, 64), CreateTime: now, LastUseTime: now}
	if err := tx.InsertSession(ctx, s); err != nil {
		return OpenedSession{}, err
	}
	u.LastSignInTime = now
	return OpenedSession{Secret: secret, Session: s, User: u}, tx.SignedIn(ctx, u.ID, now)
}

// authenticate answers the account of that name, and an error unless it is
// enabled and the password is its own. Whether the name, the password or the account is at fault is not told.
func (k *Keeper) authenticate(ctx context.Context, username string, password Secret, address string) (User, error) {
	u, err := k.userNamed(ctx, username)
	if err != nil {
		return User{}, err
	}
	ok, err := k.verify(ctx, attempt{account: username, address: address, hash: u.PasswordHash, password: password})
	if err == nil && (!ok || u.Disabled) {
		err = errCredentials()
	}
	return u, err
}

func (k *Keeper) userNamed(ctx context.Context, username string) (User, error) {
	return look(ctx, k.store, func(r Reader) (User, error) {
		u, _, err := r.UserByName(ctx, username)
		return u, err
	})
}

func errCredentials() error {
	return apierr.New(apierr.KindUnauthenticated, apierr.ReasonCredentialsWrong,
		"The username or the password is wrong, or the account is disabled; try again or ask an administrator.")
}

// attempt is one look at a password.
type attempt struct {
	account, address string
	hash             string // empty: no such account
	password         Secret
}

// verify tells whether the password fits, and counts failures. The attempt is
// counted before the password is looked at and given back if it fits.
func (k *Keeper) verify(ctx context.Context, a attempt) (bool, error) {
	if err := k.charge(ctx, a); err != nil {
		return false, err
	}
	if len(a.password) > 4*maxPassword {
		return false, nil
	}
	ok, err := k.hasher.Verify(ctx, a.hash, a.password.Reveal())
	if err != nil || !ok {
		return false, err
	}
	return true, k.refund(ctx, a)
}

func (k *Keeper) charge(ctx context.Context, a attempt) error {
	now := k.now()
	return k.store.Write(ctx, func(tx Tx) error {
		pair, err := tx.Attempts(ctx, pairSubject(a.account, a.address))
		if err != nil {
			return err
		}
		place, err := tx.Attempts(ctx, addressSubject(a.address))
		if err != nil {
			return err
		}
		if wait := max(pair.LockedUntil.Sub(now), place.LockedUntil.Sub(now)); wait > 0 {
			return errLocked(wait)
		}
		if err := tx.SaveAttempts(ctx, pair.charge(now, freeOfPair)); err != nil {
			return err
		}
		return tx.SaveAttempts(ctx, place.charge(now, freeOfAddress))
	})
}

func (k *Keeper) refund(ctx context.Context, a attempt) error {
	return k.store.Write(ctx, func(tx Tx) error {
		if err := tx.DeleteAttempts(ctx, pairSubject(a.account, a.address)); err != nil {
			return err
		}
		place, err := tx.Attempts(ctx, addressSubject(a.address))
		if err != nil {
			return err
		}
		return tx.SaveAttempts(ctx, place.refund())
	})
}

// Session answers who a session belongs to, and prolongs it.
func (k *Keeper) Session(ctx context.Context, secret Secret) (OpenedSession, error) {
	now := k.now()
	opened, err := look(ctx, k.store, func(r Reader) (OpenedSession, error) { return k.session(ctx, r, secret) })
	if err != nil || !touched(opened.Session.LastUseTime, now) {
		return opened, err
	}
	opened.Session.LastUseTime = now
	return opened, k.store.Write(ctx, func(tx Tx) error { return tx.TouchSession(ctx, opened.Session.Hash, now) })
}

func (k *Keeper) session(ctx context.Context, r Reader, secret Secret) (OpenedSession, error) {
	s, u, found, err := r.SessionByHash(ctx, hashOf(secret))
	if err != nil {
		return OpenedSession{}, err
	}
	if secret == "" || !found || !s.alive(k.now()) {
		return OpenedSession{}, errSession()
	}
	if u.Disabled || !u.Role.MaySignIn() {
		return OpenedSession{}, errSession()
	}
	return OpenedSession{Session: s, User: u}, nil
}

func errSession() error {
	return apierr.New(apierr.KindUnauthenticated, apierr.ReasonSessionExpired,
		"You are not signed in, or your session has ended; sign in again.")
}

// CloseSession signs out; a session that is unknown or over is no error.
func (k *Keeper) CloseSession(ctx context.Context, secret Secret) error {
	return k.store.Write(ctx, func(tx Tx) error {
		own, err := k.session(ctx, tx, secret)
		if apierr.KindOf(err) == apierr.KindUnauthenticated {
			return tx.DeleteSession(ctx, hashOf(secret))
		}
		if err != nil {
			return err
		}
		if err := tx.DeleteSession(ctx, own.Session.Hash); err != nil {
			return err
		}
		return tx.Audit(ctx, Entry{
			Actor: Actor{User: own.User.Username, Role: own.User.Role}, Mode: ModeLogin, Action: "sign out", Message: "session from " + own.Session.Address,
		})
	})
}

// CloseSessions signs a user out everywhere.
func (k *Keeper) CloseSessions(ctx context.Context, actor Actor, userID string) error {
	return k.store.Write(ctx, func(tx Tx) error {
		u, err := account(ctx, tx, userID)
		if err != nil {
			return err
		}
		if err := tx.DeleteSessions(ctx, u.ID); err != nil {
			return err
		}
		return tx.Audit(ctx, Entry{Actor: actor, Mode: ModeLogin, Action: "sign out everywhere", Message: u.Username})
	})
}

// PasswordChange is somebody changing the own password.
type PasswordChange struct {
	Session      Secret
	Current, New Secret
	Address      string
}

// ChangePassword sets the own password, ends all sessions and opens a new one.
func (k *Keeper) ChangePassword(ctx context.Context, c PasswordChange) (OpenedSession, error) {
	present, err := k.Session(ctx, c.Session)
	if err != nil {
		return OpenedSession{}, err
	}
	u := present.User
	about := Entry{Actor: Actor{User: u.Username, Role: u.Role}, Action: "change password"}
	hash, err := k.replacePassword(ctx, u, c)
	if err != nil {
		return OpenedSession{}, k.refused(ctx, about, err)
	}
	var opened OpenedSession
	_, err = k.change(ctx, Call{Actor: about.Actor}, about, func(tx Tx, e *Entry) (string, error) {
		before, err := tx.User(ctx, u.ID)
		if err != nil {
			return "", err
		}
		if before.PasswordHash != u.PasswordHash {
			return "", errCurrentPassword()
		}
		after := before
		after.PasswordHash = hash
		if err := k.storeUser(ctx, tx, before, after, e); err != nil {
			return "", err
		}
		opened, err = k.open(ctx, tx, after, c.Address)
		return u.ID, err
	})
	return opened, err
}

func (k *Keeper) replacePassword(ctx context.Context, u User, c PasswordChange) (string, error) {
	ok, err := k.verify(ctx, attempt{account: u.Username, address: c.Address, hash: u.PasswordHash, password: c.Current})
	if err != nil {
		return "", err
	}
	if !ok {
		return "", errCurrentPassword()
	}
	if err := CheckPassword("newPassword", u.Username, c.New.Reveal()); err != nil {
		return "", err
	}
	return k.hasher.Hash(ctx, c.New.Reveal())
}

func errCurrentPassword() error {
	err := apierr.New(apierr.KindPermissionDenied, apierr.ReasonCredentialsWrong,
		"The current password is wrong, so it was not changed; try again.")
	err.Fields = []apierr.Field{{Name: "currentPassword", Message: "is wrong"}}
	return err
}
