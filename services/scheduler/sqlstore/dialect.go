package sqlstore

import "github.com/edensync/edensync/internal/sqldb"

// forUpdate locks the rows of a SELECT. SQLite has one writer at a time, which needs no lock.
func forUpdate(d sqldb.Dialect) string {
	if d == sqldb.PostgreSQL {
		return " FOR UPDATE"
	}
	return ""
}

// skipLocked locks rows like forUpdate, but passes over those that another transaction holds.
func skipLocked(d sqldb.Dialect) string {
	if d == sqldb.PostgreSQL {
		return " FOR UPDATE SKIP LOCKED"
	}
	return ""
}
