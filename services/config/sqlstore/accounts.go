package sqlstore

import (
	"context"
	"fmt"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/config"
)

const accountColumns = "id, username, role, password_hash, disabled, repository_id, language, create_time, update_time, version, " +
	"issuer, subject, provisioned, bind_at_registration"

type accountRow struct {
	ID             string       `db:"id"`
	Username       string       `db:"username"`
	Role           string       `db:"role"`
	PasswordHash   string       `db:"password_hash"`
	Disabled       bool         `db:"disabled"`
	RepositoryID   string       `db:"repository_id"`
	Language       string       `db:"language"`
	CreateTime     sqldb.Micros `db:"create_time"`
	UpdateTime     sqldb.Micros `db:"update_time"`
	Version        int64        `db:"version"`
	Issuer         string       `db:"issuer"`
	Subject        string       `db:"subject"`
	Provisioned    bool         `db:"provisioned"`
	Bind           bool         `db:"bind_at_registration"`
	LastSignInTime sqldb.Micros `db:"last_sign_in_time"`
}

func userOf(row accountRow) config.User {
	return config.User{
		ID: row.ID, Username: row.Username, Role: config.Role(row.Role), PasswordHash: row.PasswordHash, Disabled: row.Disabled,
		RepositoryID: row.RepositoryID, Language: row.Language, LastSignInTime: row.LastSignInTime.Time(),
		CreateTime: row.CreateTime.Time(), UpdateTime: row.UpdateTime.Time(), Version: row.Version,
		Identity: config.Identity{Issuer: row.Issuer, Subject: row.Subject}, Provisioned: row.Provisioned, BindAtRegistration: row.Bind,
	}
}

func userValues(u config.User) []any {
	return []any{
		u.ID, u.Username, string(u.Role), u.PasswordHash, u.Disabled, u.RepositoryID, u.Language,
		micros(u.CreateTime), micros(u.UpdateTime), u.Version, u.Identity.Issuer, u.Identity.Subject, u.Provisioned, u.BindAtRegistration,
		config.Fold(u.Username),
	}
}

const (
	accountReads  = accountColumns + ", last_sign_in_time"
	selectAccount = "SELECT " + accountReads + " FROM account"
)

// User reads one by id.
func (a *access) User(ctx context.Context, id string) (config.User, error) {
	var row accountRow
	found, err := one(ctx, a.q, &row, selectAccount+" WHERE id = ?", id)
	if err == nil && !found {
		return config.User{}, apierr.NotFound("user", id)
	}
	return userOf(row), wrap("read user "+id, err)
}

// UserByName reads one by name.
func (a *access) UserByName(ctx context.Context, username string) (config.User, bool, error) {
	var row accountRow
	found, err := one(ctx, a.q, &row, selectAccount+" WHERE username_key = ?", config.Fold(username))
	return userOf(row), found, wrap("read a user by name", err)
}

// UserByIdentity reads the one of an identity.
func (a *access) UserByIdentity(ctx context.Context, i config.Identity) (config.User, bool, error) {
	var row accountRow
	found, err := one(ctx, a.q, &row, selectAccount+" WHERE issuer = ? AND subject = ? AND subject <> ''", i.Issuer, i.Subject)
	return userOf(row), found, wrap("read a user by identity", err)
}

// Users reads a page by name.
func (a *access) Users(ctx context.Context, q config.UserQuery) ([]config.User, int, error) {
	c := sqldb.Where{}
	if q.Text != "" {
		c.Add("username_key LIKE ? ESCAPE '!'", containing(q.Text))
	}
	sqldb.In(&c, "role", q.Roles)
	var total int
	if err := a.q.Get(ctx, &total, "SELECT count(*) FROM account"+c.SQL(), c.Args()...); err != nil {
		return nil, 0, fmt.Errorf("count users: %w", err)
	}
	c.Add("username_key > ?", q.AfterName)
	var rows []accountRow
	if err := a.q.Select(ctx, &rows, selectAccount+c.SQL()+" ORDER BY username_key LIMIT ?", c.Args(q.Limit)...); err != nil {
		return nil, 0, fmt.Errorf("list users: %w", err)
	}
	page := make([]config.User, len(rows))
	for i, row := range rows {
		page[i] = userOf(row)
	}
	return page, total, nil
}

// Administrators counts them: all, or those that can sign in.
func (a *access) Administrators(ctx context.Context, all bool) (int, error) {
	c := sqldb.Where{}
	c.Add("role = ?", string(config.RoleAdministrator))
	if !all {
		c.Add("disabled = ? AND (password_hash <> '' OR subject <> '')", false)
	}
	var n int
	return n, wrap("count administrators", a.q.Get(ctx, &n, "SELECT count(*) FROM account"+c.SQL(), c.Args()...))
}

// InsertUser stores a new one.
func (a *access) InsertUser(ctx context.Context, u config.User) error {
	return a.exec(ctx, "insert user "+u.ID, insertInto("account", accountColumns+", username_key, last_sign_in_time"), append(userValues(u), 0)...)
}

// UpdateUser stores all but the last sign-in.
func (a *access) UpdateUser(ctx context.Context, u config.User) error {
	return a.exec(ctx, "update user "+u.ID, "UPDATE account SET "+setAll(accountColumns+", username_key")+" WHERE id = ?",
		append(userValues(u), u.ID)...)
}

// SignedIn notes a sign-in.
func (a *access) SignedIn(ctx context.Context, id string, at time.Time) error {
	return a.exec(ctx, "note a sign-in of "+id, "UPDATE account SET last_sign_in_time = ? WHERE id = ?", micros(at), id)
}

// DeleteUser removes an account; sessions, tokens and the invitation go with it.
func (a *access) DeleteUser(ctx context.Context, id string) error {
	return a.exec(ctx, "delete user "+id, "DELETE FROM account WHERE id = ?", id)
}

// InvitationByHash reads one, expired or not.
func (a *access) InvitationByHash(ctx context.Context, hash string) (config.Invitation, bool, error) {
	var row struct {
		AccountID  string       `db:"account_id"`
		CreateTime sqldb.Micros `db:"create_time"`
		ExpireTime sqldb.Micros `db:"expire_time"`
	}
	found, err := one(ctx, a.q, &row, "SELECT account_id, create_time, expire_time FROM invitation WHERE hash = ?", hash)
	i := config.Invitation{UserID: row.AccountID, Hash: hash, CreateTime: row.CreateTime.Time(), ExpireTime: row.ExpireTime.Time()}
	return i, found, wrap("read an invitation", err)
}

// SaveInvitation replaces the one before.
func (a *access) SaveInvitation(ctx context.Context, i config.Invitation) error {
	return a.exec(ctx, "save an invitation of "+i.UserID, insertInto("invitation", "account_id, hash, create_time, expire_time")+
		" ON CONFLICT (account_id) DO UPDATE SET hash = excluded.hash, create_time = excluded.create_time, expire_time = excluded.expire_time",
		i.UserID, i.Hash, micros(i.CreateTime), micros(i.ExpireTime))
}

// DeleteInvitation ends the one of a user.
func (a *access) DeleteInvitation(ctx context.Context, userID string) error {
	return a.exec(ctx, "delete the invitation of "+userID, "DELETE FROM invitation WHERE account_id = ?", userID)
}
