// Package sqldb opens a service's own database, SQLite or PostgreSQL, and gives
// both the same face: one SQL text with ?, one write side, one read side,
// transactions that are tried again when the engine asks for it, errors that
// can be told apart, and migrations.
//
// Rules that keep one text working on both engines: an error inside Tx ends the
// transaction (PostgreSQL refuses everything after it), so a unique violation
// is met with ON CONFLICT or outside; a statement that writes and returns rows
// runs inside Tx; rows are closed before the next statement of a transaction.
package sqldb

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// Dialect names the engine, for the few texts that truly differ.
type Dialect uint8

// The engines.
const (
	SQLite Dialect = iota
	PostgreSQL
)

// String is the name of the engine's migration folder.
func (d Dialect) String() string {
	if d == PostgreSQL {
		return "postgres"
	}
	return "sqlite"
}

// NowSQL is the SQL expression for the database's clock in microseconds since
// 1970 UTC, as BIGINT. Leases compare times of one clock only: this one.
// SQLite's clock has a resolution of one millisecond.
func NowSQL(d Dialect) string {
	if d == PostgreSQL {
		return "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)"
	}
	return "(CAST(round(unixepoch('subsec') * 1000) AS INTEGER) * 1000)"
}

// Micros is a point in time as the databases keep it: microseconds since 1970
// UTC, 0 = none.
type Micros int64

// MicrosOf converts t, dropping what is below a microsecond; the zero time is 0.
func MicrosOf(t time.Time) Micros {
	if t.IsZero() {
		return 0
	}
	return Micros(t.UnixMicro())
}

// Time is the point in time in UTC; 0 is the zero time.
func (m Micros) Time() time.Time {
	if m == 0 {
		return time.Time{}
	}
	return time.UnixMicro(int64(m)).UTC()
}

// Scan reads a BIGINT column; NULL is 0.
func (m *Micros) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*m = 0
	case int64:
		*m = Micros(v)
	default:
		return fmt.Errorf("scan %T into microseconds: want a BIGINT column", src)
	}
	return nil
}

// Value writes the BIGINT column.
func (m Micros) Value() (driver.Value, error) { return int64(m), nil }
