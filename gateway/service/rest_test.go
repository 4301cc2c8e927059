package service_test

import (
	"bufio"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
)

// TestRequests sends what clients send and looks at what the service is asked.
func TestRequests(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	remote := true
	cases := []struct {
		name, method, path, body string
		headers                  []string
		want                     proto.Message
	}{
		{
			"short enums in the query", "GET", "/api/v1/runs?states=DONE&states=NEEDS_YOU&trigger=MANUAL&pageSize=7", "", nil,
			&transferv1.ListRunsRequest{
				PageSize: 7, Trigger: transferv1.RunTrigger_RUN_TRIGGER_MANUAL,
				States: []transferv1.RunState{transferv1.RunState_RUN_STATE_DONE, transferv1.RunState_RUN_STATE_NEEDS_YOU},
			},
		},
		{
			"short enums in the body", "POST", "/api/v1/repositories/r1/tasks", `{"resourceName":"a_b","mode":"PULL","strategy":["CREATE"]}`, nil,
			&configv1.CreateTaskRequest{Task: &configv1.Task{
				RepositoryId: "r1", ResourceName: "a_b", Mode: configv1.TaskMode_TASK_MODE_PULL,
				Strategy: []configv1.StrategyMethod{configv1.StrategyMethod_STRATEGY_METHOD_CREATE},
			}},
		},
		{
			"idempotency", "POST", "/api/v1/repositories/r1:synchronize", `{"timeout":"300s"}`,
			[]string{"Idempotency-Key", "k1"},
			&transferv1.StartRunRequest{RepositoryId: "r1", RequestId: "k1", Timeout: durationpb.New(300e9)},
		},
		{
			"a key in the body counts more", "POST", "/api/v1/repositories/r1:synchronize", `{"requestId":"k2"}`,
			[]string{"Idempotency-Key", "k1"},
			&transferv1.StartRunRequest{RepositoryId: "r1", RequestId: "k2"},
		},
		{
			"no body", "POST", "/api/v1/repositories/r1:synchronize", "", nil,
			&transferv1.StartRunRequest{RepositoryId: "r1"},
		},
		{
			"mask of the body, output ignored", "PATCH", "/api/v1/repositories/r1",
			`{"name":"n","hasPassword":true,"registration":{"state":"FAILED"},"createTime":null,"etag":"v1","acceptPushes":false}`, nil,
			&configv1.UpdateRepositoryRequest{
				Repository: &configv1.Repository{
					Id: "r1", Name: "n", HasPassword: true, Etag: "v1", AcceptPushes: new(bool),
					Registration: &configv1.Registration{State: configv1.RegistrationState_REGISTRATION_STATE_FAILED},
				},
				UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"accept_pushes", "name"}},
			},
		},
		{
			"given mask", "PATCH", "/api/v1/repositories/r1?updateMask=proxyUrl,name", `{"name":"n"}`,
			[]string{"If-Match", `"v3"`},
			&configv1.UpdateRepositoryRequest{
				Repository: &configv1.Repository{Id: "r1", Name: "n", Etag: "v3"},
				UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"name", "proxy_url"}},
			},
		},
		{
			"If-Match of a deletion", "DELETE", "/api/v1/repositories/r1", "",
			[]string{"If-Match", `"v3"`, "Idempotency-Key", "k1"},
			&configv1.DeleteRepositoryRequest{Id: "r1", Etag: "v3", RequestId: "k1"},
		},
		{
			"uid with colons", "GET", "/api/v1/resources/a_b/records/urn:uuid:1-2", "", nil,
			&transferv1.GetRecordRequest{ResourceName: "a_b", Uid: "urn:uuid:1-2"},
		},
		{
			"uid with a slash", "GET", "/api/v1/resources/a_b/records/http:%2F%2Fx%2F1%25", "", nil,
			&transferv1.GetRecordRequest{ResourceName: "a_b", Uid: "http://x/1%"},
		},
		{
			"optional filter", "GET", "/api/v1/logEntries:export?remoteError=true&format=NDJSON&results=ERROR", "", nil,
			&auditv1.ExportLogEntriesRequest{
				RemoteError: &remote, Format: auditv1.ExportFormat_EXPORT_FORMAT_NDJSON, Results: []auditv1.Result{auditv1.Result_RESULT_ERROR},
			},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := s.as("admin", c.method, c.path, c.body, c.headers...)
			if got.StatusCode != http.StatusOK {
				t.Fatalf("%d %s", got.StatusCode, got.body)
			}
			request, caller := s.last()
			if diff := cmp.Diff(c.want, request, protocmp.Transform()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if caller.User != "Amina" || caller.Role != "ADMINISTRATOR" || caller.Service != "gateway" {
				t.Errorf("caller = %+v", caller)
			}
		})
	}
}

