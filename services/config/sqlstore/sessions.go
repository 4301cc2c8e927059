package sqlstore

import (
	"context"
	"fmt"
	"time"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/config"
)

const sessionColumns = "id, hash, account_id, address, create_time, last_use_time"

type sessionRow struct {
	ID          string       `db:"id"`
	Hash        string       `db:"hash"`
	AccountID   string       `db:"account_id"`
	Address     string       `db:"address"`
	CreateTime  sqldb.Micros `db:"create_time"`
	LastUseTime sqldb.Micros `db:"last_use_time"`
}

func sessionOf(row sessionRow) config.Session {
	return config.Session{
		ID: row.ID, Hash: row.Hash, UserID: row.AccountID, Address: row.Address,
		CreateTime: row.CreateTime.Time(), LastUseTime: row.LastUseTime.Time(),
	}
}

// openedRow is a session with the account of its user.
type openedRow struct {
	Session sessionRow `db:"s"`
	Account accountRow `db:"a"`
}

// Every call of the API asks this, so it is one question.
var openedByHash = "SELECT " + inside("s", sessionColumns, "%s") + ", " + inside("a", accountReads, "%s") +
	" FROM session AS s JOIN account AS a ON a.id = s.account_id WHERE s.hash = ?"

// SessionByHash reads one, ended or not, and whose it is.
func (a *access) SessionByHash(ctx context.Context, hash string) (config.Session, config.User, bool, error) {
	var row openedRow
	found, err := one(ctx, a.q, &row, openedByHash, hash)
	return sessionOf(row.Session), userOf(row.Account), found, wrap("read a session", err)
}

// Session reads one by id, ended or not.
func (a *access) Session(ctx context.Context, id string) (config.Session, bool, error) {
	var row sessionRow
	found, err := one(ctx, a.q, &row, "SELECT "+sessionColumns+" FROM session WHERE id = ?", id)
	return sessionOf(row), found, wrap("read a session", err)
}

// Sessions reads a page of a user's, newest first.
func (a *access) Sessions(ctx context.Context, q config.SessionQuery) ([]config.Session, int, error) {
	c := sqldb.Where{}
	c.Add("account_id = ? AND create_time > ? AND last_use_time > ?", q.UserID, micros(q.CreatedAfter), micros(q.UsedAfter))
	var total int
	if err := a.q.Get(ctx, &total, "SELECT count(*) FROM session"+c.SQL(), c.Args()...); err != nil {
		return nil, 0, fmt.Errorf("count sessions of %s: %w", q.UserID, err)
	}
	if q.Before.ID != "" {
		c.Add("(create_time, id) < (?, ?)", micros(q.Before.CreateTime), q.Before.ID)
	}
	var rows []sessionRow
	query := "SELECT " + sessionColumns + " FROM session" + c.SQL() + " ORDER BY create_time DESC, id DESC LIMIT ?"
	if err := a.q.Select(ctx, &rows, query, c.Args(q.Limit)...); err != nil {
		return nil, 0, fmt.Errorf("list sessions of %s: %w", q.UserID, err)
	}
	page := make([]config.Session, len(rows))
	for i, row := range rows {
		page[i] = sessionOf(row)
	}
	return page, total, nil
}

// InsertSession stores a new one.
func (a *access) InsertSession(ctx context.Context, s config.Session) error {
	return a.exec(ctx, "insert a session", insertInto("session", sessionColumns),
		s.ID, s.Hash, s.UserID, s.Address, micros(s.CreateTime), micros(s.LastUseTime))
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
