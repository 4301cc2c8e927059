package service_test

import (
	"cmp"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
	"github.com/edensync/edensync/services/transfer/peertest"
)

const aboutRequests = `# What becomes of each recorded request of an Eden when it reaches a whole edensync site instead of another Eden, which
# holds what the other Eden has sent: status of the Eden, then of ours with the answer; what became of the records, or
# whether ours are those of the Eden; the log entry. Written anew by: go test ./services/transfer/service -rewrite

`

// unregistered are the recordings in which the sender is not known yet.
var unregistered = []string{"01-register-ok", "04-register-not-authenticated"}

// Every recorded request of an Eden gets from a whole site what the Eden needs, with the right outcome and log entry.
func TestRecordedRequests(t *testing.T) {
	t.Parallel()
	want := &expected{file: "requests.txt", about: aboutRequests}
	want.replay(t, func(t *testing.T, s *site, c recorded, recording peertest.Recording) replayed {
		t.Helper()
		r, _ := recording.Asked(t)
		theirs, theirBody := recording.Answered(t)
		out := replayed{logs: 1}
		if r.Method == http.MethodGet && theirs == http.StatusOK && strings.HasSuffix(r.URL.Path, "/sync.xml") && theirBody[0] == '<' {
			s.seed(t, c, resourceOf(r), theirBody)
			out.logs += seeds
		}
		c.mu.Lock()
		if !slices.Contains(unregistered, recording.Name) {
			c.know(activeUUID, "", configv1.TaskMode_TASK_MODE_UNSPECIFIED)
		}
		c.mu.Unlock()
		w := httptest.NewRecorder()
		if s.service.PeerHandler().ServeHTTP(w, r); w.Code == http.StatusNotFound {
			out.logs = 0
		}
		status := fmt.Sprintf("%d, ours %d %s", theirs, w.Code, cmp.Or(w.Header().Get("Content-Type"), "without type"))
		out.became = status + " | " + s.became(t, r, w, theirBody)
		return out
	})
}

// became is what a request led to.
func (s *site) became(t *testing.T, r *http.Request, w *httptest.ResponseRecorder, theirs []byte) string {
	t.Helper()
	switch {
	case w.Code != http.StatusOK || strings.Contains(r.URL.Path, "/repository/"):
		return compact(t, w.Body.Bytes())
	case r.Method == http.MethodGet && theirs[0] != '<':
		return fmt.Sprintf("%d records; the Eden refuses", len(uidsIn(t, w.Body.Bytes())))
	case r.Method == http.MethodGet:
		ours, wanted := uidsIn(t, w.Body.Bytes()), uidsIn(t, theirs)
		if slices.Equal(ours, wanted) {
			return fmt.Sprintf("the same %d records", len(ours))
		}
		return fmt.Sprintf("ours %s; Eden's %s", ours, wanted)
	default:
		list, err := s.runs.ListRuns(as(t, "VIEWER"), &transferv1.ListRunsRequest{Trigger: transferv1.RunTrigger_RUN_TRIGGER_PEER})
		if err != nil || len(list.GetRuns()) != 1 {
			t.Fatalf("%v, %v", list, err)
		}
		return compact(t, w.Body.Bytes()) + " | " + counted(list.GetRuns()[0])
	}
}
