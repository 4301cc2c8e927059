package config

import (
	"context"

	"github.com/edensync/edensync/internal/apierr"
)

// Users answers a page of users by name.
func (k *Keeper) Users(ctx context.Context, q UserQuery) (Page[User], error) {
	return readPage(ctx, k.store, func(r Reader) ([]User, int, error) { return r.Users(ctx, q) })
}

// User answers one user.
func (k *Keeper) User(ctx context.Context, id string) (User, error) {
	return look(ctx, k.store, func(r Reader) (User, error) { return r.User(ctx, id) })
}

// CreateUser adds an account. Without a password a person is invited, and a remote site gets a generated one; a
// repeated request answers the account without them.
func (k *Keeper) CreateUser(ctx context.Context, call Call, u User, password Secret) (Issued, error) {
	about := Entry{Action: "create user", Message: oneLine(u.Username, maxUsername)}
	about.Actor = call.Actor
	issued, err := k.prepareIssued(ctx, &u, password)
	if err != nil {
		return Issued{}, k.refused(ctx, about, err)
	}
	made := false
	id, err := k.change(ctx, call, about, func(tx Tx, e *Entry) (string, error) {
		u.ID, made = newID(), true
		e.Message = describe(diff(nil, u.attributes()))
		if err := k.insertUser(ctx, tx, u); err != nil || issued.Code == "" {
			return u.ID, err
		}
		e.Message += "; invited"
		return u.ID, k.invite(ctx, tx, u.ID, &issued)
	})
	if err != nil {
		return Issued{}, err
	}
	if !made {
		issued = Issued{}
	}
	issued.User, err = k.User(ctx, id)
	return issued, err
}

// prepareIssued is prepareUser for an account that may come without password.
func (k *Keeper) prepareIssued(ctx context.Context, u *User, password Secret) (issued Issued, err error) {
	switch {
	case password != "":
	case u.Role == RolePeer:
		if password, err = newOpaque(""); err != nil {
			return issued, err
		}
		issued.Password = password
	default:
		if issued.Code, err = newOpaque(invitationPrefix); err != nil {
			return issued, err
		}
		return issued, u.Normalize()
	}
	return issued, k.prepareUser(ctx, u, password)
}

// prepareUser does what needs no transaction: checks and the costly hash.
func (k *Keeper) prepareUser(ctx context.Context, u *User, password Secret) error {
	if err := u.Normalize(); err != nil {
		return err
	}
	if err := CheckPassword("password", u.Username, password.Reveal()); err != nil {
		return err
	}
	hash, err := k.hasher.Hash(ctx, password.Reveal())
	u.PasswordHash = hash
	return err
}

func (k *Keeper) insertUser(ctx context.Context, tx Tx, u User) error {
	if err := checkAccount(ctx, tx, u); err != nil {
		return err
	}
	u.CreateTime, u.UpdateTime, u.Version = k.now(), k.now(), 1
	return tx.InsertUser(ctx, u)
}

// checkAccount checks what looks at other rows: the name and the repository.
func checkAccount(ctx context.Context, r Reader, u User) error {
	other, found, err := r.UserByName(ctx, u.Username)
	if err != nil {
		return err
	}
	if found && other.ID != u.ID {
		refusal := apierr.New(apierr.KindAlreadyExists, apierr.ReasonAlreadyExists,
			"There is an account %q already, so nothing was saved; choose another username.", other.Username)
		refusal.Fields = []apierr.Field{{Name: "username", Message: "is in use"}}
		return refusal
	}
	if u.RepositoryID == "" {
		return nil
	}
	_, err = liveRepository(ctx, r, u.RepositoryID)
	if err != nil && apierr.KindOf(err) == apierr.KindNotFound {
		return apierr.Invalid(apierr.Field{Name: "repositoryId", Message: "names no repository"})
	}
	return err
}

// UserEdit is a change of an account. Password is nil to keep the present one.
type UserEdit struct {
	ID       string
	Etag     string // empty: no check
	Password *Secret
	Apply    func(*User) error
}

