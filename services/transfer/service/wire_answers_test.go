package service_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
	"github.com/edensync/edensync/services/transfer/peertest"
)

const aboutAnswers = `# What becomes of each recorded answer of an Eden when a whole edensync site gets it to what it asks: how the run ends and
# what became of the records, or how the registration or the file ends; the log entry. A push sends the records that
# were pushed in the recording. Written anew by: go test ./services/transfer/service -rewrite

`

// parrot gives a recorded answer, byte for byte, to every request of the kind of the recorded one.
type parrot struct {
	*httptest.Server
	download bool   // only downloads get the recorded answer
	document string // pulls get this, if it is a recorded download
}

func startParrot(t *testing.T, r peertest.Recording, download bool) *parrot {
	t.Helper()
	p := &parrot{download: download}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, asked *http.Request) {
		if p.download && !strings.Contains(asked.URL.Path, "/download/") {
			w.Header().Set("Content-Type", "text/xml")
			_, _ = w.Write([]byte(p.document))
			return
		}
		_, _ = new(bytes.Buffer).ReadFrom(asked.Body)
		conn, buffer, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = buffer.Write(r.Response)
		_ = buffer.Flush()
		_ = conn.Close()
	}))
	t.Cleanup(p.Close)
	return p
}

// Every recorded answer of an Eden, met by a whole site that asks for it, ends in the right outcome and log entry.
func TestRecordedAnswers(t *testing.T) {
	t.Parallel()
	want := &expected{file: "answers.txt", about: aboutAnswers}
	want.replay(t, func(t *testing.T, s *site, c recorded, recording peertest.Recording) replayed {
		t.Helper()
		r, body := recording.Asked(t)
		out := replayed{logs: 1}
		download := strings.Contains(r.URL.Path, "/download/")
		eden := startParrot(t, recording, download)
		mode := configv1.TaskMode_TASK_MODE_PULL
		if r.Method != http.MethodGet {
			mode = configv1.TaskMode_TASK_MODE_PUSH
		}
		if mode == configv1.TaskMode_TASK_MODE_PUSH && recording.Name != "56-push-malformed-xml" && bytes.HasPrefix(body, []byte("<?xml")) {
			s.seed(t, c, resourceOf(r), body)
			out.logs += seeds
		}
		s.make(t, resourceOf(r))
		c.mu.Lock()
		repository := c.know(passiveUUID, resourceOf(r), mode)
		repository.Repository.Url = eden.URL + "/eden"
		repository.Repository.Username, repository.Password = "admin@example.com", "testing"
		c.mu.Unlock()
		switch {
		case strings.Contains(r.URL.Path, "/repository/"):
			out.became = s.registers(t)
		case download:
			out.became, out.logs = s.fetches(t, eden), 0
		default:
			out.became = counted(s.ran(t))
		}
		return out
	})
}

// ran synchronizes with the passive side.
func (s *site) ran(t *testing.T) *transferv1.Run {
	t.Helper()
	run, err := s.runs.StartRun(as(t, "OPERATOR"), &transferv1.StartRunRequest{RepositoryId: passiveUUID})
	for over := time.Now().Add(entryTime); err == nil && run.GetEndTime() == nil && time.Now().Before(over); time.Sleep(10 * time.Millisecond) {
		run, err = s.runs.GetRun(as(t, "VIEWER"), &transferv1.GetRunRequest{Id: run.GetId()})
	}
	if err != nil || run.GetEndTime() == nil {
		t.Fatalf("%v, %v", run, err)
	}
	return run
}

// make makes a record, so that there is something to push.
func (s *site) make(t *testing.T, resource string) {
	t.Helper()
	if _, err := s.records.PutRecord(as(t, "ADMINISTRATOR"), &transferv1.PutRecordRequest{Record: &transferv1.Record{
		ResourceName: resource, Uid: "urn:uuid:0c0c0001-0000-4000-8000-000000000001", Fields: []*transferv1.RecordField{{Name: "name", Value: "Made here"}},
	}}); err != nil {
		t.Fatal(err)
	}
}

func (s *site) registers(t *testing.T) string {
	t.Helper()
	answer, err := s.peers.RegisterRepository(as(t, "ADMINISTRATOR"), &transferv1.RegisterRepositoryRequest{RepositoryId: passiveUUID})
	if err != nil {
		t.Fatal(err)
	}
	report := <-s.reported
	return fmt.Sprintf("%s %s %s", word(report.GetOutcome(), "REGISTRATION_STATE_"), answer.GetReason(), report.GetSenderUuid())
}

// fetches pulls a record that has the recorded file, and waits for what becomes of it.
func (s *site) fetches(t *testing.T, eden *parrot) string {
	t.Helper()
	eden.document = s3xml(`<resource name="org_organisation" uuid="urn:uuid:1"` + dated + `><data field="logo" filename="logo.png" url="` +
		eden.URL + `/eden/default/download/org_organisation.logo.1.png"/></resource>`)
	s.ran(t)
	for over := time.Now().Add(entryTime); time.Now().Before(over); time.Sleep(20 * time.Millisecond) {
		r, err := s.records.GetRecord(as(t, "VIEWER"), &transferv1.GetRecordRequest{ResourceName: "org_organisation", Uid: "urn:uuid:1"})
		if err != nil {
			t.Fatal(err)
		}
		if a := r.GetFields()[0].GetAttachment(); a.GetAvailable() {
			return fmt.Sprintf("a file of %d bytes, SHA-256 %s", a.GetSizeBytes(), a.GetSha256())
		}
	}
	return "no file came"
}
