package service_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
	"github.com/edensync/edensync/services/transfer/peertest"
)

// A file behind an upload field is fetched from the repository after the run, kept, and served to peers under a name
// that nobody can guess, without credentials; the record waits for nothing.
func TestAttachmentIsFetchedAndServed(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, engine string) {
		eden := peertest.Start(t).RequireUser("sync", "secret").Know("org_office").Registered(siteUUID, "Test site")
		content := "\x89PNG not really"
		url := eden.AddFile("org_office.logo.0f.png", peertest.File{ContentType: "image/png", Filename: "logo.png", Content: []byte(content)})
		record := office("urn:uuid:1", "Harbour", at)
		record.Content += `<data field="logo" url="` + url + `" filename="logo.png"/>`
		eden.Put(record)
		s := start(t, engine)
		if run := s.synchronize(t, s.add(eden.URL(), "sync", "secret")); run.GetState() != transferv1.RunState_RUN_STATE_DONE {
			t.Fatalf("run: %v", run)
		}
		before := s.file(t)
		if before.GetKind() != transferv1.FieldKind_FIELD_KIND_FILE || before.GetValue() != "logo.png" {
			t.Errorf("field: %v", before)
		}
		attachment := s.available(t)
		peers := httptest.NewServer(s.service.PeerHandler())
		defer peers.Close()
		response, err := http.Get(peers.URL + "/eden" + attachment.GetPath())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = response.Body.Close() })
		got, err := io.ReadAll(response.Body)
		if err != nil || string(got) != content || response.Header.Get("Content-Type") != "image/png" || attachment.GetSizeBytes() != int64(len(content)) {
			t.Errorf("download: %q, %v, %v", got, response.Header, err)
		}
	})
}

// file is the upload field of the record as the API shows it.
func (s *site) file(t *testing.T) *transferv1.RecordField {
	t.Helper()
	r, err := s.records.GetRecord(as(t, "VIEWER"), &transferv1.GetRecordRequest{ResourceName: "org_office", Uid: "urn:uuid:1"})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.GetFields() {
		if f.GetName() == "logo" {
			return f
		}
	}
	t.Fatalf("no field logo: %v", r)
	return nil
}

// available looks again and again until the file is here.
func (s *site) available(t *testing.T) *transferv1.Attachment {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(20 * time.Second)
	for {
		if a := s.file(t).GetAttachment(); a.GetAvailable() {
			return a
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("the file did not come: %v", s.file(t))
		}
	}
}
