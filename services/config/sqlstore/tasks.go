package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/config"
)

const (
	taskTexts   = "repository_id, resource_name, mode, strategy, update_policy, conflict_policy, filters"
	taskNumbers = "last_pull_time, last_push_time, create_time, update_time, version"
	taskColumns = taskTexts + ", " + taskNumbers
)

type taskRow struct {
	RepositoryID   string       `db:"repository_id"`
	ResourceName   string       `db:"resource_name"`
	Mode           string       `db:"mode"`
	Strategy       string       `db:"strategy"`
	UpdatePolicy   string       `db:"update_policy"`
	ConflictPolicy string       `db:"conflict_policy"`
	Filters        string       `db:"filters"`
	LastPullTime   sqldb.Micros `db:"last_pull_time"`
	LastPushTime   sqldb.Micros `db:"last_push_time"`
	CreateTime     sqldb.Micros `db:"create_time"`
	UpdateTime     sqldb.Micros `db:"update_time"`
	Version        int64        `db:"version"`
}

func taskOf(row taskRow) (config.Task, error) {
	t := config.Task{
		RepositoryID: row.RepositoryID, ResourceName: row.ResourceName, Mode: config.TaskMode(row.Mode),
		UpdatePolicy: config.Policy(row.UpdatePolicy), ConflictPolicy: config.Policy(row.ConflictPolicy),
		LastPullTime: row.LastPullTime.Time(), LastPushTime: row.LastPushTime.Time(),
		CreateTime: row.CreateTime.Time(), UpdateTime: row.UpdateTime.Time(), Version: row.Version,
	}
	if err := json.Unmarshal([]byte(row.Strategy), &t.Strategy); err != nil {
		return t, fmt.Errorf("read strategy of %s: %w", row.ResourceName, err)
	}
	var filters []filterText
	if err := json.Unmarshal([]byte(row.Filters), &filters); err != nil {
		return t, fmt.Errorf("read filters of %s: %w", row.ResourceName, err)
	}
	for _, f := range filters {
		t.Filters = append(t.Filters, config.Filter(f))
	}
	return t, nil
}

// filterText is a filter as the column filters holds it.
type filterText struct {
	Table     string `json:"table"`
	Condition string `json:"condition"`
}

// values are those of taskColumns.
func taskValues(t config.Task) ([]any, error) {
	strategy, err := json.Marshal(append([]config.Method{}, t.Strategy...))
	if err != nil {
		return nil, fmt.Errorf("write strategy of %s: %w", t.ResourceName, err)
	}
	list := make([]filterText, len(t.Filters))
	for i, f := range t.Filters {
		list[i] = filterText(f)
	}
	filters, err := json.Marshal(list)
	if err != nil {
		return nil, fmt.Errorf("write filters of %s: %w", t.ResourceName, err)
	}
	return []any{
		t.RepositoryID, t.ResourceName, string(t.Mode), string(strategy), string(t.UpdatePolicy), string(t.ConflictPolicy), string(filters),
		micros(t.LastPullTime), micros(t.LastPushTime), micros(t.CreateTime), micros(t.UpdateTime), t.Version,
	}, nil
}

// Task reads one.
func (a *access) Task(ctx context.Context, repositoryID, resource string) (config.Task, error) {
	var row taskRow
	found, err := one(ctx, a.q, &row, "SELECT "+taskColumns+" FROM task WHERE repository_id = ? AND resource_name = ?", repositoryID, resource)
	if err != nil {
		return config.Task{}, fmt.Errorf("read task %s of %s: %w", resource, repositoryID, err)
	}
	if !found {
		return config.Task{}, apierr.NotFound("resource", resource).With("repositoryId", repositoryID)
	}
	return taskOf(row)
}

// Tasks reads a page by resource name, or all.
func (a *access) Tasks(ctx context.Context, q config.TaskQuery) ([]config.Task, int, error) {
	limit := q.Limit
	if limit == 0 {
		limit = math.MaxInt32
	}
	var rows []taskRow
	query := "SELECT " + taskColumns + " FROM task WHERE repository_id = ? AND resource_name > ? ORDER BY resource_name LIMIT ?"
	if err := a.q.Select(ctx, &rows, query, q.RepositoryID, q.AfterResource, limit); err != nil {
		return nil, 0, fmt.Errorf("list tasks of %s: %w", q.RepositoryID, err)
	}
	page, err := each(rows, taskOf)
	if err != nil || q.Limit == 0 && q.AfterResource == "" {
		return page, len(page), err
	}
	var total int
	if err := a.q.Get(ctx, &total, "SELECT count(*) FROM task WHERE repository_id = ?", q.RepositoryID); err != nil {
		return nil, 0, fmt.Errorf("count tasks of %s: %w", q.RepositoryID, err)
	}
	return page, total, nil
}

// InsertTask stores a new one.
func (a *access) InsertTask(ctx context.Context, t config.Task) error {
	values, err := taskValues(t)
	if err != nil {
		return err
	}
	return a.exec(ctx, "insert task "+t.ResourceName, insertInto("task", taskColumns), values...)
}

// UpdateTask stores all of it.
func (a *access) UpdateTask(ctx context.Context, t config.Task) error {
	values, err := taskValues(t)
	if err != nil {
		return err
	}
	return a.exec(ctx, "update task "+t.ResourceName,
		"UPDATE task SET "+setAll(taskColumns)+" WHERE repository_id = ? AND resource_name = ?", append(values, t.RepositoryID, t.ResourceName)...)
}

// DeleteTask removes one.
func (a *access) DeleteTask(ctx context.Context, repositoryID, resource string) error {
	return a.exec(ctx, "delete task "+resource, "DELETE FROM task WHERE repository_id = ? AND resource_name = ?", repositoryID, resource)
}

// DeleteTasks removes those of a repository.
func (a *access) DeleteTasks(ctx context.Context, repositoryID string) error {
	return a.exec(ctx, "delete tasks of "+repositoryID, "DELETE FROM task WHERE repository_id = ?", repositoryID)
}

// ResourceTasks reads the tasks of a resource with live repositories, by their names.
func (a *access) ResourceTasks(ctx context.Context, resource string, limit int) ([]config.ResourceTask, error) {
	var rows []struct {
		taskRow
		Name   string `db:"name"`
		Paused bool   `db:"paused"`
	}
	query := "SELECT t." + strings.ReplaceAll(taskColumns, ", ", ", t.") + ", r.name, r.paused FROM task t JOIN repository r ON r.id = t.repository_id" +
		" WHERE t.resource_name = ? AND r.delete_time = 0 ORDER BY r.name_key LIMIT ?"
	if err := a.q.Select(ctx, &rows, query, resource, limit); err != nil {
		return nil, fmt.Errorf("list tasks of %s: %w", resource, err)
	}
	tasks := make([]config.ResourceTask, len(rows))
	for i, row := range rows {
		t, err := taskOf(row.taskRow)
		if err != nil {
			return nil, err
		}
		tasks[i] = config.ResourceTask{Task: t, RepositoryName: row.Name, Paused: row.Paused}
	}
	return tasks, nil
}
