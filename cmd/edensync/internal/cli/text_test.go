package cli

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	schedulerv1 "github.com/edensync/edensync/proto/gen/edensync/scheduler/v1"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func TestTextAt(t *testing.T) {
	t.Parallel()
	job := &schedulerv1.Job{
		Id: "j1", Enabled: proto.Bool(false), StartTime: timestamppb.New(noon), RunEvery: durationpb.New(90 * time.Minute),
		State: schedulerv1.JobState_JOB_STATE_QUEUED, MaxFailures: 3,
		LastRun: &schedulerv1.LastRun{State: schedulerv1.LastRunState_LAST_RUN_STATE_DONE_WITH_WARNINGS},
	}
	task := &configv1.Task{Strategy: []configv1.StrategyMethod{configv1.StrategyMethod_STRATEGY_METHOD_CREATE, configv1.StrategyMethod_STRATEGY_METHOD_MERGE}}
	tests := []struct {
		message    proto.Message
		path, want string
	}{
		{job, "id", "j1"},
		{job, "enabled", "no"},
		{job, "startTime", "2026-03-01 12:00:00Z"},
		{job, "endTime", ""},
		{job, "runEvery", "1h30m"},
		{job, "maxFailures", "3"},
		{job, "state", "queued"},
		{job, "lastRun.state", "done with warnings"},
		{job, "lastRun.startTime", ""},
		{&schedulerv1.Job{}, "lastRun.state", ""},
		{&schedulerv1.Job{}, "enabled", ""},
		{task, "strategy", "create, merge"},
		{task, "mode", ""},
		{task, "noSuchField", ""},
	}
	for _, test := range tests {
		if got := textAt(test.message, test.path); got != test.want {
			t.Errorf("%s = %q, want %q", test.path, got, test.want)
		}
	}
}

func TestDurationText(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0: "0s", 10 * time.Minute: "10m", 24 * time.Hour: "24h", 90 * time.Second: "1m30s", 10 * time.Second: "10s",
		time.Hour + 10*time.Second: "1h0m10s", 2500 * time.Millisecond: "2.5s", 300 * time.Microsecond: "300µs",
	} {
		if got := durationText(d); got != want {
			t.Errorf("%v = %q, want %q", d, got, want)
		}
	}
}

func TestWhatOtherSitesSendCannotPlayWithTheTerminal(t *testing.T) {
	t.Parallel()
	if got := clean("a\x1b[2Jb\nc\td\u009be\x00"); strings.ContainsAny(got, "\x1b\n\t\u009b\x00") || !strings.HasPrefix(got, "a") {
		t.Errorf("cleaned = %q", got)
	}
	if got := clean("Žižková 東京"); got != "Žižková 東京" {
		t.Errorf("cleaned = %q", got)
	}
}

func TestTimeOf(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Time{
		"now":                       noon,
		"+1h30m":                    noon.Add(90 * time.Minute),
		"-24h":                      noon.Add(-24 * time.Hour),
		"2026-04-02":                time.Date(2026, 4, 2, 0, 0, 0, 0, time.UTC),
		"2026-04-02 08:30":          time.Date(2026, 4, 2, 8, 30, 0, 0, time.UTC),
		"2026-04-02 08:30:15Z":      time.Date(2026, 4, 2, 8, 30, 15, 0, time.UTC),
		"2026-04-02T08:30:15+05:45": time.Date(2026, 4, 2, 2, 45, 15, 0, time.UTC),
	} {
		if got, err := timeOf(text, noon); err != nil || !got.Equal(want) {
			t.Errorf("%q = %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "tomorrow", "+1", "08:30", "2026-13-01"} {
		if got, err := timeOf(text, noon); err == nil {
			t.Errorf("%q was read as %v", text, got)
		}
	}
}

func pointer[T any](v T) *T { return &v }

func TestFill(t *testing.T) {
	t.Parallel()
	job := &schedulerv1.Job{}
	mask, err := fill(job, &jobsAdd{Repository: "x", jobFlags: jobFlags{
		Enabled: pointer(false), StartTime: pointer("+1h"), EndTime: pointer(none), Repeat: pointer(int32(0)), RunEvery: pointer(5 * time.Minute),
	}}, noon)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"enabled", "start_time", "end_time", "repeat", "run_every"}, mask); diff != "" {
		t.Error(diff)
	}
	want := &schedulerv1.Job{Enabled: proto.Bool(false), StartTime: timestamppb.New(noon.Add(time.Hour)), RunEvery: durationpb.New(5 * time.Minute)}
	if diff := cmp.Diff(want, job, protocmp.Transform()); diff != "" {
		t.Error(diff)
	}
}

