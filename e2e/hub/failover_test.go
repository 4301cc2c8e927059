package hub_test

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"testing"
	"time"

	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
)

// newStandby makes a copy of a server that follows it. The primary acknowledges nothing from now on that the standby does
// not have.
func newStandby(t *testing.T, primary *server) *server {
	t.Helper()
	s := prepareServer(t)
	s.run(t, "pg_basebackup", "--pgdata="+s.data, "--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast", "--no-sync",
		"--host="+primary.host, "--port="+primary.port, "--username=postgres")
	s.start(t)
	execute(t, primary.address(), "ALTER SYSTEM SET synchronous_standby_names = '*'")
	execute(t, primary.address(), "SELECT pg_reload_conf()")
	eventually(t, "the standby is in step", func() error {
		state, err := query[string](t, primary.address(), "SELECT coalesce(max(sync_state), 'away') FROM pg_stat_replication")
		if err == nil && state != "sync" {
			err = fmt.Errorf("it is %s", state)
		}
		return err
	})
	return s
}

// failOver kills a primary and makes its standby the primary, which waits for no other one then.
func failOver(t *testing.T, primary, standby *server) {
	t.Helper()
	primary.kill()
	execute(t, standby.address(), "ALTER SYSTEM SET synchronous_standby_names = ''")
	standby.run(t, "pg_ctl", "promote", "--pgdata="+standby.data, "--wait")
}

// failOverTime is how long a run may take over the death of the primary, from then to its end.
const failOverTime = 60 * time.Second

// The primary of the database dies in the middle of an import, and its standby takes its place. No process ends, the run is
// completed, and everything that was acknowledged before is there.
func TestDatabaseFailsOver(t *testing.T) {
	t.Parallel()
	primary := newServer(t)
	primary.start(t)
	standby := newStandby(t, primary)
	h := newHub(t, primary.address(standby), 1)
	h.start(t)
	p, eden := h.signIn(t, h.replicas["gateway"][0]), newSource(t)
	run := p.synchronize(t, p.pullFrom(t, eden.URL()))
	interrupted := eden.next(t)
	eventually(t, "the first batches", func() error {
		if p.records(t) == 0 {
			return errNotYet
		}
		return nil
	})
	acknowledged := stored(t, primary)
	died := time.Now()
	failOver(t, primary, standby)
	t.Logf("%d versions were acknowledged; promoted after %v", len(acknowledged), time.Since(died))
	close(interrupted)
	ended := p.endedAgain(t, eden, run.GetId())
	took := time.Since(died)
	t.Logf("the run was completed after %v, in attempt %d", took, ended.GetAttempts())
	if took > failOverTime {
		t.Error("that is too long")
	}
	closed(t, ended, records)
	if got := p.records(t); got != records {
		t.Errorf("%d records", got)
	}
	now := stored(t, standby)
	maps.DeleteFunc(acknowledged, func(uid, version string) bool { return now[uid] == version })
	if len(acknowledged) > 0 {
		t.Errorf("%d versions that had been acknowledged are not there", len(acknowledged))
	}
	h.canWork(t)
	h.stop(t)
}

// endedAgain waits for the end of a run, for which the source may be asked once more.
func (p *person) endedAgain(t *testing.T, eden *source, id string) (run *transferv1.Run) {
	t.Helper()
	eventually(t, "the end of the run", func() error {
		select {
		case goOn := <-eden.begun:
			close(goOn)
		default:
		}
		if run = p.run(t, id); run.GetEndTime() == nil {
			return errNotYet
		}
		return nil
	})
	return run
}

// stored are the records that a server has committed: identifier → number and content of its last change.
func stored(t *testing.T, s *server) map[string]string {
	t.Helper()
	versions := map[string]string{}
	err := with(t, s.address(), func(ctx context.Context, db *sql.DB) error {
		rows, err := db.QueryContext(ctx, "SELECT uid, seq || ' ' || hash FROM transfer.record")
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var uid, version string
			if err := rows.Scan(&uid, &version); err != nil {
				return err
			}
			versions[uid] = version
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	return versions
}
