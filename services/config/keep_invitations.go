package config

import (
	"context"
	"time"

	"github.com/edensync/edensync/internal/apierr"
)

// invitationPrefix lets people and secret scanners recognise the code of an invitation.
const invitationPrefix = "edin_"

// invite stores the invitation that issued tells of.
func (k *Keeper) invite(ctx context.Context, tx Tx, userID string, issued *Issued) error {
	now := k.now()
	issued.ExpireTime = now.Add(InvitationTime)
	return tx.SaveInvitation(ctx, Invitation{UserID: userID, Hash: hashOf(issued.Code), CreateTime: now, ExpireTime: issued.ExpireTime})
}

// InviteUser makes a new invitation for an account, with or without password. A repeated request is refused, since the
// code is shown only once.
func (k *Keeper) InviteUser(ctx context.Context, call Call, id string) (Issued, error) {
	code, err := newOpaque(invitationPrefix)
	if err != nil {
		return Issued{}, err
	}
	issued := Issued{Code: code}
	return k.issue(ctx, call, id, Entry{Action: "invite user"}, &issued, func(tx Tx, u User, e *Entry) error {
		switch {
		case u.Role == RolePeer:
			return apierr.New(apierr.KindPrecondition, apierr.ReasonPrecondition,
				"%s is the account of a remote site, which cannot accept an invitation, so none was made; generate a password for it.", u.Username)
		case u.Disabled:
			return apierr.New(apierr.KindPrecondition, apierr.ReasonPrecondition,
				"%s is disabled, so no invitation was made; enable the account first.", u.Username)
		}
		e.Message = u.Username
		return k.invite(ctx, tx, u.ID, &issued)
	})
}

// GeneratePassword gives the account of a remote site a new random password. A repeated request is refused, since the
// password is shown only once.
func (k *Keeper) GeneratePassword(ctx context.Context, call Call, id string) (Issued, error) {
	password, err := newOpaque("")
	if err != nil {
		return Issued{}, err
	}
	hash, err := k.hasher.Hash(ctx, password.Reveal())
	if err != nil {
		return Issued{}, err
	}
	issued := Issued{Password: password}
	return k.issue(ctx, call, id, Entry{Action: "generate password"}, &issued, func(tx Tx, u User, e *Entry) error {
		if u.Role != RolePeer {
			return apierr.New(apierr.KindPrecondition, apierr.ReasonPrecondition,
				"%s is no account of a remote site, so no password was generated; invite the person to choose one.", u.Username)
		}
		after := u
		after.PasswordHash = hash
		return k.storeUser(ctx, tx, u, after, e)
	})
}

// issue runs a change that makes a secret for an account.
func (k *Keeper) issue(ctx context.Context, call Call, id string, about Entry, issued *Issued, work func(tx Tx, u User, e *Entry) error) (Issued, error) {
	made := false
	_, err := k.change(ctx, call, about, func(tx Tx, e *Entry) (string, error) {
		u, err := tx.User(ctx, id)
		if err != nil {
			return "", err
		}
		e.Message, made = u.Username, true
		return id, work(tx, u, e)
	})
	if err == nil && !made {
		err = apierr.New(apierr.KindAlreadyExists, apierr.ReasonAlreadyExists,
			"This request made a secret already, and it is shown only once; if you did not receive it, ask for another.")
	}
	if err != nil {
		return Issued{}, err
	}
	issued.User, err = k.User(ctx, id)
	return *issued, err
}

// Acceptance is somebody accepting an invitation.
type Acceptance struct {
	Code, Password Secret
	Address        string // of the client
}

// invitationAccount is the account under which wrong codes are counted; no account can have this name.
const invitationAccount = "invitation:code"

