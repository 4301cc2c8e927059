package hub_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
)

// takeoverTime is how long a run may lie still after the process that worked on it fell silent.
const takeoverTime = 30 * time.Second

// A run goes from process to process: the first is asked to end and hands it on, the second falls silent and loses it, the
// third finishes it. What the second does when it wakes up changes nothing any more.
func TestRunsGoOnWithOtherProcesses(t *testing.T) {
	t.Parallel()
	database := sqldbtest.Database(t)
	h := newHub(t, database, 2)
	h.start(t)
	p, eden := h.signIn(t, h.replicas["gateway"][0]), newSource(t)
	repository := p.pullFrom(t, eden.URL())
	run := p.synchronize(t, repository)
	eden.next(t)
	eventually(t, "the first batches", func() error {
		if p.records(t) == 0 {
			return errNotYet
		}
		return nil
	})
	// The gateway could have the run watched at any process that is there.
	watching, err := p.do(http.MethodGet, "/runs/"+run.GetId()+":watch", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = watching.Body.Close() }()
	first, second := h.replicas["transfer"][0], h.replicas["transfer"][1]
	second.start(t)
	second.ready(t)
	asked := time.Now()
	first.stop(t)
	bySecond := eden.next(t)
	// Nobody waits for the lease of a process that ends in good order.
	t.Logf("handed on after %v", time.Since(asked))
	if took := time.Since(asked); took > takeoverTime/2 {
		t.Errorf("the run was handed on after %v", took)
	}
	streamEnded(t, watching.Body)
	first.start(t)
	first.ready(t)

	second.signal(t, syscall.SIGSTOP)
	silent := time.Now()
	byThird := eden.next(t)
	t.Logf("taken over after %v", time.Since(silent))
	if took := time.Since(silent); took > takeoverTime {
		t.Errorf("the run was taken over after %v", took)
	}
	close(byThird)
	awaitState(t, database, run.GetId(), "DONE")
	second.signal(t, syscall.SIGCONT)
	close(bySecond)
	// It was between two batches, or in the middle of one, of which the database has not waited for the end.
	eventually(t, "the second process notices", func() error {
		about := "runId=" + run.GetId()
		if len(second.log.lines("another process took the run over", about))+len(second.log.lines("run could not be finished", about)) == 0 {
			return errNotYet
		}
		return nil
	})
	ended := p.run(t, run.GetId())
	closed(t, ended, records)
	if got := p.records(t); got != records || ended.GetAttempts() != 3 {
		t.Errorf("%d records after %d attempts", got, ended.GetAttempts())
	}
	if again := p.run(t, run.GetId()); !proto.Equal(again, ended) {
		t.Errorf("the run that had ended became %v", again)
	}
	h.checkIDs(t, p, run.GetId())
	h.stop(t)
}

// streamEnded reads a stream to its end, which is a hint to connect again.
func streamEnded(t *testing.T, stream io.Reader) {
	t.Helper()
	text, err := io.ReadAll(stream)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("the stream broke: %v", err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if last := lines[len(lines)-1]; !strings.Contains(last, "UNAVAILABLE") || !strings.Contains(last, "connect again") {
		t.Errorf("the last that was heard: %.300s", last)
	}
}

// checkIDs follows a request from the browser, and a run, through the logs of the processes.
func (h *hub) checkIDs(t *testing.T, p *person, run string) {
	t.Helper()
	for path, asked := range map[string]string{"/repositories": "config", "/runs": "transfer", "/jobs": "scheduler", "/logEntries": "audit"} {
		if err := p.call(http.MethodGet, path, nil, nil); err != nil {
			t.Fatal(err)
		}
		eventually(t, "request "+p.requestID()+" in the log of "+asked, func() error {
			for _, r := range h.replicas[asked] {
				if len(r.log.lines("call answered", "requestId="+p.requestID())) > 0 {
					return nil
				}
			}
			return errNotYet
		})
	}
	if lines := h.replicas["config"][0].log.lines("call answered", "ReportContact", "runId="+run); len(lines) == 0 {
		t.Error("the log of config does not tell about the run")
	}
}

// awaitState looks into the database: the gateway may be waiting for the process that stands still.
func awaitState(t *testing.T, database, run, state string) {
	t.Helper()
	eventually(t, "run "+run, func() error {
		got, err := query[string](t, database, "SELECT state FROM transfer.run WHERE id = $1", run)
		if err == nil && got != state {
			err = fmt.Errorf("it is %s", got)
		}
		return err
	})
}
