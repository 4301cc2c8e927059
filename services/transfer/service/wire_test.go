package service_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/edensync/edensync/internal/apierr"
	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
	format "github.com/edensync/edensync/s3xml"
	"github.com/edensync/edensync/services/transfer/peertest"
)

var rewrite = flag.Bool("rewrite", false, "write the files of testdata anew: what becomes of recorded exchanges")

// expected is a file with one line for each recording: its name, a colon, and what becomes of it. A recording without a
// line and a line without a recording are failures.
type expected struct {
	file  string
	about string
	lines []string
}

// replayed is a recording that was replayed at a site of its own.
type replayed struct {
	site   *site
	became string
	logs   int // log entries to wait for, those of the preparation included; 0 = the exchange is not logged
}

// replay lets every recording happen, and compares what comes of each with the file. Log entries take their time; so all
// sites work first, and then their logs are read.
func (x *expected) replay(t *testing.T, happen func(t *testing.T, s *site, c recorded, r peertest.Recording) replayed) {
	t.Helper()
	recordings := peertest.Recordings(t)
	if len(recordings) == 0 {
		return
	}
	done := make([]replayed, len(recordings))
	t.Run("exchange", func(group *testing.T) {
		for i, recording := range recordings {
			group.Run(recording.Name, func(each *testing.T) {
				each.Parallel()
				s, c := replayer(t)
				done[i] = happen(each, s, c, recording)
				done[i].site = s
			})
		}
	})
	for i, recording := range recordings {
		x.lines = append(x.lines, recording.Name+": "+done[i].became+" | "+done[i].site.logged(t, done[i].logs))
	}
	x.check(t)
}

