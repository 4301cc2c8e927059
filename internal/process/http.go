package process

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"
)

// Limits of every HTTP listener. Bodies and answers have no common one: each handler limits its own.
const (
	headerTimeout  = 20 * time.Second
	idleTimeout    = 2 * time.Minute
	writeTimeout   = time.Minute // for each piece of an answer, not for the whole
	maxHeaderBytes = 64 << 10
)

// HTTP is a part of a process that answers HTTP.
type HTTP struct {
	// Name is for error messages.
	Name string
	// Address is where it listens; see Listen.
	Address string
	Listen  ListenOptions
	Handler http.Handler
	// Patience is how long requests under way may take to end when the process stops; then they are cut.
	Patience time.Duration
	// Listening hears of the address once it listens; may be nil.
	Listening func(l *Listener) error
}

// Part is what a Group starts and stops.
func (h HTTP) Part() Part {
	server := h.server()
	var listener *Listener
	return Part{
		Name: h.Name,
		Start: func(ctx context.Context) (err error) {
			if listener, err = Listen(ctx, h.Address, h.Listen); err != nil || h.Listening == nil {
				return err
			}
			return h.Listening(listener)
		},
		Run: func(context.Context) error {
			if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
				return err
			}
			return nil
		},
		Stop: func(ctx context.Context) error {
			ctx, cancel := context.WithTimeout(ctx, h.Patience)
			defer cancel()
			if server.Shutdown(ctx) != nil {
				return server.Close()
			}
			return nil
		},
	}
}

func (h HTTP) server() *http.Server {
	return &http.Server{
		Handler: paced(h.Handler, h.Listen.Now), ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes,
		ErrorLog: slog.NewLogLogger(h.Listen.Logger.Handler(), slog.LevelDebug), // failed handshakes and the like
	}
}

// healthAnswerTime is how long a question about the health of the process may take.
const healthAnswerTime = 15 * time.Second

// HealthPart answers what watches the process, at an address of its own.
func HealthPart(address string, listen ListenOptions, health *Health) Part {
	handler := http.TimeoutHandler(health.Handler(), healthAnswerTime, "The process takes too long to tell how it is.\n")
	return HTTP{Name: "health listener", Address: address, Listen: listen, Handler: handler, Patience: time.Second}.Part()
}

// Waiting answers for a site that cannot be opened yet: its health, and to everything else that it is not ready.
func Waiting(health *Health) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "5")
		answer(w, http.StatusServiceUnavailable, "This site is being started; try again in a moment. /readyz tells what it waits for.\n")
	}))
	for _, path := range []string{"/livez", "/readyz", "/metrics"} {
		mux.Handle("GET "+path, health.Handler())
	}
	return mux
}
