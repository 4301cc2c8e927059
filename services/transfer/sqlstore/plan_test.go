package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
	"github.com/edensync/edensync/services/transfer/policy"
)

// explainer runs statements and asks for the plan of each one before.
type explainer struct {
	*sqldb.Tx
	t       *testing.T
	phase   string
	checked int
	plans   []string
}

// scans are plans that read a whole big table, also by an index.
var scans = map[sqldb.Dialect]*regexp.Regexp{
	sqldb.PostgreSQL: regexp.MustCompile(`Seq Scan on (record|version|item|run|run_part|awaited)\b`),
	sqldb.SQLite:     regexp.MustCompile(`SCAN (record|key_recent|key_settled|version|item|run|run_part|r|awaited)\b`),
}

func (e *explainer) check(query string, args []any) {
	e.t.Helper()
	e.checked++
	plan := sqldbtest.TxPlan(e.t, e.Tx, query, args...)
	if strings.Contains(query, "EXISTS (SELECT 1 FROM awaited)") {
		plan = "" // the first one says it
	}
	e.plans = append(e.plans, plan)
	if scans[e.Dialect()].MatchString(strings.ReplaceAll(plan, "SCAN run USING INDEX run_open", "")) { // few are open
		e.t.Errorf("%s: %s\nreads a whole table:\n%s", e.phase, query, plan)
	}
}

func (e *explainer) Get(ctx context.Context, dest any, query string, args ...any) error {
	e.check(query, args)
	return e.Tx.Get(ctx, dest, query, args...)
}

func (e *explainer) Exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	e.check(query, args)
	return e.Tx.Exec(ctx, query, args...)
}

func (e *explainer) Query(ctx context.Context, query string, args ...any) (*sqlx.Rows, error) {
	e.check(query, args)
	return e.Tx.Query(ctx, query, args...)
}

// planRows and planBody make tables of which a hundred rows are a small part, as in life.
const planRows = 12_000

var planBody = []byte(strings.Repeat("content ", 180))

func planRecord(i int) *transfer.Record {
	r := &transfer.Record{
		Key: transfer.Key{Resource: "org_organisation", UID: fmt.Sprintf("urn:uuid:%08x", i*2654435761%(1<<32))}, Master: true,
		ModifiedOn: time.Unix(int64(1e9+i), 0), Hash: fmt.Sprint(i), ReceivedHash: fmt.Sprint(i), Origin: "r", Body: planBody,
	}
	if i%3 == 2 {
		r.Parent, r.Resource, r.Master = planRecord(i-1).Key, "org_office", false
	}
	return r
}

func planRecords(from, to, step int) (records []*transfer.Record) {
	for i := from; i < to; i += step {
		records = append(records, planRecord(i))
	}
	return records
}

// planAwaited are records that never come and that one of the others awaits.
func planAwaited(from, to int) (awaited []transfer.Awaited) {
	for i := from; i < to; i++ {
		k := planRecord(i).Key
		awaited = append(awaited, transfer.Awaited{Key: transfer.Key{Resource: k.Resource, UID: "of " + k.UID}, Master: k})
	}
	return awaited
}

func planItem(i int) *transfer.Item {
	outcomes := []policy.Outcome{policy.Skipped, policy.Conflict, policy.Rejected}
	states := []transfer.ItemState{transfer.Closed, transfer.Decided, transfer.Closed}
	it := &transfer.Item{
		RunID: fmt.Sprint("run", i%50), RepositoryID: fmt.Sprint("r", i%4), Task: "org_organisation", Direction: transfer.Pull, Rule: "rule",
		Key: planRecord(i % planRows).Key, Outcome: outcomes[i%3], State: states[i%3], Winner: transfer.LocalWins,
	}
	if i%100 == 2 {
		it.State = transfer.Open
	}
	return it
}

// fill stores enough rows that a scan is never the best plan.
func fill(t *testing.T, s *Store) {
	t.Helper()
	err := s.Write(t.Context(), nil, func(tx engine.Tx) error {
		for _, records := range [][]*transfer.Record{planRecords(0, planRows, 1), planRecords(0, planRows, 2)} {
			if err := tx.Apply(t.Context(), records); err != nil {
				return err
			}
		}
		var items []*transfer.Item
		for i := range planRows {
			items = append(items, planItem(i))
		}
		return tx.AddItems(t.Context(), items)
	})
	if err == nil {
		err = s.Await(t.Context(), transfer.Selection{}, planAwaited(0, planRows))
	}
	if err == nil {
		err = s.db.Tx(t.Context(), func(q *sqldb.Tx) error { return fillRuns(t.Context(), s, q) })
	}
	if err != nil {
		t.Fatal(err)
	}
}

// planRuns is the number of runs, a minute apart, of a hundred repositories; the last of each is under way.
const planRuns = 12_000