func (x *expected) check(t *testing.T) {
	t.Helper()
	path := filepath.Join("testdata", x.file)
	if *rewrite {
		if err := os.WriteFile(path, []byte(x.about+strings.Join(x.lines, "\n")+"\n"), 0o600); err != nil {
			t.Error(err)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	known := strings.Split(strings.TrimSpace(strings.TrimPrefix(string(text), x.about)), "\n")
	if diff := cmp.Diff(known, x.lines); diff != "" {
		t.Errorf("not as %s says (-), or unknown to it (+):\n%s", path, diff)
	}
}

// The parties of the recordings.
const (
	activeUUID  = "urn:uuid:3704decf-83dc-4ff4-a942-e1c83f03749a"
	passiveUUID = "urn:uuid:8a90dc87-c8be-48cc-9fda-3f21e4ec0c95"
	seedUUID    = "urn:uuid:33333333-3333-4333-8333-333333333333" // gives a site the records that it needs for a replay
)

// recorded is a config service that plays along with recordings: their accounts, and no warning about clocks.
type recorded struct{ strict }

// GetSite has the UUID of the passive side.
func (c recorded) GetSite(ctx context.Context, in *configv1.GetSiteRequest, _ ...grpc.CallOption) (*configv1.Site, error) {
	site, err := c.config.GetSite(ctx, in)
	site.Settings.RepositoryUuid, site.Settings.AnonymousRepositoryPulls = passiveUUID, true
	site.Settings.MaxClockOffset = durationpb.New(1 << 62)
	return site, err
}

// AuthenticatePeer knows the two accounts of the recordings.
func (c recorded) AuthenticatePeer(ctx context.Context, in *configv1.AuthenticatePeerRequest, _ ...grpc.CallOption) (*configv1.AuthenticatePeerResponse, error) {
	switch in.GetUsername() + ":" + in.GetPassword() {
	case "admin@example.com:testing":
		return peerOf(in.GetUsername(), known(c.GetExchangeByUuid(ctx, byUUID(in)))), nil
	case "normaluser@example.com:testing":
		return nil, apierr.New(apierr.KindPermissionDenied, apierr.ReasonPermissionDenied, "This account may not exchange records.")
	default:
		return nil, apierr.New(apierr.KindUnauthenticated, apierr.ReasonCredentialsWrong, "User name or password is wrong.")
	}
}

// RegisterPeer makes the repository of a peer, or finds it.
func (c recorded) RegisterPeer(_ context.Context, in *configv1.RegisterPeerRequest, _ ...grpc.CallOption) (*configv1.RegisterPeerResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	known := c.repos[in.GetUuid()]
	if known == nil {
		c.know(in.GetUuid(), "", configv1.TaskMode_TASK_MODE_UNSPECIFIED)
	}
	return &configv1.RegisterPeerResponse{Created: known == nil, Repository: c.repos[in.GetUuid()].GetRepository()}, nil
}

// know enters a repository, with a task for one resource unless the mode is unspecified. Its id is its UUID.
func (c recorded) know(uuid, resource string, mode configv1.TaskMode) *configv1.Exchange {
	accept := true
	c.repos[uuid] = &configv1.Exchange{Repository: &configv1.Repository{Id: uuid, Uuid: uuid, Name: "Eden", AcceptPushes: &accept}}
	if mode != configv1.TaskMode_TASK_MODE_UNSPECIFIED {
		c.repos[uuid].Tasks = []*configv1.Task{task(resource, mode)}
	}
	return c.repos[uuid]
}

// replayer is a site that knows some repositories.
func replayer(t *testing.T) (*site, recorded) {
	t.Helper()
	s := &site{config: newConfig(), audit: &audit{entries: make(chan *auditv1.LogEntry, 1000)}}
	c := recorded{strict{s.config}}
	s.asked = c
	s.open(t, "sqlite")
	return s, c
}

var tombstone = regexp.MustCompile(`<resource name="([^"]*)" uuid="([^"]*)" deleted="True"[^>]*>`)

// seed gives the site what a document holds, as a push of another repository. What is deleted in it was there before.
func (s *site) seed(t *testing.T, c recorded, resource string, document []byte) {
	t.Helper()
	c.mu.Lock()
	c.know(seedUUID, "", configv1.TaskMode_TASK_MODE_UNSPECIFIED)
	c.mu.Unlock()
	var before strings.Builder
	for _, m := range tombstone.FindAllSubmatch(document, -1) {
		fmt.Fprintf(&before, `<resource name=%q uuid=%q mci="1" modified_on="2020-01-01T00:00:00"/>`, m[1], m[2])
	}
	for _, doc := range []string{s3xml(before.String()), string(document)} {
		r := httptest.NewRequest(http.MethodPost, "/eden/sync/sync.xml?resource="+resource+"&repository="+seedUUID, strings.NewReader(doc))
		r.SetBasicAuth("admin@example.com", "testing")
		w := httptest.NewRecorder()
		if s.service.PeerHandler().ServeHTTP(w, r); w.Code != http.StatusOK {
			t.Fatalf("seed: %d %s", w.Code, w.Body)
		}
	}
}

// seeds are the log entries of a seed.
const seeds = 2

// logged is the last of n log entries in a few words.
func (s *site) logged(t *testing.T, n int) string {
	t.Helper()
	if n == 0 {
		return "not logged"
	}
	var e *auditv1.LogEntry
	over := time.After(entryTime)
	for range n {
		select {
		case e = <-s.entries:
		case <-over:
			return "no log entry"
		}
	}
	words := word(e.GetMode(), "MODE_") + "/" + word(e.GetTransmission(), "TRANSMISSION_") + " " + e.GetAction() + " " + word(e.GetResult(), "RESULT_")
	if e.GetRemoteError() {
		words += " remote"
	}
	if e.GetReason() != "" {
		words += " " + e.GetReason()
	}
	return words + ": " + shortened(e.GetMessage())
}

func word(v fmt.Stringer, prefix string) string {
	return strings.ToLower(strings.TrimPrefix(v.String(), prefix))
}

// shortened keeps a line readable.
func shortened(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > 160 {
		text = string(r[:160]) + "…"
	}
	return text
}

// counted are the outcomes of a run that are not 0.
func counted(run *transferv1.Run) string {
	text := word(run.GetState(), "RUN_STATE_") + " " + run.GetReason()
	c := run.GetCounts()
	for _, n := range []struct {
		name string
		n    int64
	}{
		{"received", c.GetReceived()},
		{"created", c.GetCreated()},
		{"updated", c.GetUpdated()},
		{"deleted", c.GetDeleted()},
		{"unchanged", c.GetUnchanged()},
		{"skipped", c.GetSkipped()},
		{"conflict", c.GetConflict()},
		{"rejected", c.GetRejected()},
		{"sent", c.GetSent()},
		{"accepted", c.GetAccepted()},
	} {
		if n.n != 0 {
			text += fmt.Sprintf(" %s %d", n.name, n.n)
		}
	}
	return strings.TrimSpace(text)
}

// resourceOf is the resource that a recorded request is about, or organisations.
func resourceOf(r *http.Request) string {
	if resource := r.URL.Query().Get("resource"); strings.Contains(resource, "_") {
		return resource
	}
	return "org_organisation"
}

// compact is a JSON answer on one line; of lists only the length counts.
func compact(t *testing.T, body []byte) string {
	t.Helper()
	var object map[string]any
	if json.Unmarshal(body, &object) != nil {
		return shortened(string(body))
	}
	for _, name := range []string{"created", "updated", "deleted"} {
		if list, ok := object[name].([]any); ok {
			object[name] = len(list)
		}
	}
	if _, ok := object["tree"]; ok {
		object["tree"] = "…"
	}
	text, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	return shortened(string(text))
}

// uidsIn are the top-level records of a document, referred ones included.
func uidsIn(t *testing.T, document []byte) []string {
	t.Helper()
	decoder := format.NewDecoder(bytes.NewReader(document), format.DefaultLimits())
	var uids []string
	for {
		var r format.Record
		err := decoder.Next(&r)
		if errors.Is(err, io.EOF) {
			slices.Sort(uids)
			return uids
		}
		if err != nil {
			t.Fatalf("%.200s: %v", document, err)
		}
		uids = append(uids, r.Name+" "+r.UUID)
	}
}
