package sqldb

import (
	"context"
	"regexp"
	"strings"
	"sync"

	"github.com/jmoiron/sqlx"
)

// uniqueNames finds the names of SQLite's unique indices: its error names the
// columns only. Read at the first violation, and again when a name is missing.
type uniqueNames struct {
	mu    sync.Mutex
	names map[string]string // "t.a, t.b" → name as PostgreSQL would call it
}

var (
	failedColumns = regexp.MustCompile(`UNIQUE constraint failed: ([^()]+?)(?: \(\d+\))?$`)
	failedIndex   = regexp.MustCompile(`^index '(.+)'$`)
)

// name is "" when it cannot be found; the error is still an ErrUnique.
func (u *uniqueNames) name(ctx context.Context, read *sqlx.DB, cause error) string {
	m := failedColumns.FindStringSubmatch(cause.Error())
	if m == nil {
		return ""
	}
	if index := failedIndex.FindStringSubmatch(m[1]); index != nil {
		return index[1]
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if name, ok := u.names[m[1]]; ok {
		return name
	}
	names, err := loadUniqueNames(ctx, read)
	if err != nil {
		return ""
	}
	u.names = names
	if name, ok := names[m[1]]; ok {
		return name
	}
	// An INTEGER PRIMARY KEY has no index of its own.
	table, _, _ := strings.Cut(m[1], ".")
	return table + "_pkey"
}

const uniqueIndices = `SELECT m.name AS tbl, l.name AS idx, l.origin AS origin, i.name AS col
FROM sqlite_master m
JOIN pragma_index_list(m.name) l ON l."unique" = 1
JOIN pragma_index_info(l.name) i
WHERE m.type = 'table' AND i.name IS NOT NULL
ORDER BY m.name, l.seq DESC, i.seqno`

func loadUniqueNames(ctx context.Context, read *sqlx.DB) (map[string]string, error) {
	var rows []struct{ Tbl, Idx, Origin, Col string }
	if err := read.SelectContext(ctx, &rows, uniqueIndices); err != nil {
		return nil, err
	}
	names := map[string]string{}
	for len(rows) > 0 {
		n := 1
		for n < len(rows) && rows[n].Idx == rows[0].Idx {
			n++
		}
		columns, qualified := make([]string, n), make([]string, n)
		for i, row := range rows[:n] {
			columns[i], qualified[i] = row.Col, row.Tbl+"."+row.Col
		}
		names[strings.Join(qualified, ", ")] = uniqueName(rows[0].Tbl, rows[0].Idx, rows[0].Origin, columns)
		rows = rows[n:]
	}
	return names, nil
}

func uniqueName(table, index, origin string, columns []string) string {
	switch origin {
	case "pk":
		return table + "_pkey"
	case "u":
		return table + "_" + strings.Join(columns, "_") + "_key"
	default:
		return index
	}
}