func planRun(i int) transfer.Run {
	began := time.Unix(int64(1e9+60*i), 0)
	run := transfer.Run{
		ID: fmt.Sprintf("run-%06d", i), RepositoryID: fmt.Sprint("r", i%100), Trigger: transfer.Schedule, State: transfer.Done, StartedAt: began, CreatedAt: began, EndedAt: began,
	}
	if i >= planRuns-100 {
		run.State, run.EndedAt = transfer.Running, time.Time{}
	}
	return run
}

func fillRuns(ctx context.Context, s *Store, q *sqldb.Tx) error {
	var runs, parts [][]any
	for i := range planRuns {
		run := planRun(i)
		args, err := s.runArgs(&run)
		if err != nil {
			return err
		}
		runs = append(runs, args)
		for n, d := range []transfer.Direction{transfer.Pull, transfer.Push} {
			parts = append(parts, []any{run.ID, "org_office", string(d), n, "DONE", false, 0, 1, 1, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, "", ""})
		}
	}
	columns := strings.Split("run_id,resource,direction,position,state,full_load,received,created,updated,deleted,unchanged,skipped,conflict,"+
		"rejected,sent,accepted,bytes,started_at,ended_at,reason,message", ",")
	if err := insert(ctx, q, "run", runInserts, "", runs); err != nil {
		return err
	}
	return insert(ctx, q, "run_part", columns, "", parts)
}

