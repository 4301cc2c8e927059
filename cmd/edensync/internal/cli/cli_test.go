package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/edensync/edensync/cmd/edensync/internal/cli"
)

// said is what a command has written and how it ended.
type said struct {
	out, err string
	status   int
}

// run runs one command without a terminal.
func run(ctx context.Context, in string, args ...string) said {
	var out, err bytes.Buffer
	status := cli.Run(ctx, args, cli.Streams{In: strings.NewReader(in), Out: &out, Err: &err})
	return said{out.String(), err.String(), status}
}

// site is a scripted REST interface: answers by "METHOD path", and everything that was asked.
type site struct {
	*httptest.Server
	mu      sync.Mutex
	answers map[string]string
	asked   []string
	tokens  []string
}

func newSite(t *testing.T, answers map[string]string) *site {
	t.Helper()
	s := &site{answers: answers}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

func (s *site) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	path := strings.TrimPrefix(r.URL.Path, "/api/v1")
	s.asked = append(s.asked, r.Method+" "+path)
	s.tokens = append(s.tokens, r.Header.Get("Authorization"))
	answer, ok := s.answers[r.Method+" "+path]
	if !ok {
		answer = `404 {"code":5,"message":"There is nothing.","details":[]}`
	}
	status := http.StatusOK
	if _, err := fmt.Sscanf(answer, "%3d ", &status); err == nil {
		answer = answer[4:]
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(answer))
}

func (s *site) run(ctx context.Context, args ...string) said {
	return run(ctx, "", append(args, "--server", s.URL, "--token", "edst_test")...)
}

const hub = `{"repositories":[{"id":"r1","name":"Hub","uuid":"urn:uuid:1","url":"http://hub/eden"}],"nextPageToken":"","totalSize":1}`

func failure(code int, reason, message string, metadata string) string {
	return fmt.Sprintf(`{"code":%d,"message":%q,"details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":%q,"domain":"edensync","metadata":{%s}}]}`,
		code, message, reason, metadata)
}

func TestSyncEndsWithTheStatusOfTheRun(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		state, counts string
		want          int
	}{
		"done":                {"DONE", `{"received":"3","created":"3"}`, 0},
		"done with conflicts": {"DONE", `{"received":"3","conflict":"1","created":"2"}`, 3},
		"warnings":            {"DONE_WITH_WARNINGS", `{}`, 3},
		"failed":              {"FAILED", `{}`, 4},
		"timed out":           {"TIMED_OUT", `{}`, 4},
		"needs you":           {"NEEDS_YOU", `{}`, 5},
		"stopped":             {"STOPPED", `{}`, 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			final := fmt.Sprintf(`{"id":"run1","state":%q,"counts":%s,"message":"So it was.","tasks":[{"resourceName":"org_organisation","direction":"PULL","state":"DONE","counts":%s,"endTime":"2026-03-01T12:00:00Z"}]}`,
				test.state, test.counts, test.counts)
			s := newSite(t, map[string]string{
				"GET /repositories":                 hub,
				"POST /repositories/r1:synchronize": `{"id":"run1","state":"QUEUED"}`,
				"GET /runs/run1:watch":              `{"result":{"snapshot":` + final + `,"seq":"1"}}` + "\n",
			})
			got := s.run(t.Context(), "sync", "hub")
			if got.status != test.want {
				t.Errorf("status %d, want %d\n%s%s", got.status, test.want, got.out, got.err)
			}
			if !strings.Contains(got.out, "org_organisation") || !strings.Contains(got.out, "So it was.") || strings.Contains(got.out, "\x1b") {
				t.Errorf("out = %q", got.out)
			}
			var run struct{ ID, State string }
			got = s.run(t.Context(), "sync", "Hub", "-o", "json")
			if err := json.Unmarshal([]byte(got.out), &run); err != nil || run.ID != "run1" || run.State != test.state || got.status != test.want {
				t.Errorf("as JSON: %+v, %v, status %d\n%s", run, err, got.status, got.out)
			}
		})
	}
}

