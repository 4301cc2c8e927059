package sqldb

import (
	"context"
	"fmt"
	"time"
)

// EndStalled ends transactions of other processes of this program that have been sending rows by COPY for longer than after, and of which
// the server hears nothing at the moment: such a process stands still. No limit of the server is for that: to it the transaction is not
// idle, and it looks at the time of a statement only when more of it has come. It tells how many there were. SQLite has none.
// Processes may have different application names. By its text a COPY of theirs is told from one of a restore, which names the schema.
func (db *DB) EndStalled(ctx context.Context, after time.Duration) (ended int64, err error) {
	if db.dialect != PostgreSQL {
		return 0, nil
	}
	err = db.Get(ctx, &ended, `SELECT count(*) FILTER (WHERE ended) FROM (SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity
		WHERE datname = current_database() AND usename = current_user
		AND state = 'active' AND wait_event = 'ClientRead' AND query LIKE 'COPY %' AND split_part(query, ' ', 2) NOT LIKE '%.%'
		AND query_start <= clock_timestamp() - CAST(? AS BIGINT) * INTERVAL '1 microsecond') AS stalled`, after.Microseconds())
	if err != nil {
		return 0, fmt.Errorf("end transactions of processes that stand still: %w", err)
	}
	return ended, nil
}