// AcceptInvitation sets the password of the invited account, ends its sessions and opens a new one.
func (k *Keeper) AcceptInvitation(ctx context.Context, a Acceptance) (OpenedSession, error) {
	about := Entry{Mode: ModeLogin, Action: "accept invitation", Message: "from " + oneLine(a.Address, 64)}
	u, err := k.invited(ctx, a)
	about.Actor = Actor{User: u.Username, Role: u.Role}
	if err == nil {
		err = CheckPassword("password", u.Username, a.Password.Reveal())
	}
	if err != nil {
		return OpenedSession{}, k.refused(ctx, about, err)
	}
	hash, err := k.hasher.Hash(ctx, a.Password.Reveal())
	if err != nil {
		return OpenedSession{}, err
	}
	var opened OpenedSession
	_, err = k.change(ctx, Call{Actor: about.Actor}, about, func(tx Tx, e *Entry) (string, error) {
		before, err := k.invitation(ctx, tx, a.Code)
		if err != nil {
			return "", err
		}
		after := before
		after.PasswordHash = hash
		if err := k.storeUser(ctx, tx, before, after, e); err != nil {
			return "", err
		}
		opened, err = k.open(ctx, tx, after, a.Address)
		return before.ID, err
	})
	return opened, err
}

// invited finds the account of a code. Attempts are counted by address before the code is looked at.
func (k *Keeper) invited(ctx context.Context, a Acceptance) (User, error) {
	try := attempt{account: invitationAccount, address: a.Address}
	if err := k.charge(ctx, try); err != nil {
		return User{}, err
	}
	u, err := read(ctx, k.store, func(r Reader) (User, error) { return k.invitation(ctx, r, a.Code) })
	if err != nil {
		return User{}, err
	}
	return u, k.refund(ctx, try)
}

func (k *Keeper) invitation(ctx context.Context, r Reader, code Secret) (User, error) {
	i, found, err := r.InvitationByHash(ctx, hashOf(code))
	if err != nil {
		return User{}, err
	}
	if !found || !i.alive(k.now()) {
		return User{}, errInvitation()
	}
	return r.User(ctx, i.UserID)
}

func errInvitation() error {
	return apierr.New(apierr.KindPermissionDenied, apierr.ReasonInvitationInvalid,
		"This invitation is unknown, used or expired, so nothing was changed; ask an administrator for a new one.")
}

// SessionPage is a page of sessions with the one that asked.
type SessionPage struct {
	Page[Session]
	User    User
	Current string // id
}

// OwnSessions answers a page of the sessions of who a session belongs to, newest first.
func (k *Keeper) OwnSessions(ctx context.Context, secret Secret, before Session, limit int) (SessionPage, error) {
	now := k.now()
	return read(ctx, k.store, func(r Reader) (SessionPage, error) {
		own, err := k.session(ctx, r, secret)
		if err != nil {
			return SessionPage{}, err
		}
		page := SessionPage{User: own.User, Current: own.Session.ID}
		page.Items, page.Total, err = r.Sessions(ctx, SessionQuery{
			UserID: own.User.ID, CreatedAfter: now.Add(-SessionAbsolute), UsedAfter: now.Add(-SessionIdle), Before: before, Limit: limit,
		})
		return page, err
	})
}

// EndSession ends one of the sessions of who a session belongs to.
func (k *Keeper) EndSession(ctx context.Context, call Call, secret Secret, id string) error {
	about := Entry{Mode: ModeLogin, Action: "end session"}
	_, err := k.change(ctx, call, about, func(tx Tx, e *Entry) (string, error) {
		own, err := k.session(ctx, tx, secret)
		if err != nil {
			return "", err
		}
		e.Message = own.User.Username
		ended, err := sessionOf(ctx, tx, own.User.ID, id)
		if err != nil {
			return "", err
		}
		e.Message += ", signed in from " + ended.Address + " at " + ended.CreateTime.UTC().Format(time.RFC3339)
		return id, tx.DeleteSession(ctx, ended.Hash)
	})
	return err
}

func sessionOf(ctx context.Context, r Reader, userID, id string) (Session, error) {
	s, found, err := r.Session(ctx, id)
	if err == nil && (!found || s.UserID != userID) {
		err = apierr.NotFound("session", id)
	}
	return s, err
}

// UpdateOwnUser lets a person change the own account.
func (k *Keeper) UpdateOwnUser(ctx context.Context, call Call, secret Secret, etag string, apply func(*User) error) (User, error) {
	own, err := k.Session(ctx, secret)
	if err != nil {
		return User{}, err
	}
	return k.UpdateUser(ctx, call, UserEdit{ID: own.User.ID, Etag: etag, Apply: apply})
}
