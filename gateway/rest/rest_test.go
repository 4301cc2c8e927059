package rest_test

import (
	"bytes"
	"io"
	"net/url"
	"strings"
	"testing"

	"github.com/grpc-ecosystem/grpc-gateway/v2/utilities"
	"google.golang.org/protobuf/proto"

	"github.com/edensync/edensync/gateway/rest"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
)

func TestMarshalEnvelopes(t *testing.T) {
	t.Parallel()
	setup := &configv1.GetSetupResponse{Required: true}
	cases := []struct {
		name  string
		value any
		want  string // "" = error
	}{
		{"message", setup, `{"required":true}`},
		{"result of a stream", map[string]any{"result": setup}, `{"result":{"required":true}}`},
		{"error of a stream", map[string]proto.Message{"error": setup}, `{"error":{"required":true}}`},
		{"no message", map[string]any{"result": 1}, ""},
		{"something else", []int{1}, "[1]"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			err := rest.Marshaler{}.NewEncoder(&out).Encode(c.value)
			if out.String() != c.want || (err == nil) != (c.want != "") {
				t.Errorf("%q %v, want %q", out.String(), err, c.want)
			}
		})
	}
}

func TestDecode(t *testing.T) {
	t.Parallel()
	var task *configv1.Task
	if err := (rest.Marshaler{}).Unmarshal([]byte(`{"mode":"NONE"}`), &task); err != nil || task.GetMode() != configv1.TaskMode_TASK_MODE_NONE {
		t.Errorf("into a field: %v %v", task, err)
	}
	if err := (rest.Marshaler{}).Unmarshal([]byte(" \n"), &task); err != io.EOF { //nolint:errorlint // grpc-gateway gets it so
		t.Errorf("nothing: %v", err)
	}
	if err := (rest.Marshaler{}).Unmarshal([]byte("{}"), new(int)); err == nil {
		t.Error("a number was taken for a message")
	}
	err := (rest.Marshaler{}).Unmarshal([]byte(`{"mode":7.5}`), &task)
	if err == nil || strings.Contains(err.Error(), "\u00a0") || strings.Contains(err.Error(), "edensync.config") {
		t.Errorf("error for people: %v", err)
	}
}

func TestQuery(t *testing.T) {
	t.Parallel()
	cases := []struct {
		query string
		want  string // as the repository's name; "" = error
	}{
		{"repository.name=a", "a"},
		{"repository.moon=a", ""},
		{"repository.name.more=a", ""},
		{"moon=a", ""},
		{"repository.type=MOON", ""},
	}
	for _, c := range cases {
		t.Run(c.query, func(t *testing.T) {
			t.Parallel()
			values, err := url.ParseQuery(c.query)
			if err != nil {
				t.Fatal(err)
			}
			var request configv1.UpdateRepositoryRequest
			err = rest.Query{}.Parse(&request, values, utilities.NewDoubleArray(nil))
			if request.GetRepository().GetName() != c.want || (err == nil) != (c.want != "") {
				t.Errorf("%v %v, want %q", &request, err, c.want)
			}
		})
	}
}
