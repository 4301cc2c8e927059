package service_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"

	"github.com/edensync/edensync/gateway/openapi"
	"github.com/edensync/edensync/gateway/service"
	"github.com/edensync/edensync/internal/apierr"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
)

// recorder is a connection that answers nothing but remembers which method was called last.
type recorder struct{ method string }

func (r *recorder) Invoke(_ context.Context, method string, _, reply any, _ ...grpc.CallOption) error {
	if answer, ok := reply.(*configv1.AuthenticateTokenResponse); ok {
		answer.Role, answer.User = configv1.Role_ROLE_ADMINISTRATOR, amina
		return nil
	}
	if strings.HasPrefix(method, "/grpc.health.") {
		return nil
	}
	if answer, ok := reply.(*configv1.Session); ok {
		answer.User = amina
	}
	r.method = method
	return nil
}

func (r *recorder) NewStream(_ context.Context, _ *grpc.StreamDesc, method string, _ ...grpc.CallOption) (grpc.ClientStream, error) {
	r.method = method
	return nil, apierr.New(apierr.KindUnimplemented, apierr.ReasonUnimplemented, "Only recorded.")
}

var placeholder = regexp.MustCompile(`\{[A-Za-z]+\}`)

// TestEveryPathReachesItsMethod sends a request to each documented path. It finds patterns that take the
// requests of others.
func TestEveryPathReachesItsMethod(t *testing.T) {
	t.Parallel()
	to := &recorder{}
	gateway, err := service.Open(t.Context(), service.Settings{}, service.Deps{
		Logger: slog.New(slog.DiscardHandler), Now: time.Now, Config: to, Scheduler: to, Transfer: to, Audit: to,
	})
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Paths map[string]map[string]struct{ OperationID string }
	}
	if err := json.Unmarshal(openapi.Document(), &doc); err != nil {
		t.Fatal(err)
	}
	for path, operations := range doc.Paths {
		for verb, operation := range operations {
			to.method = ""
			target := placeholder.ReplaceAllString(path, "urn:uuid:1")
			if verb == "patch" {
				target += "?updateMask=something"
			}
			r := httptest.NewRequest(strings.ToUpper(verb), target, strings.NewReader("{}"))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Cookie", "__Host-edensync=x; edensync=x")
			if !strings.HasPrefix(path, "/api/v1/session") {
				r.Header.Set("Authorization", "Bearer x")
			}
			w := httptest.NewRecorder()
			gateway.Handler().ServeHTTP(w, r)
			want := "/" + strings.TrimRight(strings.Replace(operation.OperationID, "_", "/", 1), "0123456789")
			if got := to.method; !strings.HasSuffix("/"+got[strings.LastIndexByte(got, '.')+1:], want) {
				t.Errorf("%s %s reached %q (%d %s), want %s", verb, target, got, w.Code, http.StatusText(w.Code), want)
			}
		}
	}
}
