package sqlstore

import (
	"context"
	"fmt"
	"strings"

	"github.com/edensync/edensync/services/config"
)

// exchangeRow is a repository with one of its tasks, whose name is empty if there is none.
type exchangeRow struct {
	Repository repositoryRow `db:"r"`
	Settings   settingsRow   `db:"s"`
	Task       taskRow       `db:"t"`
}

// exchangeQuery reads all of it by one statement, which is a snapshot by itself: on a server a transaction with three
// statements is five times the way there and back, and every exchange asks for this.
func exchangeQuery(where string) string {
	return "SELECT " + inside("r", readNames, "%s") + ", " + inside("s", settingsColumns, "%s") + ", " +
		inside("t", taskTexts, "COALESCE(%s, '')") + ", " + inside("t", taskNumbers, "COALESCE(%s, 0)") +
		" FROM (SELECT " + readColumns + " FROM repository WHERE delete_time = 0 AND " + where + ") AS r" +
		" CROSS JOIN (SELECT " + settingsColumns + " FROM settings WHERE id = 1) AS s" +
		" LEFT JOIN task AS t ON t.repository_id = r.id ORDER BY t.resource_name"
}

// inside lists the columns of a table as fields of the row that they belong to.
func inside(table, columns, form string) string {
	list := strings.Split(columns, ", ")
	for i, column := range list {
		list[i] = fmt.Sprintf(form+` AS "%[2]s.%[3]s"`, table+"."+column, table, column)
	}
	return strings.Join(list, ", ")
}

var (
	exchangeByID   = exchangeQuery("id = ?")
	exchangeByUUID = exchangeQuery("uuid = ?")
)

// Exchange reads a live repository by its id.
func (a *access) Exchange(ctx context.Context, id string) (config.Exchange, bool, error) {
	return a.exchange(ctx, exchangeByID, id)
}

// ExchangeByUUID reads the live repository of a remote site.
func (a *access) ExchangeByUUID(ctx context.Context, uuid string) (config.Exchange, bool, error) {
	return a.exchange(ctx, exchangeByUUID, uuid)
}

func (a *access) exchange(ctx context.Context, query, key string) (x config.Exchange, found bool, err error) {
	var rows []exchangeRow
	if err := a.q.Select(ctx, &rows, query, key); err != nil {
		return x, false, fmt.Errorf("read what an exchange needs: %w", err)
	}
	if len(rows) == 0 {
		return x, false, nil
	}
	if x.Repository, err = a.repositoryOf(rows[0].Repository); err != nil {
		return x, false, err
	}
	if x.Site, err = a.settingsOf(rows[0].Settings); err != nil {
		return x, false, err
	}
	for _, row := range rows {
		if row.Task.ResourceName == "" {
			continue
		}
		task, err := taskOf(row.Task)
		if err != nil {
			return x, false, err
		}
		x.Tasks = append(x.Tasks, task)
	}
	return x, true, nil
}
