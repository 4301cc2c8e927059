package sqlstore

import "github.com/edensync/edensync/internal/sqldb"

// skipLocked lets several workers claim different rows at once. SQLite has one
// writer at a time and needs no lock.
func skipLocked(d sqldb.Dialect) string {
	if d == sqldb.PostgreSQL {
		return " FOR UPDATE SKIP LOCKED"
	}
	return ""
}
