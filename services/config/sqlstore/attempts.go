package sqlstore

import (
	"context"
	"time"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/config"
)

// Attempts reads what is counted of a subject.
func (a *access) Attempts(ctx context.Context, subject string) (config.Attempts, error) {
	var row struct {
		Failures    int          `db:"failures"`
		LastTime    sqldb.Micros `db:"last_time"`
		LockedUntil sqldb.Micros `db:"locked_until"`
	}
	_, err := one(ctx, a.q, &row, "SELECT failures, last_time, locked_until FROM attempt WHERE subject = ?", subject)
	counted := config.Attempts{Subject: subject, Failures: row.Failures, LastTime: row.LastTime.Time(), LockedUntil: row.LockedUntil.Time()}
	return counted, wrap("read failed sign-ins", err)
}

// SaveAttempts stores what is counted of a subject.
func (a *access) SaveAttempts(ctx context.Context, t config.Attempts) error {
	return a.exec(ctx, "save failed sign-ins", insertInto("attempt", "subject, failures, last_time, locked_until")+
		" ON CONFLICT (subject) DO UPDATE SET failures = excluded.failures, last_time = excluded.last_time, locked_until = excluded.locked_until",
		t.Subject, t.Failures, micros(t.LastTime), micros(t.LockedUntil))
}

// DeleteAttempts forgets a subject.
func (a *access) DeleteAttempts(ctx context.Context, subject string) error {
	return a.exec(ctx, "forget failed sign-ins", "DELETE FROM attempt WHERE subject = ?", subject)
}

// SetupCodeExists tells whether a code was issued and is still good.
func (a *access) SetupCodeExists(ctx context.Context, hash string) (bool, error) {
	var exists bool
	return exists, wrap("look for a setup code", a.q.Get(ctx, &exists, "SELECT EXISTS (SELECT 1 FROM setup_code WHERE hash = ?)", hash))
}

// InsertSetupCode issues a code.
func (a *access) InsertSetupCode(ctx context.Context, hash string, at time.Time) error {
	return a.exec(ctx, "insert a setup code", insertInto("setup_code", "hash, create_time"), hash, micros(at))
}

// DeleteSetupCodes ends all codes.
func (a *access) DeleteSetupCodes(ctx context.Context) error {
	return a.exec(ctx, "delete setup codes", "DELETE FROM setup_code")
}

// Request reads what became of a request.
func (a *access) Request(ctx context.Context, key config.RequestKey) (config.RequestOutcome, bool, error) {
	var row struct {
		Fingerprint string       `db:"fingerprint"`
		Target      string       `db:"target"`
		Time        sqldb.Micros `db:"time"`
	}
	found, err := one(ctx, a.q, &row, "SELECT fingerprint, target, time FROM request WHERE actor = ? AND method = ? AND request_id = ?",
		key.Actor, key.Method, key.RequestID)
	return config.RequestOutcome{Fingerprint: row.Fingerprint, Target: row.Target, Time: row.Time.Time()}, found, wrap("read a request", err)
}

// SaveRequest remembers what became of a request.
func (a *access) SaveRequest(ctx context.Context, key config.RequestKey, r config.RequestOutcome) error {
	return a.exec(ctx, "save a request", insertInto("request", "actor, method, request_id, fingerprint, target, time"),
		key.Actor, key.Method, key.RequestID, r.Fingerprint, r.Target, micros(r.Time))
}

// Purge removes what is over.
func (a *access) Purge(ctx context.Context, p config.Purge) error {
	for _, step := range []struct {
		query string
		args  []any
	}{
		{"DELETE FROM session WHERE create_time < ? OR last_use_time < ?", []any{micros(p.SessionsCreated), micros(p.SessionsUsed)}},
		{"DELETE FROM request WHERE time < ?", []any{micros(p.Requests)}},
		{"DELETE FROM attempt WHERE last_time < ?", []any{micros(p.Attempts)}},
		{"DELETE FROM invitation WHERE expire_time < ?", []any{micros(p.Invitations)}},
	} {
		if err := a.exec(ctx, "purge", step.query, step.args...); err != nil {
			return err
		}
	}
	return nil
}
