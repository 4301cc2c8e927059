package sqlstore

import (
	"context"
	"fmt"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/config"
)

const accountColumns = "id, username, role, password_hash, disabled, repository_id, create_time, update_time, version"

type accountRow struct {
	ID             string       `db:"id"`
	Username       string       `db:"username"`
	Role           string       `db:"role"`
	PasswordHash   string       `db:"password_hash"`
	Disabled       bool         `db:"disabled"`
	RepositoryID   string       `db:"repository_id"`
	CreateTime     sqldb.Micros `db:"create_time"`
	UpdateTime     sqldb.Micros `db:"update_time"`
	Version        int64        `db:"version"`
	LastSignInTime sqldb.Micros `db:"last_sign_in_time"`
}

func userOf(row accountRow) config.User {
	return config.User{
		ID: row.ID, Username: row.Username, Role: config.Role(row.Role), PasswordHash: row.PasswordHash, Disabled: row.Disabled,
		RepositoryID: row.RepositoryID, LastSignInTime: row.LastSignInTime.Time(),
		CreateTime: row.CreateTime.Time(), UpdateTime: row.UpdateTime.Time(), Version: row.Version,
	}
}

func userValues(u config.User) []any {
	return []any{
		u.ID, u.Username, string(u.Role), u.PasswordHash, u.Disabled, u.RepositoryID,
		micros(u.CreateTime), micros(u.UpdateTime), u.Version, config.Fold(u.Username),
	}
}

const selectAccount = "SELECT " + accountColumns + ", last_sign_in_time FROM account"

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

// Administrators counts them.
func (a *access) Administrators(ctx context.Context, withDisabled bool) (int, error) {
	c := sqldb.Where{}
	c.Add("role = ?", string(config.RoleAdministrator))
	if !withDisabled {
		c.Add("disabled = ?", false)
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

// DeleteUser removes an account; sessions and tokens go with it.
func (a *access) DeleteUser(ctx context.Context, id string) error {
	return a.exec(ctx, "delete user "+id, "DELETE FROM account WHERE id = ?", id)
}

const sessionColumns = "hash, account_id, address, create_time, last_use_time"

// SessionByHash reads one, ended or not.
func (a *access) SessionByHash(ctx context.Context, hash string) (config.Session, bool, error) {
	var row struct {
		Hash        string       `db:"hash"`
		AccountID   string       `db:"account_id"`
		Address     string       `db:"address"`
		CreateTime  sqldb.Micros `db:"create_time"`
		LastUseTime sqldb.Micros `db:"last_use_time"`
	}
	found, err := one(ctx, a.q, &row, "SELECT "+sessionColumns+" FROM session WHERE hash = ?", hash)
	s := config.Session{
		Hash: row.Hash, UserID: row.AccountID, Address: row.Address,
		CreateTime: row.CreateTime.Time(), LastUseTime: row.LastUseTime.Time(),
	}
	return s, found, wrap("read a session", err)
}

// InsertSession stores a new one.
func (a *access) InsertSession(ctx context.Context, s config.Session) error {
	return a.exec(ctx, "insert a session", insertInto("session", sessionColumns),
		s.Hash, s.UserID, s.Address, micros(s.CreateTime), micros(s.LastUseTime))
}

// TouchSession notes its last use.
func (a *access) TouchSession(ctx context.Context, hash string, at time.Time) error {
	return a.exec(ctx, "touch a session", "UPDATE session SET last_use_time = ? WHERE hash = ?", micros(at), hash)
}

// DeleteSession removes one.
func (a *access) DeleteSession(ctx context.Context, hash string) error {
	return a.exec(ctx, "delete a session", "DELETE FROM session WHERE hash = ?", hash)
}

// DeleteSessions removes those of a user.
func (a *access) DeleteSessions(ctx context.Context, userID string) error {
	return a.exec(ctx, "delete sessions of "+userID, "DELETE FROM session WHERE account_id = ?", userID)
}