func TestHeadersCannotNameACaller(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.as("viewer", "GET", "/api/v1/runs", "", "Grpc-Metadata-Edensync-Role", "ADMINISTRATOR", "Edensync-User", "root", "Grpc-Metadata-Edensync-Service", "transfer")
	if _, caller := s.last(); caller.Role != "VIEWER" || caller.User != "Amina" || caller.Service != "gateway" {
		t.Errorf("caller = %+v", caller)
	}
}

// TestErrors looks at status, reason and details of what goes wrong.
func TestErrors(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	cases := []struct {
		name, method, path, body string
		code                     int
		reason, contains         string
	}{
		{"not found", "GET", "/api/v1/repositories/x", "", 404, "NOT_FOUND", `"metadata":{"id":"x","what":"repository"}`},
		{"fields", "POST", "/api/v1/repositories/r1/tasks", "{}", 400, "INVALID_ARGUMENT", `"fieldViolations":[{"field":"resourceName","description":"is missing"`},
		{"stale", "PATCH", "/api/v1/repositories/r1", `{"name":"n","etag":"old"}`, 409, "STALE", "Changed."},
		{"nothing to change", "PATCH", "/api/v1/repositories/r1", `{"hasPassword":true}`, 400, "INVALID_ARGUMENT", `"field":"updateMask"`},
		{"empty change", "PATCH", "/api/v1/repositories/r1", `{}`, 400, "INVALID_ARGUMENT", `"field":"updateMask"`},
		{"unknown field", "POST", "/api/v1/repositories/r1/tasks", `{"labell":"x"}`, 400, "INVALID_ARGUMENT", "labell"},
		{"unknown value", "POST", "/api/v1/repositories/r1/tasks", `{"mode":"SIDEWAYS"}`, 400, "INVALID_ARGUMENT", "SIDEWAYS"},
		{"no JSON", "POST", "/api/v1/repositories/r1/tasks", `{`, 400, "INVALID_ARGUMENT", "correct it"},
		{"unknown parameter", "GET", "/api/v1/runs?sates=DONE", "", 400, "INVALID_ARGUMENT", "sates"},
		{"unknown path", "GET", "/api/v1/nothing", "", 404, "NOT_FOUND", "/docs"},
		{"wrong method", "PUT", "/api/v1/repositories/r1", "{}", 405, "UNIMPLEMENTED", "PUT"},
		{"wrong method of a session", "PUT", "/api/v1/session", "{}", 405, "UNIMPLEMENTED", "PUT"},
		{"service without method", "GET", "/api/v1/settings", "", 501, "UNIMPLEMENTED", ""},
		{"defect", "GET", "/api/v1/repositories/broken", "", 500, "INTERNAL", `"requestId":"`},
		{"panic", "GET", "/api/v1/repositories/panic", "", 500, "INTERNAL", `"requestId":"`},
		{"service down", "GET", "/api/v1/jobs", "", 503, "UNAVAILABLE", "does not answer"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := s.as("admin", c.method, c.path, c.body)
			if got.StatusCode != c.code || got.Header.Get("Content-Type") != "application/json" {
				t.Fatalf("%d %s %s", got.StatusCode, got.Header.Get("Content-Type"), got.body)
			}
			if got.reason(t) != c.reason || !strings.Contains(got.body, c.contains) {
				t.Errorf("%s, want %s and %s", got.body, c.reason, c.contains)
			}
			if strings.Contains(got.body, "secret of the house") || strings.Contains(got.body, "bones of the house") {
				t.Errorf("%s tells too much", got.body)
			}
		})
	}
}

