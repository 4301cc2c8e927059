package sqlstore

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/config"
)

// editedColumns are what UpdateRepository stores.
const editedColumns = "name, name_key, url, username, password, proxy, ca_certificates, accept_pushes, uuid, uuid_source, type, " +
	"paused, search, update_time, delete_time, version"

// registrationColumns are what SaveRegistration stores; the lease ends with it.
const registrationColumns = "registration_state, registration_message, registration_time, registration_generation, registration_lease"

const contactColumns = "last_connect_time, clock_offset, clock_measured"

// healthColumns are what SaveHealth stores.
const healthColumns = "health_run, health_state, health_reason, health_message, health_remote, health_time, failing_since, failed_runs, success_time"

const storedColumns = "id, name, url, username, password, proxy, ca_certificates, accept_pushes, uuid, uuid_source, type, paused, " +
	"create_time, update_time, delete_time, version, " + contactColumns + ", " +
	"registration_state, registration_message, registration_time, registration_generation, " + healthColumns

// readColumns are what a repository is read from, readNames what they are called.
const (
	readColumns = storedColumns + ", " + clockOff + " AS clock_off, " +
		"(SELECT count(*) FROM task WHERE repository_id = repository.id) AS task_count"
	readNames = storedColumns + ", clock_off, task_count"
)

type repositoryRow struct {
	ID                     string       `db:"id"`
	Name                   string       `db:"name"`
	URL                    string       `db:"url"`
	Username               string       `db:"username"`
	Password               string       `db:"password"`
	Proxy                  string       `db:"proxy"`
	CACertificates         string       `db:"ca_certificates"`
	AcceptPushes           bool         `db:"accept_pushes"`
	UUID                   string       `db:"uuid"`
	UUIDSource             string       `db:"uuid_source"`
	Type                   string       `db:"type"`
	Paused                 bool         `db:"paused"`
	CreateTime             sqldb.Micros `db:"create_time"`
	UpdateTime             sqldb.Micros `db:"update_time"`
	DeleteTime             sqldb.Micros `db:"delete_time"`
	Version                int64        `db:"version"`
	LastConnectTime        sqldb.Micros `db:"last_connect_time"`
	ClockOffset            int64        `db:"clock_offset"`
	ClockMeasured          bool         `db:"clock_measured"`
	RegistrationState      string       `db:"registration_state"`
	RegistrationMessage    string       `db:"registration_message"`
	RegistrationTime       sqldb.Micros `db:"registration_time"`
	RegistrationGeneration int64        `db:"registration_generation"`
	TaskCount              int          `db:"task_count"`
	ClockOff               bool         `db:"clock_off"`
	healthRow
}

func placeOf(id, column string) string { return "repository/" + id + "/" + column }

func (a *access) repositoryOf(row repositoryRow) (config.Repository, error) {
	password, err := a.sealer.Unseal(row.Password, placeOf(row.ID, "password"))
	if err != nil {
		return config.Repository{}, fmt.Errorf("read repository %s: %w", row.ID, err)
	}
	proxy, err := a.sealer.Unseal(row.Proxy, placeOf(row.ID, "proxy"))
	if err != nil {
		return config.Repository{}, fmt.Errorf("read repository %s: %w", row.ID, err)
	}
	return config.Repository{
		ID: row.ID, Name: row.Name, URL: row.URL, Username: row.Username, Password: config.Secret(password), Proxy: config.Proxy(proxy),
		CACertificates: row.CACertificates, AcceptPushes: row.AcceptPushes, UUID: row.UUID, UUIDSource: config.UUIDSource(row.UUIDSource),
		Type: config.Type(row.Type), Paused: row.Paused,
		LastConnectTime: row.LastConnectTime.Time(), ClockOffset: duration(row.ClockOffset), ClockMeasured: row.ClockMeasured,
		Registration: config.Registration{
			State: config.RegistrationState(row.RegistrationState), Message: row.RegistrationMessage,
			Time: row.RegistrationTime.Time(), Generation: row.RegistrationGeneration,
		},
		ClockOff: row.ClockOff, Health: healthOf(row.healthRow),
		TaskCount: row.TaskCount, CreateTime: row.CreateTime.Time(), UpdateTime: row.UpdateTime.Time(),
		DeleteTime: row.DeleteTime.Time(), Version: row.Version,
	}, nil
}

// editedValues are those of editedColumns.
func (a *access) editedValues(r config.Repository) ([]any, error) {
	password, err := a.sealer.Seal(r.Password.Reveal(), placeOf(r.ID, "password"))
	if err != nil {
		return nil, err
	}
	proxy, err := a.sealer.Seal(r.Proxy.Reveal(), placeOf(r.ID, "proxy"))
	if err != nil {
		return nil, err
	}
	search := config.Fold(strings.Join([]string{r.Name, r.URL, r.UUID}, "\n"))
	return []any{
		r.Name, config.Fold(r.Name), r.URL, r.Username, password, proxy, r.CACertificates, r.AcceptPushes, r.UUID, string(r.UUIDSource),
		string(r.Type), r.Paused, search, micros(r.UpdateTime), micros(r.DeleteTime), r.Version,
	}, nil
}