// UpdateUser changes an account. A new password, a new role or disabling ends
// its sessions.
func (k *Keeper) UpdateUser(ctx context.Context, call Call, edit UserEdit) (User, error) {
	about := Entry{Actor: call.Actor, Action: "update user"}
	hash, err := k.newHash(ctx, edit)
	if err != nil {
		return User{}, k.refused(ctx, about, err)
	}
	_, err = k.change(ctx, call, about, func(tx Tx, e *Entry) (string, error) {
		before, err := editableUser(ctx, tx, edit.ID, edit.Etag, e)
		if err != nil {
			return "", err
		}
		after := before
		if err := changed(&after, edit.Apply); err != nil {
			return "", err
		}
		if hash != "" {
			after.PasswordHash = hash
		}
		return before.ID, k.storeUser(ctx, tx, before, after, e)
	})
	if err != nil {
		return User{}, err
	}
	return k.User(ctx, edit.ID)
}

// newHash is the hash of the new password, empty if it is kept. The name that
// the password must differ from may change in the same request.
func (k *Keeper) newHash(ctx context.Context, edit UserEdit) (string, error) {
	if edit.Password == nil {
		return "", nil
	}
	u, err := k.User(ctx, edit.ID)
	if err != nil {
		return "", err
	}
	if err := edit.Apply(&u); err != nil {
		return "", err
	}
	if err := CheckPassword("password", u.Username, edit.Password.Reveal()); err != nil {
		return "", err
	}
	return k.hasher.Hash(ctx, edit.Password.Reveal())
}

func editableUser(ctx context.Context, tx Tx, id, etag string, e *Entry) (User, error) {
	u, err := tx.User(ctx, id)
	if err != nil {
		return u, err
	}
	e.Message = u.Username
	return u, checkEtag(etag, u.Etag(), "account")
}

func (k *Keeper) storeUser(ctx context.Context, tx Tx, before, after User, e *Entry) error {
	changes := diff(before.attributes(), after.attributes())
	if len(changes) == 0 {
		e.Action = ""
		return nil
	}
	if err := checkAccount(ctx, tx, after); err != nil {
		return err
	}
	after.Version, after.UpdateTime = before.Version+1, k.now()
	e.Message = before.Username + ": " + describe(changes)
	if err := tx.UpdateUser(ctx, after); err != nil {
		return err
	}
	if after.PasswordHash != before.PasswordHash || after.Role != before.Role || after.Disabled {
		if err := tx.DeleteSessions(ctx, after.ID); err != nil {
			return err
		}
	}
	if after.PasswordHash != before.PasswordHash || after.Disabled {
		if err := tx.DeleteInvitation(ctx, after.ID); err != nil {
			return err
		}
	}
	return keepAdministrator(ctx, tx, before)
}

// DeleteUser removes an account with its sessions and tokens.
func (k *Keeper) DeleteUser(ctx context.Context, call Call, id, etag string) error {
	about := Entry{Action: "delete user"}
	_, err := k.change(ctx, call, about, func(tx Tx, e *Entry) (string, error) {
		u, err := editableUser(ctx, tx, id, etag, e)
		if err != nil {
			return "", err
		}
		if err := tx.DeleteUser(ctx, id); err != nil {
			return "", err
		}
		return id, keepAdministrator(ctx, tx, u)
	})
	return err
}

// keepAdministrator refuses the change of an enabled administrator after which
// none is left: nobody could change anything any more.
func keepAdministrator(ctx context.Context, r Reader, before User) error {
	if before.Role != RoleAdministrator || before.Disabled {
		return nil
	}
	n, err := r.Administrators(ctx, false)
	if err != nil || n > 0 {
		return err
	}
	return apierr.New(apierr.KindPrecondition, apierr.ReasonLastAdministrator,
		"%s is the last administrator, and without one nobody could manage this site, so nothing was changed; make somebody else administrator first.", before.Username)
}