func TestTooLarge(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	got := s.as("admin", "POST", "/api/v1/repositories/r1/tasks", `{"resourceName":"`+strings.Repeat("x", 9<<20)+`"}`)
	if got.StatusCode != http.StatusRequestEntityTooLarge || got.reason(t) != "LIMIT_EXCEEDED" {
		t.Errorf("%d %s", got.StatusCode, got.body)
	}
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	got := s.as("viewer", "GET", "/api/v1/repositories/r1", "")
	if !strings.Contains(got.body, `"type":"EDEN"`) || strings.Contains(got.body, `"password"`) || got.Header.Get("ETag") != `"v7"` {
		t.Errorf("%s, ETag %s", got.body, got.Header.Get("ETag"))
	}
	for name, want := range map[string]string{
		"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
	} {
		if got.Header.Get(name) != want {
			t.Errorf("%s = %q, want %q", name, got.Header.Get(name), want)
		}
	}
	for name := range got.Header {
		if strings.HasPrefix(name, "Grpc") {
			t.Errorf("header %s came out", name)
		}
	}
}

func TestStatusKnowsAllServices(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	got := s.as("viewer", "GET", "/api/v1/status", "")
	for _, want := range []string{`"siteName":"Nairobi"`, `{"name":"config","ready":true,"message":""}`, `{"name":"scheduler","ready":false,"message":"`} {
		if !strings.Contains(got.body, want) {
			t.Errorf("%s lacks %s", got.body, want)
		}
	}
}

func TestStream(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	got := s.as("viewer", "GET", "/api/v1/runs/n1:watch", "")
	if got.Header.Get("Content-Type") != "application/x-ndjson" || got.Header.Get("X-Accel-Buffering") != "no" {
		t.Errorf("headers = %v", got.Header)
	}
	lines := strings.Split(strings.TrimSpace(got.body), "\n")
	if len(lines) != 2 || !strings.HasPrefix(lines[0], `{"result":{"snapshot":{"id":"n1"`) || !strings.Contains(lines[0], `"state":"RUNNING"`) ||
		lines[1] != `{"result":{"heartbeat":{"time":null},"seq":"2"}}` {
		t.Errorf("lines = %q", lines)
	}
}

func TestStreamSendsAtOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, c := range []struct{ method, path, body string }{
		{"GET", "/api/v1/runs/endless:watch", ""},
		{"POST", "/api/v1/repositories:watchTestConnection", `{"connection":{"url":"endless"}}`},
		{"POST", "/api/v1/repositories/r1:watchTestConnection", `{"connection":{"url":"endless"}}`},
	} {
		request, err := http.NewRequestWithContext(t.Context(), c.method, s.URL+c.path, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer token-admin")
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Accept-Encoding", "gzip")
		response, err := s.Client().Do(request)
		if err != nil {
			t.Fatal(err)
		}
		line, err := bufio.NewReader(response.Body).ReadString('\n') // hangs if the first message waits for more
		if err != nil || !strings.HasPrefix(line, `{"result":`) || response.Header.Get("X-Accel-Buffering") != "no" {
			t.Errorf("%s: %q %v, %v", c.path, line, err, response.Header)
		}
		_ = response.Body.Close()
	}
}

func TestAConnectionTestIsStreamed(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	got := s.as("admin", "POST", "/api/v1/repositories/r1:watchTestConnection", `{"connection":{"url":"https://k.example.org/eden","password":"hush"}}`)
	lines := strings.Split(strings.TrimSpace(got.body), "\n")
	if got.Header.Get("Content-Type") != "application/x-ndjson" || len(lines) != 2 || !strings.Contains(lines[0], `"name":"PORT","state":"RUNNING"`) ||
		!strings.Contains(lines[0], `"done":false`) || !strings.Contains(lines[1], `"done":true`) {
		t.Errorf("%v %q", got.Header, lines)
	}
	request, _ := s.last()
	if in, ok := request.(*transferv1.WatchTestConnectionRequest); !ok || in.GetRepositoryId() != "r1" || in.GetConnection().GetPassword() != "hush" {
		t.Errorf("request = %v", request)
	}
	if got := s.as("operator", "POST", "/api/v1/repositories:watchTestConnection", `{}`); got.StatusCode != http.StatusForbidden {
		t.Errorf("as an operator: %d", got.StatusCode)
	}
	if got := s.as("admin", "POST", "/api/v1/repositories:watchTestConnection", `{}`, "Content-Type", "text/plain"); got.StatusCode != http.StatusUnsupportedMediaType {
		t.Errorf("as text: %d", got.StatusCode)
	}
}

