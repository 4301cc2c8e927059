package restjson_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/timestamppb"

	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
	"github.com/edensync/edensync/proto/restjson"
)

// messages cover enums alone, in lists, within messages and within lists of messages, and records within
// records.
var messages = []proto.Message{
	&configv1.Task{
		RepositoryId: "r", ResourceName: "org_organisation", Mode: configv1.TaskMode_TASK_MODE_PULL,
		Strategy:     []configv1.StrategyMethod{configv1.StrategyMethod_STRATEGY_METHOD_CREATE, configv1.StrategyMethod_STRATEGY_METHOD_MERGE},
		UpdatePolicy: configv1.Policy_POLICY_THIS, ConflictPolicy: configv1.Policy_POLICY_MASTER,
		Filters:      []*configv1.Filter{{Tablename: "org_office", FilterString: `~.name__like="POLICY_THIS", {x} \ ü`}},
		LastPullTime: timestamppb.New(timestamppb.Now().AsTime()),
	},
	&configv1.Repository{
		Name: "Nairobi", Type: configv1.RepositoryType_REPOSITORY_TYPE_EDEN, AcceptPushes: proto.Bool(false), Password: "x",
		Registration: &configv1.Registration{State: configv1.RegistrationState_REGISTRATION_STATE_FAILED, Message: "REGISTRATION_STATE_FAILED"},
	},
	&transferv1.Run{
		Id: "1", State: transferv1.RunState_RUN_STATE_RUNNING, Counts: &transferv1.Counts{Received: 9007199254740993},
		Tasks: []*transferv1.TaskRun{
			{Direction: transferv1.Direction_DIRECTION_PULL, State: transferv1.TaskRunState_TASK_RUN_STATE_DONE, Expected: proto.Int64(0)},
			{Direction: transferv1.Direction_DIRECTION_PUSH},
		},
	},
	&transferv1.Record{
		ResourceName: "a_b", Uid: "urn:uuid:1", Fields: []*transferv1.RecordField{{Name: "n", Value: "1", Kind: transferv1.FieldKind_FIELD_KIND_NUMBER}},
		Components: []*transferv1.Record{{Components: []*transferv1.Record{{Fields: []*transferv1.RecordField{{Kind: transferv1.FieldKind_FIELD_KIND_NULL}}}}}},
	},
	&transferv1.DecideConflictRequest{
		Side:       transferv1.ConflictSide_CONFLICT_SIDE_LOCAL,
		FieldSides: map[string]transferv1.ConflictSide{"phone1": transferv1.ConflictSide_CONFLICT_SIDE_REMOTE, "CONFLICT_SIDE_LOCAL": transferv1.ConflictSide_CONFLICT_SIDE_LOCAL},
	},
	&auditv1.LogEntry{Mode: auditv1.Mode_MODE_NONE, Result: auditv1.Result_RESULT_FATAL},
	&configv1.GetSettingsRequest{},
}

func TestEnumsInMaps(t *testing.T) {
	t.Parallel()
	in := &transferv1.DecideConflictRequest{}
	if err := restjson.Unmarshal([]byte(`{"side":"LOCAL","fieldSides":{"phone1":"REMOTE","name":"CONFLICT_SIDE_LOCAL"}}`), in); err != nil ||
		in.GetFieldSides()["phone1"] != transferv1.ConflictSide_CONFLICT_SIDE_REMOTE || in.GetFieldSides()["name"] != transferv1.ConflictSide_CONFLICT_SIDE_LOCAL {
		t.Errorf("read: %v, %v", in, err)
	}
	delete(in.GetFieldSides(), "name")
	if text, err := restjson.Marshal(in); err != nil || !strings.Contains(string(text), `"fieldSides":{"phone1":"REMOTE"}`) {
		t.Errorf("written: %s, %v", text, err)
	}
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for _, message := range messages {
		text, err := restjson.Marshal(message)
		if err != nil {
			t.Fatal(err)
		}
		back := proto.Clone(message)
		proto.Reset(back)
		if err := restjson.Unmarshal(text, back); err != nil {
			t.Fatalf("read %s: %v", text, err)
		}
		if diff := cmp.Diff(message, back, protocmp.Transform()); diff != "" {
			t.Errorf("%s came back changed (-sent +got):\n%s", text, diff)
		}
	}
}