// Repository reads a live or deleted one.
func (a *access) Repository(ctx context.Context, id string) (config.Repository, error) {
	r, found, err := a.findRepository(ctx, "id = ?", id)
	if err == nil && !found {
		err = apierr.NotFound("repository", id)
	}
	return r, err
}

// RepositoryByUUID prefers the live one to deleted ones.
func (a *access) RepositoryByUUID(ctx context.Context, uuid string) (config.Repository, bool, error) {
	return a.findRepository(ctx, "uuid = ? ORDER BY CASE WHEN delete_time = 0 THEN 0 ELSE 1 END, delete_time DESC LIMIT 1", uuid)
}

func (a *access) findRepository(ctx context.Context, where string, args ...any) (config.Repository, bool, error) {
	var row repositoryRow
	found, err := one(ctx, a.q, &row, "SELECT "+readColumns+" FROM repository WHERE "+where, args...)
	if err != nil || !found {
		return config.Repository{}, false, wrap("read a repository", err)
	}
	r, err := a.repositoryOf(row)
	return r, err == nil, err
}

var keyColumns = map[config.RepositoryKey]string{config.ByName: "name_key", config.ByURL: "url", config.ByUUID: "uuid"}

// TakenBy finds the live repository with a value.
func (a *access) TakenBy(ctx context.Context, key config.RepositoryKey, value string) (string, error) {
	if key == config.ByName {
		value = config.Fold(value)
	}
	var id string
	_, err := one(ctx, a.q, &id, "SELECT id FROM repository WHERE delete_time = 0 AND "+keyColumns[key]+" = ?", value)
	return id, wrap("look for a repository", err)
}

// each converts rows.
func each[R, T any](rows []R, convert func(R) (T, error)) ([]T, error) {
	out := make([]T, len(rows))
	for i, row := range rows {
		var err error
		if out[i], err = convert(row); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// InsertRepository stores a new one.
func (a *access) InsertRepository(ctx context.Context, r config.Repository) error {
	values, err := a.editedValues(r)
	if err != nil {
		return fmt.Errorf("insert repository %s: %w", r.ID, err)
	}
	values = append(values, r.ID, micros(r.CreateTime), micros(r.LastConnectTime), r.ClockOffset.Microseconds(), r.ClockMeasured)
	values = append(values, registrationValues(r.Registration)...)
	values = append(values, healthValues(r.Health)...)
	columns := editedColumns + ", id, create_time, " + contactColumns + ", " + registrationColumns + ", " + healthColumns
	return a.exec(ctx, "insert repository "+r.ID, insertInto("repository", columns), values...)
}

// UpdateRepository stores editedColumns.
func (a *access) UpdateRepository(ctx context.Context, r config.Repository) error {
	values, err := a.editedValues(r)
	if err != nil {
		return fmt.Errorf("update repository %s: %w", r.ID, err)
	}
	return a.exec(ctx, "update repository "+r.ID, "UPDATE repository SET "+setAll(editedColumns)+" WHERE id = ?", append(values, r.ID)...)
}

const younger = "UPDATE repository SET last_connect_time = CASE WHEN last_connect_time < ? THEN ? ELSE last_connect_time END WHERE id = ?"

// Connected stores a younger time.
func (s *Store) Connected(ctx context.Context, repositoryID string, at time.Time) (found bool, err error) {
	err = s.db.Alone(ctx, func(q sqldb.Querier) error {
		result, err := q.Exec(ctx, younger+" AND delete_time = 0", micros(at), micros(at), repositoryID)
		if err != nil {
			return fmt.Errorf("save when %s was heard of: %w", repositoryID, err)
		}
		n, err := result.RowsAffected()
		found = n > 0
		return err
	})
	return found, err
}

// SaveContact stores younger times; tasks that are not here are passed over.
func (a *access) SaveContact(ctx context.Context, c config.Contact) error {
	connected := micros(c.LastConnectTime)
	if err := a.exec(ctx, "save contact", younger, connected, connected, c.RepositoryID); err != nil {
		return err
	}
	if c.ClockMeasured {
		const clock = "UPDATE repository SET clock_offset = ?, clock_measured = ? WHERE id = ?"
		if err := a.exec(ctx, "save clock offset", clock, c.ClockOffset.Microseconds(), true, c.RepositoryID); err != nil {
			return err
		}
	}
	const task = "UPDATE task SET last_pull_time = CASE WHEN last_pull_time < ? THEN ? ELSE last_pull_time END, " +
		"last_push_time = CASE WHEN last_push_time < ? THEN ? ELSE last_push_time END WHERE repository_id = ? AND resource_name = ?"
	for _, t := range c.Tasks {
		pull, push := micros(t.LastPullTime), micros(t.LastPushTime)
		if err := a.exec(ctx, "save contact of "+t.ResourceName, task, pull, pull, push, push, c.RepositoryID, t.ResourceName); err != nil {
			return err
		}
	}
	return nil
}
