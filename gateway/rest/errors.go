package rest

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/proto/restjson"
)

type requestIDKey struct{}

// WithRequestID keeps the id under which the log knows the request.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestIDKey{}, id)
}

// RequestID is the id under which the log knows the request; "" outside of one.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// Errors writes errors as google.rpc.Status in JSON, and logs those that are nobody's fault but ours.
type Errors struct {
	Logger *slog.Logger
}

// public is what the client may see of err.
func (e Errors) public(ctx context.Context, err error) *apierr.Error {
	shown := apierr.Public(apierr.FromStatus(err))
	if shown.Kind != apierr.KindInternal {
		return shown
	}
	e.Logger.ErrorContext(ctx, "request failed", slog.String("requestId", RequestID(ctx)), slog.Any("error", err))
	if shown.Metadata["requestId"] == "" {
		shown = shown.With("requestId", RequestID(ctx))
	}
	return shown
}

// Write answers err with the HTTP status of its kind.
func (e Errors) Write(w http.ResponseWriter, r *http.Request, err error) {
	if bad := (*runtime.HTTPStatusError)(nil); errors.As(err, &bad) {
		e.Route(w, r, bad.HTTPStatus)
		return
	}
	shown := e.public(r.Context(), err)
	e.write(w, r, runtime.HTTPStatusFromCode(shown.GRPCStatus().Code()), shown)
}

// WriteStatus answers err with a status that HTTP has and gRPC has not.
func (e Errors) WriteStatus(w http.ResponseWriter, r *http.Request, code int, err error) {
	e.write(w, r, code, e.public(r.Context(), err))
}

func (e Errors) write(w http.ResponseWriter, r *http.Request, code int, shown *apierr.Error) {
	if shown.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(shown.RetryAfter.Seconds()+0.999)))
	}
	if shown.Kind == apierr.KindUnauthenticated {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	w.Header().Del("Transfer-Encoding")
	e.message(w, r, code, shown.GRPCStatus().Proto())
}

// Message answers a message.
func (e Errors) Message(w http.ResponseWriter, r *http.Request, m proto.Message) {
	e.message(w, r, http.StatusOK, m)
}

func (e Errors) message(w http.ResponseWriter, r *http.Request, code int, m proto.Message) {
	text, err := restjson.Marshal(m)
	if err != nil {
		e.Logger.ErrorContext(r.Context(), "answer could not be written", slog.Any("error", err))
		code, text = http.StatusInternalServerError, []byte(`{"code":13,"message":"internal error","details":[]}`)
	}
	w.Header().Set("Content-Type", ContentJSON)
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(code)
	_, _ = w.Write(text) //nolint:gosec // JSON, and a client that has gone away is no error of ours
}

// Options make grpc-gateway report errors like this.
func (e Errors) Options() []runtime.ServeMuxOption {
	return []runtime.ServeMuxOption{
		runtime.WithErrorHandler(func(_ context.Context, _ *runtime.ServeMux, _ runtime.Marshaler, w http.ResponseWriter, r *http.Request, err error) {
			e.Write(w, r, err)
		}),
		runtime.WithStreamErrorHandler(func(ctx context.Context, err error) *status.Status {
			return e.public(ctx, err).GRPCStatus()
		}),
		runtime.WithRoutingErrorHandler(func(_ context.Context, _ *runtime.ServeMux, _ runtime.Marshaler, w http.ResponseWriter, r *http.Request, code int) {
			e.Route(w, r, code)
		}),
	}
}

// Route answers a request that fits no call.
func (e Errors) Route(w http.ResponseWriter, r *http.Request, code int) {
	switch code {
	case http.StatusMethodNotAllowed:
		e.WriteStatus(w, r, code, apierr.New(apierr.KindUnimplemented, apierr.ReasonUnimplemented,
			"%s cannot be used with %s; /docs tells what can.", r.Method, r.URL.Path))
	case http.StatusNotFound:
		e.WriteStatus(w, r, code, apierr.New(apierr.KindNotFound, apierr.ReasonNotFound,
			"There is nothing at %s; /docs tells what there is.", r.URL.Path))
	default:
		e.WriteStatus(w, r, code, apierr.New(apierr.KindInvalid, apierr.ReasonInvalidArgument,
			"The request could not be understood, so nothing was done."))
	}
}