func TestSyncTellsTheFaultOfTheRepository(t *testing.T) {
	t.Parallel()
	for end, want := range map[string]string{
		`"message":"No room."`:                  "\nfailed: No room.\n",
		`"message":"Tired.","remoteError":true`: "\nfailed (at the repository): Tired.\n",
		`"message":"Tired.","remoteError":true,"retryTime":"2026-03-01T14:00:00Z"`: "\nfailed (at the repository): Tired.\n" +
			"The repository asks to be left alone until 2026-03-01 14:00:00Z\n",
	} {
		s := newSite(t, map[string]string{
			"GET /repositories":                 hub,
			"POST /repositories/r1:synchronize": `{"id":"run1","state":"QUEUED"}`,
			"GET /runs/run1:watch":              `{"result":{"snapshot":{"id":"run1","state":"FAILED",` + end + `},"seq":"1"}}` + "\n",
		})
		if got := s.run(t.Context(), "sync", "hub"); got.status != 4 || !strings.HasSuffix(got.out, want) {
			t.Errorf("%+v, want %q", got, want)
		}
	}
}

func TestSyncThatCannotStart(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		answer string
		want   int
	}{
		"a run is active": {"400 " + failure(9, "RUN_ACTIVE", "Synchronization currently active.", `"runId":"run0"`), 4},
		"paused":          {"400 " + failure(9, "REPOSITORY_PAUSED", "It is paused.", ""), 5},
		"transfer down":   {"503 " + failure(14, "UNAVAILABLE", "Transfer does not answer.", ""), 4},
		"not allowed":     {"403 " + failure(7, "PERMISSION_DENIED", "Your role may not do this.", ""), 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, map[string]string{"GET /repositories": hub, "POST /repositories/r1:synchronize": test.answer})
			got := s.run(t.Context(), "sync", "Hub")
			if got.status != test.want || !strings.HasPrefix(got.err, "edensync: ") || got.out != "" {
				t.Errorf("status %d, want %d\nout %q\nerr %q", got.status, test.want, got.out, got.err)
			}
		})
	}
}

func TestNothingIsStartedForAnUnknownRepository(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"GET /repositories": hub})
	got := s.run(t.Context(), "sync", "Hu")
	if got.status != 1 || !strings.Contains(got.err, "Did you mean Hub?") {
		t.Errorf("%+v", got)
	}
	for _, asked := range s.asked {
		if strings.HasPrefix(asked, "POST") {
			t.Errorf("asked %s", asked)
		}
	}
}

func TestDoctor(t *testing.T) {
	t.Parallel()
	step := func(name, state, message, fix string) string {
		return fmt.Sprintf(`{"name":%q,"state":%q,"message":%q,"fix":%q}`, name, state, message, fix)
	}
	tests := map[string]struct {
		ok   bool
		last string
		want int
		says string
	}{
		"all well": {true, step("CLOCK", "PASSED", "Right.", ""), 0, "✓ clock    Right."},
		"warning":  {true, step("CLOCK", "WARNING", "40 s ahead.", "Check the time service."), 3, "! clock    40 s ahead. Check the time service."},
		"failed":   {false, step("SIGN_IN", "FAILED", "Refused.", "Check the password."), 5, "✗ sign in  Refused. Check the password."},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, map[string]string{
				"GET /repositories":                    hub,
				"POST /repositories/r1:testConnection": fmt.Sprintf(`{"ok":%v,"steps":[%s,%s]}`, test.ok, step("NAME", "PASSED", "Found.", ""), test.last),
			})
			got := s.run(t.Context(), "doctor", "Hub")
			if got.status != test.want || !strings.Contains(got.out, "✓ name     Found.") || !strings.Contains(got.out, test.says) {
				t.Errorf("status %d, want %d\n%s%s", got.status, test.want, got.out, got.err)
			}
		})
	}
}

