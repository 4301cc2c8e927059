package grpcapi_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"

	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	"github.com/edensync/edensync/services/audit"
	"github.com/edensync/edensync/services/audit/grpcapi"
)

// line is a store that only grows; the embedded nil answers what no test asks.
type line struct {
	audit.Store
	mu      sync.Mutex
	entries []audit.Entry
	broken  error
}

func (l *line) add(messages ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, message := range messages {
		l.entries = append(l.entries, audit.Entry{Message: message})
	}
}

func (l *line) Sequence(context.Context, string) (int64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return int64(len(l.entries)), nil
}

func (l *line) Since(_ context.Context, _ audit.Filter, after int64, limit int) ([]audit.Entry, int64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	next := min(after+int64(limit), int64(len(l.entries)))
	return l.entries[after:next], next, l.broken
}

// stream collects what is sent.
type stream struct {
	grpc.ServerStreamingServer[auditv1.WatchLogEntriesResponse]
	ctx  context.Context
	mu   sync.Mutex
	sent []string // messages of entries joined by a comma, "" for a heartbeat
	seqs []int64
}

func (s *stream) Context() context.Context { return s.ctx }

func (s *stream) Send(m *auditv1.WatchLogEntriesResponse) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var messages []string
	for _, entry := range m.GetLogEntries() {
		messages = append(messages, entry.GetMessage()[:min(4, len(entry.GetMessage()))])
	}
	s.sent = append(s.sent, strings.Join(messages, ","))
	s.seqs = append(s.seqs, m.GetSeq())
	return nil
}

func (s *stream) take() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	sent := s.sent
	s.sent = nil
	return sent
}

// watching starts a watch in virtual time.
func watching(t *testing.T, store *line, bell *grpcapi.Bell) (s *stream, stop context.CancelFunc, ended chan error) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	s, ended = &stream{ctx: ctx}, make(chan error, 1)
	log := grpcapi.NewLog(store, bell, time.Now)
	go func() { ended <- log.WatchLogEntries(&auditv1.WatchLogEntriesRequest{}, s) }()
	synctest.Wait()
	return s, stop, ended
}

func expect(t *testing.T, what string, s *stream, want ...string) {
	t.Helper()
	synctest.Wait()
	if diff := cmp.Diff(want, s.take()); diff != "" {
		t.Errorf("%s (-want +sent)\n%s", what, diff)
	}
}

func TestWatchWakesAtTheBellAndPolls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store, bell := &line{}, &grpcapi.Bell{}
		store.add("old")
		s, stop, ended := watching(t, store, bell)
		expect(t, "at the start", s, "")
		store.add("a", "b")
		expect(t, "before the bell", s)
		bell.Ring()
		expect(t, "at the bell", s, "a,b")
		store.add("c")
		time.Sleep(time.Second)
		expect(t, "after the poll", s, "c")
		time.Sleep(9 * time.Second)
		expect(t, "heartbeat", s, "")
		stop()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("ended with %v", err)
		}
		if diff := cmp.Diff([]int64{1, 2, 3, 4}, s.seqs); diff != "" {
			t.Error(diff)
		}
	})
}

func TestWatchEndsAfterFiveMinutes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		s, stop, ended := watching(t, &line{}, &grpcapi.Bell{})
		defer stop()
		if err := <-ended; err != nil || time.Since(begin) != 5*time.Minute {
			t.Errorf("ended after %v with %v", time.Since(begin), err)
		}
		if n := len(s.take()); n < 30 || n > 31 {
			t.Errorf("%d heartbeats", n)
		}
	})
}

func TestWatchCutsLongMessagesIntoSeveralAnswers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store, bell := &line{}, &grpcapi.Bell{}
		s, stop, _ := watching(t, store, bell)
		expect(t, "at the start", s, "")
		long := strings.Repeat("x", 3<<20)
		store.add("1"+long, "2"+long, "3"+long)
		bell.Ring()
		expect(t, "at the bell", s, "1xxx", "2xxx", "3xxx")
		stop()
		synctest.Wait()
	})
}

func TestWatchReportsTheStoresFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		broken := errors.New("broken")
		_, stop, ended := watching(t, &line{broken: broken}, &grpcapi.Bell{})
		defer stop()
		if err := <-ended; !errors.Is(err, broken) {
			t.Errorf("ended with %v", err)
		}
	})
}
