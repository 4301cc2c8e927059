package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/scheduler"
)

// keepRequests is how long a repeated request is recognized.
const keepRequests = 24 * time.Hour

// work is a change of one job: what it answers (nil for a deletion) and the log entries that go with it.
type work func(tx *sqldb.Tx, now time.Time) (*scheduler.Job, []scheduler.Entry, error)

// once runs the work in a transaction, or answers the first outcome if the client has sent the request before.
func (s *Store) once(ctx context.Context, call scheduler.Call, do work) (answer scheduler.Job, err error) {
	err = s.db.Tx(ctx, func(tx *sqldb.Tx) error {
		now, err := clock(ctx, tx)
		if err != nil {
			return err
		}
		known, err := begin(ctx, tx, call, now)
		if err != nil {
			return err
		}
		if known != nil {
			answer = *known
			return nil
		}
		job, entries, err := do(tx, now.Time())
		if err != nil {
			return err
		}
		if answer = (scheduler.Job{}); job != nil {
			answer = *job
		}
		if err := s.write(ctx, tx, entries); err != nil {
			return err
		}
		return finish(ctx, tx, call, answer)
	})
	if err != nil {
		return scheduler.Job{}, err
	}
	return answer, nil
}

// begin notes the request, or answers the outcome of the first one. Two that arrive together wait for each other.
func begin(ctx context.Context, tx *sqldb.Tx, call scheduler.Call, now sqldb.Micros) (*scheduler.Job, error) {
	if call.RequestID == "" {
		return nil, nil
	}
	if _, err := tx.Exec(ctx, "DELETE FROM request WHERE create_time < ?", now-sqldb.Micros(keepRequests.Microseconds())); err != nil {
		return nil, fmt.Errorf("remove old requests: %w", err)
	}
	result, err := tx.Exec(ctx, `INSERT INTO request (actor, method, request_id, fingerprint, answer, create_time)
		VALUES (?, ?, ?, ?, '', ?) ON CONFLICT (actor, method, request_id) DO NOTHING`,
		call.Actor, call.Method, call.RequestID, call.Fingerprint, now)
	if err != nil {
		return nil, fmt.Errorf("note request %q: %w", call.RequestID, err)
	}
	if rows, err := result.RowsAffected(); err != nil || rows == 1 {
		return nil, err
	}
	return repeated(ctx, tx, call)
}

func repeated(ctx context.Context, tx *sqldb.Tx, call scheduler.Call) (*scheduler.Job, error) {
	var first struct {
		Fingerprint string `db:"fingerprint"`
		Answer      string `db:"answer"`
	}
	err := tx.Get(ctx, &first, "SELECT fingerprint, answer FROM request WHERE actor = ? AND method = ? AND request_id = ?",
		call.Actor, call.Method, call.RequestID)
	if err != nil {
		return nil, fmt.Errorf("read request %q: %w", call.RequestID, err)
	}
	if first.Fingerprint != call.Fingerprint {
		return nil, apierr.New(apierr.KindInvalid, apierr.ReasonIdempotencyReused,
			"This request id was used for another request, so nothing was changed; take a new one for each request.")
	}
	job := &scheduler.Job{}
	if err := json.Unmarshal([]byte(first.Answer), job); err != nil {
		return nil, fmt.Errorf("read the answer to request %q: %w", call.RequestID, err)
	}
	return job, nil
}

func finish(ctx context.Context, tx *sqldb.Tx, call scheduler.Call, answer scheduler.Job) error {
	if call.RequestID == "" {
		return nil
	}
	text, err := json.Marshal(answer)
	if err != nil {
		return fmt.Errorf("write the answer to request %q: %w", call.RequestID, err)
	}
	_, err = tx.Exec(ctx, "UPDATE request SET answer = ? WHERE actor = ? AND method = ? AND request_id = ?",
		string(text), call.Actor, call.Method, call.RequestID)
	if err != nil {
		return fmt.Errorf("keep the answer to request %q: %w", call.RequestID, err)
	}
	return nil
}