func TestTheLocalTokenStaysAtHome(t *testing.T) {
	t.Parallel()
	home, abroad := newSite(t, map[string]string{"GET /repositories": hub}), newSite(t, map[string]string{"GET /repositories": hub})
	data := t.TempDir()
	key := fmt.Sprintf(`{"server":%q,"token":"edst_local"}`, home.URL)
	if err := os.WriteFile(filepath.Join(data, "cli.json"), []byte(key), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := run(t.Context(), "", "repositories", "list", "--data", data); got.status != 0 || !strings.Contains(got.out, "Hub") {
		t.Errorf("at home: %+v", got)
	}
	if got := run(t.Context(), "", "repositories", "list", "--data", data, "--server", home.URL+"/"); got.status != 0 {
		t.Errorf("at home, named: %+v", got)
	}
	if got := run(t.Context(), "", "repositories", "list", "--data", data, "--server", abroad.URL); got.status != 0 {
		t.Errorf("abroad: %+v", got)
	}
	if got := fmt.Sprintf("%q %q", home.tokens, abroad.tokens); got != `["Bearer edst_local" "Bearer edst_local"] [""]` {
		t.Errorf("tokens sent: %s", got)
	}
}

func TestWithoutASite(t *testing.T) {
	t.Parallel()
	got := run(t.Context(), "", "repositories", "list", "--data", t.TempDir())
	if got.status != 1 || !strings.Contains(got.err, "edensync serve") {
		t.Errorf("%+v", got)
	}
}

func TestUsage(t *testing.T) {
	t.Parallel()
	tests := map[string][]string{
		"unknown command":        {"nonsense"},
		"unknown flag":           {"sync", "Hub", "--fast"},
		"missing argument":       {"sync"},
		"bad choice":             {"conflicts", "decide", "both", "c1"},
		"edit of nothing":        {"settings", "edit"},
		"unreadable time":        {"runs", "list", "--since", "sometime"},
		"removal without person": {"users", "remove", "ada"},
		"bad assignment":         {"records", "add", "org_organisation", "name"},
	}
	for name, args := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, map[string]string{"GET /settings": `{}`, "GET /users": `{"users":[{"id":"u1","username":"ada"}]}`})
			got := s.run(t.Context(), args...)
			if got.status != 2 || !strings.HasPrefix(got.err, "edensync: ") {
				t.Errorf("%+v", got)
			}
			for _, asked := range s.asked {
				if !strings.HasPrefix(asked, "GET") {
					t.Errorf("asked %s", asked)
				}
			}
		})
	}
}

func TestRemovalAsksAPerson(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]int{"y\n": 0, "n\n": 1, "\n": 1, "": 1} {
		s := newSite(t, map[string]string{"GET /repositories": hub, "DELETE /repositories/r1": `{}`})
		var out, err bytes.Buffer
		streams := cli.Streams{In: strings.NewReader(answer), Out: &out, Err: &err, Interactive: true}
		status := cli.Run(t.Context(), []string{"repositories", "remove", "Hub", "--server", s.URL}, streams)
		if removed := strings.Contains(strings.Join(s.asked, "\n"), "DELETE"); status != want || removed != (want == 0) {
			t.Errorf("%q: status %d, removed %v\n%s", answer, status, removed, err.String())
		}
	}
}

func TestListsGoOnToTheLimit(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"GET /users": `{"users":[{"id":"u1","username":"ada","role":"ADMINISTRATOR"}],"nextPageToken":"more"}`, "GET /repositories": hub})
	got := s.run(t.Context(), "users", "list", "-n", "3")
	if got.status != 0 || strings.Count(got.out, "ada") != 3 || !strings.Contains(got.err, "There are more") {
		t.Errorf("%+v", got)
	}
	var users []struct{ Username, Role string }
	got = s.run(t.Context(), "users", "list", "-n", "2", "-o", "json")
	if err := json.Unmarshal([]byte(got.out), &users); err != nil || len(users) != 2 || users[0].Role != "ADMINISTRATOR" {
		t.Errorf("%v %+v %s", err, users, got.out)
	}
}

func TestEmptyList(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"GET /repositories": `{"repositories":[]}`})
	if got := s.run(t.Context(), "repositories", "list"); got.out != "No entries found\n" {
		t.Errorf("%+v", got)
	}
	if got := s.run(t.Context(), "repositories", "list", "-o", "json"); got.out != "[]\n" {
		t.Errorf("%+v", got)
	}
}

func TestHelpAndVersionAndCompletion(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		args []string
		want string
	}{
		"nothing":            {nil, "edensync demo"},
		"help":               {[]string{"--help"}, "repositories"},
		"help of a command":  {[]string{"jobs", "add", "-h"}, "--run-every"},
		"version":            {[]string{"version"}, "edensync "},
		"bash":               {[]string{"completion", "bash"}, "complete -o default"},
		"commands":           {[]string{"__complete", "jo"}, "jobs\n"},
		"verbs":              {[]string{"__complete", "jobs", "re"}, "remove\nreset\n"},
		"flags":              {[]string{"__complete", "jobs", "add", "Hub", "--run"}, "--run-every\n"},
		"values":             {[]string{"__complete", "conflicts", "decide", ""}, "local\nremote\n"},
		"nothing to propose": {[]string{"__complete", "version", "x"}, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := run(t.Context(), "", test.args...)
			if got.status != 0 || !strings.Contains(got.out, test.want) {
				t.Errorf("%+v", got)
			}
			if len(test.args) > 0 && test.args[0] == "__complete" && got.out != test.want {
				t.Errorf("proposed %q, want %q", got.out, test.want)
			}
		})
	}
}
