package sqlstore

import (
	"context"
	"fmt"
	"time"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/config"
)

// Rules of the domain in SQL, by which lists are selected and ordered; the suite compares both.
const (
	// stateOf is Repository.State.
	stateOf = "CASE WHEN paused THEN 'PAUSED' WHEN url = '' THEN 'PASSIVE' ELSE 'ACTIVE' END"
	// clockOff is Repository.ClockOff.
	clockOff = "(CASE WHEN clock_measured AND ABS(clock_offset) > (SELECT max_clock_offset FROM settings) THEN TRUE ELSE FALSE END)"
	// conditionOf is Repository.Condition.
	conditionOf = "(CASE WHEN paused THEN 'PAUSED'" +
		" WHEN url <> '' AND health_state = 'NEEDS_YOU' THEN 'NEEDS_YOU'" +
		" WHEN url <> '' AND health_state IN ('FAILED', 'TIMED_OUT') THEN 'FAILING'" +
		" WHEN url <> '' AND health_state = 'DONE_WITH_WARNINGS' THEN 'WARNINGS'" +
		" WHEN url <> '' AND health_state = 'DONE' THEN 'IN_STEP'" +
		" WHEN last_connect_time <> 0 THEN 'IN_STEP'" +
		" WHEN url <> '' AND registration_state = 'FAILED' THEN 'NEEDS_YOU'" +
		" ELSE 'NEVER_SYNCHRONIZED' END)"
	// rankOf is Repository.Rank; attentionOf is Repository.Attention.
	rankOf = "(CASE WHEN " + conditionOf + " = 'NEEDS_YOU' THEN 1 WHEN " + conditionOf + " = 'FAILING' THEN 2" +
		" WHEN paused THEN 7 WHEN " + clockOff + " THEN 3 WHEN " + conditionOf + " = 'WARNINGS' THEN 4" +
		" WHEN " + conditionOf + " = 'NEVER_SYNCHRONIZED' THEN 5 ELSE 6 END)"
	attentionOf = "(" + rankOf + " <= 3)"
)

// Repositories reads a page.
func (a *access) Repositories(ctx context.Context, q config.RepositoryQuery) ([]config.Repository, int, error) {
	c := repositoryConditions(q)
	var total int
	if err := a.q.Get(ctx, &total, "SELECT count(*) FROM repository"+c.SQL(), c.Args()...); err != nil {
		return nil, 0, fmt.Errorf("count repositories: %w", err)
	}
	order := behind(c, q)
	var rows []repositoryRow
	query := "SELECT " + readColumns + " FROM repository" + c.SQL() + " ORDER BY " + order + " LIMIT ?"
	if err := a.q.Select(ctx, &rows, query, c.Args(q.Limit)...); err != nil {
		return nil, 0, fmt.Errorf("list repositories: %w", err)
	}
	page, err := each(rows, a.repositoryOf)
	return page, total, err
}

func repositoryConditions(q config.RepositoryQuery) *sqldb.Where {
	c := withText(q.Text)
	c.Equal("uuid", q.UUID)
	sqldb.In(c, stateOf, q.States)
	sqldb.In(c, "registration_state", q.RegistrationStates)
	sqldb.In(c, conditionOf, q.Conditions)
	if q.Attention != nil {
		c.Add(attentionOf+" = ?", *q.Attention)
	}
	return c
}

func withText(text string) *sqldb.Where {
	c := &sqldb.Where{}
	c.Add("delete_time = 0")
	if text != "" {
		c.Add("search LIKE ? ESCAPE '!'", containing(text))
	}
	return c
}

// behind demands what comes after the mark, and answers the order.
func behind(c *sqldb.Where, q config.RepositoryQuery) string {
	m := q.After
	if m == nil {
		m = &config.RepositoryMark{}
	}
	var order, equal, beyond string
	var value any
	switch q.Order {
	case config.OrderByAttention:
		order, equal, beyond, value = rankOf+", name_key", rankOf+" = ?", rankOf+" > ?", m.Rank
	case config.OrderByLastConnect:
		order, equal, beyond, value = "last_connect_time DESC, name_key", "last_connect_time = ?", "last_connect_time < ?", micros(m.LastConnectTime)
	default:
		c.Add("name_key > ?", m.NameKey)
		return "name_key"
	}
	if q.After != nil {
		c.Add("("+beyond+" OR "+equal+" AND name_key > ?)", value, value, m.NameKey)
	}
	return order
}

// ConditionCounts counts live ones by what lists are filtered by.
func (a *access) ConditionCounts(ctx context.Context, text string) (config.ConditionCounts, error) {
	var row struct {
		All       int `db:"everything"`
		Attention int `db:"attention"`
		Paused    int `db:"paused"`
		Never     int `db:"never"`
	}
	c := withText(text)
	err := a.q.Get(ctx, &row, "SELECT count(*) AS everything, "+
		"COALESCE(SUM(CASE WHEN "+attentionOf+" THEN 1 ELSE 0 END), 0) AS attention, "+
		"COALESCE(SUM(CASE WHEN paused THEN 1 ELSE 0 END), 0) AS paused, "+
		"COALESCE(SUM(CASE WHEN "+conditionOf+" = 'NEVER_SYNCHRONIZED' THEN 1 ELSE 0 END), 0) AS never FROM repository"+c.SQL(), c.Args()...)
	if err != nil {
		return config.ConditionCounts{}, fmt.Errorf("count repositories by condition: %w", err)
	}
	return config.ConditionCounts{All: row.All, Attention: row.Attention, Paused: row.Paused, NeverSynchronized: row.Never}, nil
}

// Clocks sums up clock differences of live repositories.
func (a *access) Clocks(ctx context.Context, limit time.Duration) (config.Clocks, error) {
	var row struct {
		Total int   `db:"total"`
		Off   int   `db:"off_clock"`
		Ahead int64 `db:"ahead"`
		Back  int64 `db:"back"`
	}
	const query = `SELECT count(*) AS total,
		COALESCE(SUM(CASE WHEN clock_measured AND ABS(clock_offset) > ? THEN 1 ELSE 0 END), 0) AS off_clock,
		COALESCE(MAX(CASE WHEN clock_measured THEN clock_offset END), 0) AS ahead,
		COALESCE(MIN(CASE WHEN clock_measured THEN clock_offset END), 0) AS back
		FROM repository WHERE delete_time = 0`
	if err := a.q.Get(ctx, &row, query, limit.Microseconds()); err != nil {
		return config.Clocks{}, fmt.Errorf("sum up clocks: %w", err)
	}
	largest := row.Ahead
	if -row.Back > row.Ahead {
		largest = row.Back
	}
	return config.Clocks{Repositories: row.Total, OffClock: row.Off, Largest: duration(largest)}, nil
}