func TestMarshalIsWhatClientsRead(t *testing.T) {
	t.Parallel()
	text, err := restjson.Marshal(&configv1.Task{ResourceName: "a_b", Mode: configv1.TaskMode_TASK_MODE_PULL_AND_PUSH, Strategy: []configv1.StrategyMethod{2}})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"repositoryId":"","resourceName":"a_b","mode":"PULL_AND_PUSH","strategy":["UPDATE"],"updatePolicy":"UNSPECIFIED",` +
		`"conflictPolicy":"UNSPECIFIED","filters":[],"lastPullTime":null,"lastPushTime":null,"createTime":null,"updateTime":null,"etag":""}`
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEmptySecretsAreLeftOut(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name    string
		message proto.Message
		want    string // "" = no member
	}{
		{"empty password", &configv1.Repository{}, ""},
		{"password", &configv1.Repository{Password: "p"}, `"password":"p"`},
		{"empty first member", &configv1.CreateSessionResponse{}, ""},
		{"new token", &configv1.Token{Secret: "p"}, `"secret":"p"`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			text, err := restjson.Marshal(c.message)
			if err != nil {
				t.Fatal(err)
			}
			if !json.Valid(text) {
				t.Fatalf("not JSON: %s", text)
			}
			has := strings.Contains(string(text), `"password":`) || strings.Contains(string(text), `"secret":`) || strings.Contains(string(text), `"token":`)
			if has != (c.want != "") || !strings.Contains(string(text), c.want) {
				t.Errorf("want %q in %s", c.want, text)
			}
		})
	}
}

func TestUnmarshal(t *testing.T) {
	t.Parallel()
	pull := &configv1.Task{Mode: configv1.TaskMode_TASK_MODE_PULL}
	cases := []struct {
		name, text string
		want       proto.Message // nil = error
	}{
		{"short", `{"mode":"PULL"}`, pull},
		{"long", `{"mode":"TASK_MODE_PULL"}`, pull},
		{"number", `{"mode":1}`, pull},
		{"null", `{"mode":null}`, &configv1.Task{}},
		{"white space", " {\n \"mode\" : \"PULL\" }\r\n", pull},
		{"proto's name", `{"resource_name":"a","update_policy":"THIS"}`, &configv1.Task{ResourceName: "a", UpdatePolicy: configv1.Policy_POLICY_THIS}},
		{"list", `{"strategy":["CREATE", "STRATEGY_METHOD_DELETE"]}`, &configv1.Task{Strategy: []configv1.StrategyMethod{1, 3}}},
		{"unknown value", `{"mode":"SIDEWAYS"}`, nil},
		{"unknown field", `{"moed":"PULL"}`, nil},
		{"two words", `{"filters":[1 2]}`, nil},
		{"comma at the end", `{"mode":"PULL",}`, nil},
		{"comma at the start", `{,"mode":"PULL"}`, nil},
		{"cut", `{"mode":"PU`, nil},
		{"cut escape", `{"mode":"PU\`, nil},
		{"rest", `{"mode":"PULL"} x`, nil},
		{"empty", ``, nil},
		{"wrong bracket", `{"filters":[}`, nil},
		{"deep", strings.Repeat(`{"filters":`, 100000), nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var got configv1.Task
			err := restjson.Unmarshal([]byte(c.text), &got)
			if (err == nil) != (c.want != nil) {
				t.Fatalf("error = %v, want message = %v", err, c.want)
			}
			if c.want == nil {
				return
			}
			if diff := cmp.Diff(c.want, &got, protocmp.Transform()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestUnmarshalAnswerIgnoresTheUnknown(t *testing.T) {
	t.Parallel()
	var got configv1.Task
	if err := restjson.UnmarshalAnswer([]byte(`{"new":{"a":[1,"}"]},"mode":"NONE"}`), &got); err != nil {
		t.Fatal(err)
	}
	if got.GetMode() != configv1.TaskMode_TASK_MODE_NONE {
		t.Errorf("mode = %v", got.GetMode())
	}
}

// FuzzUnmarshal looks for texts that are no JSON and are taken nevertheless, and for panics.
func FuzzUnmarshal(f *testing.F) {
	for _, message := range messages {
		text, err := restjson.Marshal(message)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(`{"filters":[{"tablename":"a"} {"tablename":"b"}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, m := range []proto.Message{&configv1.Task{}, &transferv1.Record{}, &transferv1.Run{}} {
			if err := restjson.UnmarshalAnswer(text, m); err == nil && !json.Valid(text) {
				t.Errorf("%q was taken as %T", text, m)
			}
		}
	})
}
