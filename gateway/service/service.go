// Package service puts the gateway together: the REST door of a site. It needs nothing but connections to
// the four services; whatever it knows, it asks them.
package service

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"github.com/klauspost/compress/gzhttp"
	"github.com/klauspost/compress/gzip"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/edensync/edensync/gateway/auth"
	auditgw "github.com/edensync/edensync/gateway/gen/edensync/audit/v1"
	configgw "github.com/edensync/edensync/gateway/gen/edensync/config/v1"
	schedulergw "github.com/edensync/edensync/gateway/gen/edensync/scheduler/v1"
	transfergw "github.com/edensync/edensync/gateway/gen/edensync/transfer/v1"
	"github.com/edensync/edensync/gateway/pages"
	"github.com/edensync/edensync/gateway/rest"
	"github.com/edensync/edensync/gateway/web"
	"github.com/edensync/edensync/internal/apierr"
	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	schedulerv1 "github.com/edensync/edensync/proto/gen/edensync/scheduler/v1"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
)

// Service is the gateway. It has no state of its own, so any number may stand side by side.
type Service struct {
	logger  *slog.Logger
	now     func() time.Time
	errors  rest.Errors
	config  neighbour
	streams prometheus.Gauge
	handler http.Handler
	ending  context.Context // ends when the process begins to end
	drain   context.CancelFunc
}

// Open puts the gateway together. It calls nobody yet.
func Open(ctx context.Context, settings Settings, deps Deps) (*Service, error) {
	s := &Service{
		logger: deps.Logger, now: deps.Now, errors: rest.Errors{Logger: deps.Logger},
		config: neighbour{"config", deps.Config},
		streams: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "edensync_gateway_streams", Help: "Streams to browsers and programs that are open.",
		}),
	}
	provider, err := settings.provider(deps.Now)
	if err != nil {
		return nil, err
	}
	s.ending, s.drain = context.WithCancel(context.WithoutCancel(ctx))
	api, err := s.api(ctx, deps)
	if err != nil {
		return nil, fmt.Errorf("open gateway: %w", err)
	}
	reference, err := pages.New()
	if err != nil {
		return nil, fmt.Errorf("open gateway: %w", err)
	}
	guard := auth.New(auth.Options{
		Sessions: configv1.NewSessionServiceClient(deps.Config), Errors: s.errors, Now: deps.Now,
		TrustedProxies: settings.TrustedProxies, Logger: deps.Logger, NoPasswords: settings.NoPasswords,
		Provider: provider, ProviderIssuer: settings.Provider.Issuer, ProviderName: settings.Provider.Name,
	})
	app, err := web.New(web.Options{Files: web.Files(), SetupRequired: guard.SetupRequired})
	if err != nil {
		return nil, fmt.Errorf("open gateway: %w", err)
	}
	calls := http.NewServeMux()
	guard.Handle(calls)
	calls.HandleFunc("GET /api/v1/logEntries:export", s.exportLog(auditv1.NewLogServiceClient(door{deps.Audit})))
	calls.Handle("/", api)
	if err := s.handleOwn(ctx, calls, deps); err != nil {
		return nil, fmt.Errorf("open gateway: %w", err)
	}
	s.handler = s.routes(guard, calls, reference, app, deps)
	return s, nil
}

// routes joins the doors of the site: API, its description, the app, and what watches the process.
func (s *Service) routes(guard *auth.Guard, calls, reference, app http.Handler, deps Deps) http.Handler {
	doors := http.NewServeMux()
	doors.Handle("/api/", compress(noStore(guard.Admit(s.legible(guard.Protect(guard.Identify(s.countStreams(calls))))))))
	if federated := guard.Federated(); federated != nil {
		doors.Handle("/oidc/", noStore(guard.Admit(federated)))
	}
	for _, path := range []string{"/docs", "/docs/", "/openapi.json"} {
		doors.Handle(path, compress(reference))
	}
	doors.Handle("/", app) // It was packed when it was built.
	if deps.Health != nil {
		for _, path := range []string{"/livez", "/readyz", "/metrics"} {
			doors.Handle("GET "+path, deps.Health)
		}
	}
	return s.outermost(doors)
}

// compress packs answers for poor links, fast rather than small: with the usual level an answer of two kilobytes takes a megabyte of
// memory. Streams must leave at once and files are read by programs, so both go out as they are.
func compress(next http.Handler) http.Handler {
	wrap, err := gzhttp.NewWrapper(gzhttp.CompressionLevel(gzip.BestSpeed))
	if err != nil {
		panic("gzip: " + err.Error()) // the level is a constant
	}
	packed := wrap(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isStream(r) || verb(r) == "export" {
			next.ServeHTTP(w, r)
			return
		}
		packed.ServeHTTP(w, r)
	})
}

// verb is the custom method at the end of a path, such as "watch" of "/api/v1/runs/1:watch".
func verb(r *http.Request) string {
	_, verb, _ := strings.Cut(r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:], ":")
	return verb
}

// isStream tells whether the answer comes line by line, as things happen.
func isStream(r *http.Request) bool { return strings.HasPrefix(verb(r), "watch") }