func TestStreamErrors(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	got := s.as("viewer", "GET", "/api/v1/runs/missing:watch", "")
	if got.StatusCode != http.StatusNotFound || !strings.HasPrefix(got.body, `{"error":{"code":5,`) || !strings.Contains(got.body, `"NOT_FOUND"`) {
		t.Errorf("before the first message: %d %s", got.StatusCode, got.body)
	}
	got = s.as("viewer", "GET", "/api/v1/runs/breaks:watch", "")
	lines := strings.Split(strings.TrimSpace(got.body), "\n")
	if got.StatusCode != http.StatusOK || len(lines) != 2 || !strings.HasPrefix(lines[1], `{"error":{"code":14,`) {
		t.Errorf("later: %d %q", got.StatusCode, lines)
	}
	if got := s.do("GET", "/api/v1/runs/n1:watch", ""); got.StatusCode != http.StatusUnauthorized {
		t.Errorf("nobody: %d %s", got.StatusCode, got.body)
	}
}

func TestExport(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	got := s.as("viewer", "GET", "/api/v1/logEntries:export", "")
	if got.body != "time,message\n1,a\n2,b\n" || got.Header.Get("Content-Type") != "text/csv; charset=utf-8" ||
		got.Header.Get("Content-Disposition") != `attachment; filename="edensync-log-20291231T230000Z.csv"` {
		t.Errorf("%q %v", got.body, got.Header)
	}
	got = s.as("viewer", "GET", "/api/v1/logEntries:export?format=NDJSON", "")
	if got.Header.Get("Content-Type") != "application/x-ndjson" || !strings.HasSuffix(got.Header.Get("Content-Disposition"), `.ndjson"`) {
		t.Errorf("%v", got.Header)
	}
	got = s.as("viewer", "GET", "/api/v1/logEntries:export?query=refused", "")
	if got.StatusCode != http.StatusBadRequest || got.reason(t) != "INVALID_ARGUMENT" {
		t.Errorf("refused: %d %s", got.StatusCode, got.body)
	}
	if got := s.as("viewer", "GET", "/api/v1/logEntries:export?frmat=CSV", ""); got.StatusCode != http.StatusBadRequest {
		t.Errorf("unknown parameter: %d", got.StatusCode)
	}
	if got := s.do("GET", "/api/v1/logEntries:export", ""); got.StatusCode != http.StatusUnauthorized {
		t.Errorf("nobody: %d", got.StatusCode)
	}
}

func TestBrokenExportIsNoWholeFile(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/api/v1/logEntries:export?query=breaks", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer token-viewer")
	response, err := s.Client().Do(request)
	if err == nil {
		defer func() { _ = response.Body.Close() }()
		_, err = bufio.NewReader(response.Body).WriteTo(discard{})
	}
	if err == nil {
		t.Error("the file looks complete")
	}
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

func TestPages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	cases := []struct{ path, kind, contains string }{
		{"/", "text/html; charset=utf-8", "<title>edensync</title>"},
		{"/repositories/1/log", "text/html; charset=utf-8", "<title>edensync</title>"},
		{"/docs", "text/html; charset=utf-8", `<code>/api/v1/repositories/{id}</code>`},
		{"/docs/style.css", "text/css; charset=utf-8", "color-scheme"},
		{"/openapi.json", "application/json", `"swagger": "2.0"`},
	}
	for _, c := range cases {
		t.Run(c.path, func(t *testing.T) {
			t.Parallel()
			got := s.do("GET", c.path, "")
			if got.StatusCode != http.StatusOK || got.Header.Get("Content-Type") != c.kind || !strings.Contains(got.body, c.contains) {
				t.Errorf("%d %s lacks %s", got.StatusCode, got.Header.Get("Content-Type"), c.contains)
			}
			if !strings.HasPrefix(got.Header.Get("Content-Security-Policy"), "default-src 'none'; script-src 'self';") {
				t.Errorf("policy = %s", got.Header.Get("Content-Security-Policy"))
			}
			for _, inline := range []string{"<script>", "<style", "style=", "onclick", "http://", "https://"} {
				if c.kind != "application/json" && strings.Contains(got.body, inline) && !strings.Contains(got.body, "https://example.org") {
					t.Errorf("the page has %s", inline)
				}
			}
		})
	}
	if got := s.do("GET", "/docs/elsewhere", ""); got.StatusCode != http.StatusNotFound {
		t.Errorf("elsewhere: %d", got.StatusCode)
	}
}
