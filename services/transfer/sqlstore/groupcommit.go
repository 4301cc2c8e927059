package sqlstore

import (
	"context"
	"errors"
	"time"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/transfer"
)

// Limits of a group. Whoever is in front waits for the last one of it, so a full batch is a group by itself.
const (
	groupMembers = 16
	groupChanges = transfer.BatchRecords // after so many nobody else comes in
	groupTimeout = 2 * time.Minute       // as long as the longest of those who wait; most have less
)

// errBroken ends a transaction of which a member could not write. It leaves nothing behind: each member writes by itself then.
var errBroken = errors.New("a member of the group could not write")

// commitGroup is several writers of this process, who stand behind each other in the line and share one transaction: its way to the database,
// its COPY and its commit. Each has its own turn of the change clock, lease, change numbers and notes, as if it were alone.
type commitGroup struct {
	*Store
	others  []*request // behind the one who leads
	changes int64
	audits  bool
	written bool // by all of them; only the commit is left
	passed  bool // somebody else leads
}

// lead writes the request, and with it others that wait.
func (s *Store) lead(r *request) error {
	g := &commitGroup{Store: s}
	defer g.dissolve()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.ctx), groupTimeout) // not that of one of its members
	defer cancel()
	again, err := s.db.Once(ctx, func(q *sqldb.Tx) error { return g.write(ctx, &shared{writer: q}, r) })
	if again && !g.passed {
		g.passed = true
		s.line.scatter()
	}
	if again || len(g.others) > 0 && !g.written {
		g.dissolve()
		return s.writeAlone(r)
	}
	tell(g.others, answer{served, err})
	g.others = nil
	if err == nil && g.audits {
		s.audited()
	}
	return err
}

// dissolve has those who have not been told anything write by themselves.
func (g *commitGroup) dissolve() {
	g.pass()
	tell(g.others, answer{next: alone})
	g.others = nil
}

func (g *commitGroup) pass() {
	if !g.passed {
		g.passed = true
		g.line.pass()
	}
}

func (g *commitGroup) write(ctx context.Context, q *shared, first *request) error {
	if err := g.turn(q, first); err != nil {
		return err
	}
	for len(g.others)+1 < groupMembers && g.changes < groupChanges {
		r := g.line.take()
		if r == nil {
			break
		}
		g.others = append(g.others, r)
		if !g.admit(q, r) {
			return errBroken
		}
	}
	if err := q.store(ctx); err != nil {
		return err
	}
	g.written = true
	g.pass() // the next one begins while this one is committed
	return nil
}

// admit tells whether another member could write. One that panics does so again when it is by itself.
func (g *commitGroup) admit(q *shared, r *request) (well bool) {
	defer func() {
		if !well {
			_ = recover()
		}
	}()
	return g.turn(q, r) == nil
}

func (g *commitGroup) turn(q *shared, r *request) error {
	t, err := g.serve(q, r)
	if err == nil {
		g.changes += t.last - t.first
		g.audits = g.audits || t.audits
	}
	return err
}

// serve does what a request wants in an open transaction.
func (s *Store) serve(q *shared, r *request) (*tx, error) {
	t, err := s.begin(r.ctx, q, r.lease)
	if err == nil {
		err = r.fn(t)
	}
	if err != nil {
		return nil, err
	}
	s.turns.note(t.turn, t.before, t.wrote)
	return t, t.end(r.ctx)
}

// writeAlone serves one request in a transaction of its own.
func (s *Store) writeAlone(r *request) error {
	var t *tx
	err := s.db.Tx(r.ctx, func(q *sqldb.Tx) (err error) {
		own := &shared{writer: q}
		if t, err = s.serve(own, r); err != nil {
			return err
		}
		return own.store(r.ctx)
	})
	if err == nil && t.audits {
		s.audited()
	}
	return err
}