// errEnding is the last that streams hear when the process begins to end.
var errEnding error = apierr.New(apierr.KindUnavailable, apierr.ReasonUnavailable,
	"This part of the site is being stopped, so the stream ends here; connect again.").After(time.Second)

// Drain ends all streams with a hint to connect again.
func (s *Service) Drain() { s.drain() }

// countStreams measures how many streams are open, and ends them when the process does.
func (s *Service) countStreams(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isStream(r) {
			next.ServeHTTP(w, r)
			return
		}
		s.streams.Inc()
		defer s.streams.Dec()
		ctx, cancel := context.WithCancelCause(r.Context())
		defer cancel(nil)
		defer context.AfterFunc(s.ending, func() { cancel(errEnding) })()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// Collectors are what the gateway measures.
func (s *Service) Collectors() []prometheus.Collector { return []prometheus.Collector{s.streams} }

// useQuery sets the parser of query parameters. grpc-gateway keeps it in a variable of the whole process, in
// which several sites may run.
var useQuery = sync.OnceFunc(func() { runtime.NewServeMux(runtime.SetQueryParameterParser(rest.Query{})) })

// api is the generated part of the REST interface.
func (s *Service) api(ctx context.Context, deps Deps) (*runtime.ServeMux, error) {
	mux := s.newMux()
	if err := register(ctx, mux, deps, s.logger); err != nil {
		return nil, err
	}
	return mux, nil
}

// options are how all generated handlers speak.
func (s *Service) options() []runtime.ServeMuxOption {
	useQuery()
	return append(s.errors.Options(),
		runtime.WithMarshalerOption(runtime.MIMEWildcard, rest.Marshaler{}),
		runtime.WithUnescapingMode(runtime.UnescapingModeAllCharacters),
		runtime.WithIncomingHeaderMatcher(func(string) (string, bool) { return "", false }),
		runtime.WithOutgoingHeaderMatcher(func(string) (string, bool) { return "", false }),
		runtime.WithOutgoingTrailerMatcher(func(string) (string, bool) { return "", false }),
		runtime.WithForwardResponseOption(answerETag),
		runtime.WithDisablePathLengthFallback(),
		runtime.WithDisableHTTPMethodOverride(),
	)
}

// register adds every public method to mux. Sessions are not among them: package auth answers their paths.
func register(ctx context.Context, mux *runtime.ServeMux, deps Deps, logger *slog.Logger) error {
	config, scheduler, transfer, audit := door{deps.Config}, door{deps.Scheduler}, door{deps.Transfer}, door{deps.Audit}
	settings := statusClient{configv1.NewSettingsServiceClient(config), []neighbour{
		{"config", deps.Config}, {"scheduler", deps.Scheduler}, {"transfer", deps.Transfer}, {"audit", deps.Audit},
	}}
	repositories := repositoriesClient{
		configv1.NewRepositoryServiceClient(config), transferv1.NewActivityServiceClient(deps.Transfer),
		schedulerv1.NewJobServiceClient(deps.Scheduler), logger,
	}
	for _, err := range []error{
		configgw.RegisterSettingsServiceHandlerClient(ctx, mux, settings),
		configgw.RegisterRepositoryServiceHandlerClient(ctx, mux, repositories),
		configgw.RegisterTaskServiceHandlerClient(ctx, mux, configv1.NewTaskServiceClient(config)),
		configgw.RegisterUserServiceHandlerClient(ctx, mux, configv1.NewUserServiceClient(config)),
		configgw.RegisterTokenServiceHandlerClient(ctx, mux, configv1.NewTokenServiceClient(config)),
		schedulergw.RegisterJobServiceHandlerClient(ctx, mux, schedulerv1.NewJobServiceClient(scheduler)),
		transfergw.RegisterActivityServiceHandlerClient(ctx, mux, transferv1.NewActivityServiceClient(transfer)),
		transfergw.RegisterRunServiceHandlerClient(ctx, mux, transferv1.NewRunServiceClient(transfer)),
		transfergw.RegisterConflictServiceHandlerClient(ctx, mux, transferv1.NewConflictServiceClient(transfer)),
		transfergw.RegisterRejectServiceHandlerClient(ctx, mux, transferv1.NewRejectServiceClient(transfer)),
		transfergw.RegisterRecordServiceHandlerClient(ctx, mux, transferv1.NewRecordServiceClient(transfer)),
		transfergw.RegisterPeerServiceHandlerClient(ctx, mux, transferv1.NewPeerServiceClient(transfer)),
		auditgw.RegisterLogServiceHandlerClient(ctx, mux, auditv1.NewLogServiceClient(audit)),
	} {
		if err != nil {
			return fmt.Errorf("register REST handlers: %w", err)
		}
	}
	return nil
}

// Handler is the whole site: API, pages, health.
func (s *Service) Handler() http.Handler { return s.handler }

// Ready says why the gateway cannot work now: without config nobody can sign in.
func (s *Service) Ready(ctx context.Context) error { return s.config.health(ctx) }
