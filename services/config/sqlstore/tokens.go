package sqlstore

import (
	"context"
	"fmt"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/config"
)

const tokenColumns = "id, name, role, hash, account_id, expire_time, create_time, last_use_time" //nolint:gosec // names of columns, no credentials

// Every call of the API asks for a token, so that whose it is comes with it.
var selectToken = "SELECT " + inside("t", tokenColumns, "%s") + ", " + inside("a", accountReads, "%s") +
	" FROM token AS t JOIN account AS a ON a.id = t.account_id"

type tokenRow struct {
	ID          string       `db:"id"`
	Name        string       `db:"name"`
	Role        string       `db:"role"`
	Hash        string       `db:"hash"`
	AccountID   string       `db:"account_id"`
	ExpireTime  sqldb.Micros `db:"expire_time"`
	CreateTime  sqldb.Micros `db:"create_time"`
	LastUseTime sqldb.Micros `db:"last_use_time"`
}

// bearerRow is a token with the account of its owner.
type bearerRow struct {
	Token   tokenRow   `db:"t"`
	Account accountRow `db:"a"`
}

func tokenOf(row bearerRow) config.Token {
	t := row.Token
	return config.Token{
		ID: t.ID, Name: t.Name, Role: config.Role(t.Role), Hash: t.Hash, UserID: t.AccountID, Username: row.Account.Username,
		ExpireTime: t.ExpireTime.Time(), CreateTime: t.CreateTime.Time(), LastUseTime: t.LastUseTime.Time(),
	}
}

func (a *access) findToken(ctx context.Context, where, value string) (config.Token, config.User, bool, error) {
	var row bearerRow
	found, err := one(ctx, a.q, &row, selectToken+" WHERE "+where, value)
	return tokenOf(row), userOf(row.Account), found, wrap("read a token", err)
}

// TokenByHash finds the token of a secret, and whose it is.
func (a *access) TokenByHash(ctx context.Context, hash string) (config.Token, config.User, bool, error) {
	return a.findToken(ctx, "t.hash = ?", hash)
}

// TokenByName finds a token by name.
func (a *access) TokenByName(ctx context.Context, name string) (config.Token, bool, error) {
	t, _, found, err := a.findToken(ctx, "t.name_key = ?", config.Fold(name))
	return t, found, err
}

// Token reads one by id.
func (a *access) Token(ctx context.Context, id string) (config.Token, error) {
	t, _, found, err := a.findToken(ctx, "t.id = ?", id)
	if err == nil && !found {
		err = apierr.NotFound("token", id)
	}
	return t, err
}

// Tokens reads a page, newest first.
func (a *access) Tokens(ctx context.Context, q config.TokenQuery) ([]config.Token, int, error) {
	var total int
	if err := a.q.Get(ctx, &total, "SELECT count(*) FROM token"); err != nil {
		return nil, 0, fmt.Errorf("count tokens: %w", err)
	}
	c := sqldb.Where{}
	if q.BeforeID != "" {
		c.Add("t.id < ?", q.BeforeID)
	}
	var rows []bearerRow
	if err := a.q.Select(ctx, &rows, selectToken+c.SQL()+" ORDER BY t.id DESC LIMIT ?", c.Args(q.Limit)...); err != nil {
		return nil, 0, fmt.Errorf("list tokens: %w", err)
	}
	page := make([]config.Token, len(rows))
	for i, row := range rows {
		page[i] = tokenOf(row)
	}
	return page, total, nil
}

// InsertToken stores a new one.
func (a *access) InsertToken(ctx context.Context, t config.Token) error {
	return a.exec(ctx, "insert token "+t.ID, insertInto("token", tokenColumns+", name_key"), t.ID, t.Name, string(t.Role), t.Hash,
		t.UserID, micros(t.ExpireTime), micros(t.CreateTime), micros(t.LastUseTime), config.Fold(t.Name))
}

// TouchToken notes its last use.
func (a *access) TouchToken(ctx context.Context, id string, at time.Time) error {
	return a.exec(ctx, "touch token "+id, "UPDATE token SET last_use_time = ? WHERE id = ?", micros(at), id)
}

// DeleteToken removes one.
func (a *access) DeleteToken(ctx context.Context, id string) error {
	return a.exec(ctx, "delete token "+id, "DELETE FROM token WHERE id = ?", id)
}