// Every statement of an exchange finds its rows by an index, with statistics and without.
func TestNoStatementOfAnExchangeScans(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, Migrations, func(t *testing.T, db *sqldb.DB) {
		s := New(db, func() time.Time { return time.Unix(2e9, 0) })
		fill(t, s)
		for _, phase := range []string{"without statistics", "with statistics"} {
			if phase == "with statistics" {
				if _, err := db.Exec(t.Context(), "ANALYZE"); err != nil {
					t.Fatal(err)
				}
			}
			err := db.Tx(t.Context(), func(q *sqldb.Tx) error {
				e := &explainer{Tx: q, t: t, phase: phase}
				for _, step := range []func(context.Context, *Store, *explainer) error{exchangeWrites, exchangeReads, listReads} {
					if err := step(t.Context(), s, e); err != nil {
						return err
					}
				}
				if e.checked < 40 {
					t.Errorf("only %d statements were looked at", e.checked)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}

// byKey is how a plan names the index of the primary key of record.
var byKey = map[sqldb.Dialect]string{sqldb.PostgreSQL: "record_pkey", sqldb.SQLite: "key_settled USING PRIMARY KEY (digest=? AND below=?)"}

// A resource of which the statistics know nothing is taken for one with few records: then every index that begins with it
// looks as good as the primary key, and a first load reads the whole resource again for each record.
func TestRecordsOfANewResourceAreFoundByTheirKeys(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, Migrations, func(t *testing.T, db *sqldb.DB) {
		s := New(db, func() time.Time { return time.Unix(2e9, 0) })
		fill(t, s)
		if _, err := db.Exec(t.Context(), "ANALYZE"); err != nil {
			t.Fatal(err)
		}
		err := db.Tx(t.Context(), func(q *sqldb.Tx) error {
			e := &explainer{Tx: q, t: t, phase: "new resource"}
			w, err := s.begin(t.Context(), &shared{writer: e}, nil)
			if err != nil {
				return err
			}
			records := planRecords(0, 3000, 3)
			for _, r := range records {
				r.Resource = "cr_shelter"
			}
			if err := w.Apply(t.Context(), records); err != nil {
				return err
			}
			e.plans = nil
			if found, err := w.Load(t.Context(), keysFor(records)); err != nil || len(found) != len(records) {
				t.Errorf("found %d of %d records: %v", len(found), len(records), err)
			}
			for _, plan := range e.plans {
				if !strings.Contains(plan, byKey[q.Dialect()]) {
					t.Errorf("records are not found by their keys:\n%s", plan)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func keysFor(records []*transfer.Record) (keys []transfer.Key) {
	for _, r := range records {
		keys = append(keys, r.Key)
	}
	return keys
}

// planComing are n records that are awaited.
func planComing(n int) (records []*transfer.Record) {
	for i, a := range planAwaited(0, n) {
		r := planRecord(3 * i)
		r.Key = a.Key
		records = append(records, r)
	}
	return records
}

// exchangeWrites is what a batch does.
func exchangeWrites(ctx context.Context, s *Store, e *explainer) error {
	w, err := s.begin(ctx, &shared{writer: e}, nil)
	if err != nil {
		return err
	}
	records := planRecords(0, planRows, 9)
	var questions []engine.SeenQuestion
	for _, r := range records {
		questions = append(questions, engine.SeenQuestion{Key: r.Key, Hash: "x", ReceivedHash: "y"})
	}
	open := planItem(2)
	steps := []func() error{
		func() error { _, err := w.Load(ctx, keysFor(records)); return err },
		func() error { _, err := w.LoadWhole(ctx, keysFor(records)); return err },
		func() error { _, err := w.Seen(ctx, "r1", "rule", questions); return err },
		func() error { return w.await(ctx, "", planAwaited(planRows, planRows+200)) },
		func() error { return w.Apply(ctx, records) },
		func() error { return w.Apply(ctx, planComing(100)) },
		func() error { return w.Apply(ctx, planRecords(2, 20, 3)) },
		func() error { return w.Touch(ctx, records) },
		func() error { return w.Relink(ctx, "r1", records[:150]) },
		func() error { return w.AddItems(ctx, []*transfer.Item{open}) },
		func() error { return w.CloseRejects(ctx, "r2", transfer.Pull, keysFor(records)) },
		func() error { return w.SavePart(ctx, "run1", transfer.Part{Resource: "x", Direction: transfer.Pull}) },
		func() error { return w.end(ctx) },
		func() error {
			return s.hear(ctx, e, transfer.Run{ID: "run1", RepositoryID: "r1"}, transfer.Position{Epoch: "e", Seq: 1})
		},
	}
	for i, step := range steps {
		if err := step(); err != nil {
			return fmt.Errorf("write %d: %w", i, err)
		}
	}
	return nil
}

// exchangeReads is what an export does.
func exchangeReads(ctx context.Context, _ *Store, e *explainer) error {
	query := engine.TreeQuery{Resource: "org_organisation", After: 100, Upto: 4 * planRows, Limit: 50, Since: time.Unix(1e9+planRows-50, 0)}
	filtered, arrived := query, query
	filtered.Since, filtered.NotOrigin = time.Time{}, "r"
	arrived.After, arrived.Arrived = 4*planRows, true
	for _, q := range []engine.TreeQuery{query, filtered, arrived} {
		if _, err := nextPage(ctx, e, q, q.Limit); err != nil {
			return err
		}
		if _, err := pickTrees(ctx, e, q); err != nil {
			return err
		}
	}
	if _, err := pickAll(ctx, e, filtered, filtered.Limit); err != nil {
		return err
	}
	if _, err := overtaken(ctx, e, filtered); err != nil {
		return err
	}
	if _, err := withoutRaised(ctx, e, "r", 100, keysFor(planRecords(1, planRows, 30))); err != nil {
		return err
	}
	sel, err := selectionOf(ctx, e, engine.TreeQuery{Resource: "org_organisation", Upto: 4 * planRows})
	if err != nil {
		return err
	}
	if _, err := sel.end(ctx, e); err != nil {
		return err
	}
	for _, repository := range []string{"r1", "nobody"} {
		if _, err := readStanding(ctx, e, repository, "org_organisation"); err != nil {
			return err
		}
	}
	_, err = treesOf(ctx, e, keysFor(planRecords(1, planRows, 30)), false)
	return err
}

// listReads are the pages that people look at.
func listReads(ctx context.Context, _ *Store, e *explainer) error {
	for _, f := range []transfer.ItemFilter{
		{RunID: "run1"},
		{RepositoryID: "r1", Outcomes: []policy.Outcome{policy.Conflict}},
		{Resource: "org_office", UID: planRecord(2).UID},
		{Outcomes: []policy.Outcome{policy.Conflict}, States: []transfer.ItemState{transfer.Open}},
	} {
		c := itemConditions(f)
		if _, err := readItems(ctx, e, c.SQL()+" ORDER BY id DESC LIMIT ?", c.Args(50)...); err != nil {
			return err
		}
	}
	if _, err := pastVersions(ctx, e, planRecord(4).Key); err != nil {
		return err
	}
	if _, err := baseVersions(ctx, e, transfer.BaseQuery{Key: planRecord(4).Key, RepositoryID: "r", LocalSeq: 1e9, SyncSeq: 5}); err != nil {
		return err
	}
	if _, err := readProgress(ctx, e, planRecord(4).Key, []string{"r1", "r2"}); err != nil {
		return err
	}
	if err := overviewReads(ctx, e); err != nil {
		return err
	}
	_, err := readRecords(ctx, e, "WHERE resource = ? AND seq > 0 AND seq > ? ORDER BY seq LIMIT ?", "org_office", 9, 50)
	return err
}

// overviewReads are what a page of repositories and the overview ask for.
func overviewReads(ctx context.Context, e *explainer) error {
	found := map[string]*transfer.Activity{}
	var ids []string
	for i := range 50 {
		ids = append(ids, fmt.Sprint("r", i))
		found[ids[i]] = &transfer.Activity{}
	}
	if err := readActivities(ctx, e, ids, found); err != nil {
		return err
	}
	if a := found["r7"]; len(a.Runs) != transfer.RecentRuns || a.ActiveRunID == "" || a.Runs[0].Pulled != 3 || a.Runs[0].Pushed != 2 {
		e.t.Errorf("activity: %+v", a)
	}
	hour := transfer.Period{From: time.Unix(1e9, 0), Until: time.Unix(1e9+3600, 0), Bucket: 6 * time.Minute}
	buckets, err := readBuckets(ctx, e, hour)
	if err == nil && (len(buckets) != 10 || buckets[9].Runs != 6 || buckets[9].Pulled != 18) {
		e.t.Errorf("buckets: %+v", buckets)
	}
	return err
}