func TestFillKeepsSecretsReadableForTheSiteOnly(t *testing.T) {
	t.Parallel()
	repository := &configv1.Repository{}
	mask, err := fill(repository, &repositoryFlags{Password: "open sesame"}, noon)
	if err != nil || repository.GetPassword() != "open sesame" || len(mask) != 1 {
		t.Errorf("filled %v, mask %v, %v", repository, mask, err)
	}
}

func TestFillReadsEnumerations(t *testing.T) {
	t.Parallel()
	task := &configv1.Task{Strategy: []configv1.StrategyMethod{configv1.StrategyMethod_STRATEGY_METHOD_MERGE}}
	mask, err := fill(task, &taskFlags{Mode: pointer("pull-and-push"), UpdatePolicy: pointer("Other"), Strategy: []string{none}}, noon)
	if err != nil || len(mask) != 3 {
		t.Fatal(mask, err)
	}
	if task.GetMode() != configv1.TaskMode_TASK_MODE_PULL_AND_PUSH || task.GetUpdatePolicy() != configv1.Policy_POLICY_OTHER {
		t.Errorf("task = %v", task)
	}
	_, err = fill(task, &taskFlags{Mode: pointer("sideways")}, noon)
	if err == nil || !strings.Contains(err.Error(), "pull, push, pull-and-push, none") {
		t.Errorf("err = %v, want the choices", err)
	}
}

func TestQueryOf(t *testing.T) {
	t.Parallel()
	query, err := queryOf(&runsList{State: []string{"failed", "needs_you"}, Since: "-1h", Listing: Listing{Limit: 5}}, noon)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := query.Encode(), "startTime=2026-03-01T11%3A00%3A00Z&states=FAILED&states=NEEDS_YOU"; got != want {
		t.Errorf("query = %s, want %s", got, want)
	}
	query, err = queryOf(&logList{Filter: logFilter{RemoteError: pointer(false), Query: "x"}}, noon)
	if err != nil || query.Encode() != "query=x&remoteError=false" {
		t.Errorf("query = %s, %v", query.Encode(), err)
	}
	if _, err := queryOf(&runsList{Since: "sometime"}, noon); err == nil {
		t.Error("a time that cannot be read was taken")
	}
}

func TestAssign(t *testing.T) {
	t.Parallel()
	record := &transferv1.Record{
		Fields:     []*transferv1.RecordField{{Name: "name", Value: "old"}, {Name: "kept", Value: "k"}},
		References: []*transferv1.RecordReference{{Name: "location_id", ResourceName: "gis_location", Uids: []string{"u0"}}},
	}
	for _, text := range []string{
		"name=A=B", "empty=", "count:=5", "open:=true", `list:=["a"]`, "gone:=null", `quoted:="x"`,
		"location_id@gis_location=u1,u2", "office@org_office=u3",
	} {
		if err := assign(record, text); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	want := &transferv1.Record{
		Fields: []*transferv1.RecordField{
			{Name: "name", Value: "A=B", Kind: transferv1.FieldKind_FIELD_KIND_TEXT},
			{Name: "kept", Value: "k"},
			{Name: "empty", Kind: transferv1.FieldKind_FIELD_KIND_TEXT},
			{Name: "count", Value: "5", Kind: transferv1.FieldKind_FIELD_KIND_NUMBER},
			{Name: "open", Value: "true", Kind: transferv1.FieldKind_FIELD_KIND_BOOLEAN},
			{Name: "list", Value: `["a"]`, Kind: transferv1.FieldKind_FIELD_KIND_JSON},
			{Name: "gone", Kind: transferv1.FieldKind_FIELD_KIND_NULL},
			{Name: "quoted", Value: "x", Kind: transferv1.FieldKind_FIELD_KIND_TEXT},
		},
		References: []*transferv1.RecordReference{
			{Name: "location_id", ResourceName: "gis_location", Uids: []string{"u1", "u2"}},
			{Name: "office", ResourceName: "org_office", Uids: []string{"u3"}},
		},
	}
	if diff := cmp.Diff(want, record, protocmp.Transform()); diff != "" {
		t.Error(diff)
	}
	for _, text := range []string{"name", "=x", "a:=nonsense", "a@b:=1", "@b=c"} {
		if err := assign(record, text); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}
