package config

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/edensync/edensync/internal/apierr"
)

// Tokens answers a page of tokens, newest first.
func (k *Keeper) Tokens(ctx context.Context, q TokenQuery) (Page[Token], error) {
	return readPage(ctx, k.store, func(r Reader) ([]Token, int, error) { return r.Tokens(ctx, q) })
}

// CreateToken makes a token for the account that asks and answers its secret,
// this once only. A repeated request is therefore refused.
func (k *Keeper) CreateToken(ctx context.Context, call Call, t Token) (Token, Secret, error) {
	secret, err := newOpaque(tokenPrefix)
	if err != nil {
		return Token{}, "", err
	}
	about := Entry{Action: "create token", Message: oneLine(t.Name, maxTokenName)}
	made := false
	_, err = k.change(ctx, call, about, func(tx Tx, e *Entry) (string, error) {
		made = false
		t.ID, t.Hash, t.CreateTime = newID(), hashOf(secret), k.now()
		if err := k.admitToken(ctx, tx, call.Actor, &t); err != nil {
			return "", err
		}
		e.Message = t.Name + ", role " + string(t.Role)
		made = true
		return t.ID, tx.InsertToken(ctx, t)
	})
	if err == nil && !made {
		err = apierr.New(apierr.KindAlreadyExists, apierr.ReasonAlreadyExists,
			"This request made a token already, and its secret is shown only once; if you did not receive it, delete the token and make another.")
	}
	if err != nil {
		return Token{}, "", err
	}
	stored, err := look(ctx, k.store, func(r Reader) (Token, error) { return r.Token(ctx, t.ID) })
	return stored, secret, err
}

func (k *Keeper) admitToken(ctx context.Context, tx Tx, actor Actor, t *Token) error {
	owner, err := account(ctx, tx, actor.User)
	if err != nil {
		return err
	}
	t.UserID, t.Name = owner.ID, strings.TrimSpace(t.Name)
	var f findings
	f.unless(t.Name != "", "name", "is required")
	f.unless(utf8.RuneCountInString(t.Name) <= maxTokenName && plainText(t.Name), "name", "must be one line of at most 128 characters")
	f.unless(t.Role.MaySignIn(), "role", "must be ADMINISTRATOR, OPERATOR or VIEWER")
	f.unless(t.alive(k.now()), "expireTime", "must lie ahead")
	if err := f.err(); err != nil {
		return err
	}
	if lowerRole(t.Role, owner.Role) != t.Role {
		return apierr.New(apierr.KindPermissionDenied, apierr.ReasonPermissionDenied,
			"A token may not do more than who makes it, so none was made; choose the role %s or a lower one.", owner.Role)
	}
	_, found, err := tx.TokenByName(ctx, t.Name)
	if err == nil && found {
		refusal := apierr.New(apierr.KindAlreadyExists, apierr.ReasonAlreadyExists,
			"There is a token %q already, so none was made; choose another name.", t.Name)
		refusal.Fields = []apierr.Field{{Name: "name", Message: "is in use"}}
		return refusal
	}
	return err
}

// account finds who is signed in, by id or name.
func account(ctx context.Context, r Reader, user string) (User, error) {
	if user == "" {
		return User{}, apierr.New(apierr.KindPermissionDenied, apierr.ReasonPermissionDenied,
			"A token belongs to an account, and nobody is signed in; sign in and try again.")
	}
	u, err := r.User(ctx, user)
	if err == nil || apierr.KindOf(err) != apierr.KindNotFound {
		return u, err
	}
	u, found, err := r.UserByName(ctx, user)
	if err == nil && !found {
		err = apierr.NotFound("user", user)
	}
	return u, err
}

// DeleteToken revokes a token at once.
func (k *Keeper) DeleteToken(ctx context.Context, call Call, id string) error {
	about := Entry{Action: "delete token"}
	_, err := k.change(ctx, call, about, func(tx Tx, e *Entry) (string, error) {
		t, err := tx.Token(ctx, id)
		if err != nil {
			return "", err
		}
		e.Message = t.Name + " of " + t.Username
		return id, tx.DeleteToken(ctx, id)
	})
	return err
}

// Bearer is what the secret of a token stands for.
type Bearer struct {
	Token Token
	Role  Role // the token's role, or the owner's if that is lower by now
	User  User
}

// AuthenticateToken answers what the secret of a token may do.
func (k *Keeper) AuthenticateToken(ctx context.Context, secret Secret) (Bearer, error) {
	bearer, err := look(ctx, k.store, func(r Reader) (Bearer, error) { return k.bearer(ctx, r, secret) })
	if err != nil || !touched(bearer.Token.LastUseTime, k.now()) {
		return bearer, err
	}
	return bearer, k.store.Write(ctx, func(tx Tx) error { return tx.TouchToken(ctx, bearer.Token.ID, k.now()) })
}

func (k *Keeper) bearer(ctx context.Context, r Reader, secret Secret) (Bearer, error) {
	t, u, found, err := r.TokenByHash(ctx, hashOf(secret))
	if err != nil {
		return Bearer{}, err
	}
	if !found || !t.alive(k.now()) {
		return Bearer{}, errTokenInvalid()
	}
	if u.Disabled || !u.Role.MaySignIn() {
		return Bearer{}, errTokenInvalid()
	}
	return Bearer{Token: t, Role: lowerRole(t.Role, u.Role), User: u}, nil
}

func errTokenInvalid() error {
	return apierr.New(apierr.KindUnauthenticated, apierr.ReasonTokenInvalid,
		"This token is unknown, expired or revoked, so nothing was done; make a new one under Tokens.")
}
