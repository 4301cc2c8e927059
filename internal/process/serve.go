package process

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"time"

	"google.golang.org/grpc"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/redact"
	"github.com/edensync/edensync/internal/rpc"
	"github.com/edensync/edensync/internal/trace"
	"github.com/edensync/edensync/internal/version"
)

// ServiceSettings are those of a process that runs one service; embed. ${listen}
// and ${health} are given to Parse.
type ServiceSettings struct {
	Listen          string `help:"Address for calls of the other services." default:"${listen}"`
	HealthListen    string `help:"Address that answers /livez, /readyz and /metrics." default:"${health}"`
	TLSClientCA     string `name:"tls-client-ca" help:"Authorities (PEM); callers must show a certificate that they signed, with the name of their service. Read again when the file changes." type:"path" placeholder:"FILE"`
	ClusterSettings `embed:""`
	TLSSettings     `embed:""`
	Log             LogSettings `embed:"" prefix:"log-"`
}

// Service is what a process can serve; every service package has one.
type Service interface {
	// Register adds the handlers to the server.
	Register(grpc.ServiceRegistrar)
	// Authorize refuses calls that the caller may not make.
	Authorize(ctx context.Context, fullMethod string, c rpc.Caller) error
	// Run works in the background until ctx ends.
	Run(ctx context.Context) error
	// Ready says why the service cannot work now.
	Ready(ctx context.Context) error
	// Close frees what was taken to open it.
	Close() error
}

// Process runs one service as a process of its own.
type Process struct {
	// Name of the service, as its neighbours know it.
	Name     string
	Settings ServiceSettings
	// Data is the folder that keeps a generated certificate.
	Data   string
	Logger *slog.Logger
	Now    func() time.Time
	// Open makes the service. It is called again while what it needs is away: a
	// database, a disk, a key that is mounted late.
	Open func(ctx context.Context, neighbours *Connections) (Service, error)
	// Parts are those that only this process has, such as another listener; they
	// are started once the service is open. May be nil.
	Parts func(service Service, listen ListenOptions) []Part
}

// grpcPatience is how long calls under way may take to end when the process
// stops.
const grpcPatience = 5 * time.Second

// Run works until ctx ends: health and metrics on their address from the start,
// the service as soon as it can be opened. When ctx ends the process first says
// that it is not ready any more and ends its streams, then lets what is under way
// end, then stops the work in the background, which gives its leases back.
func (p Process) Run(ctx context.Context) (err error) {
	SaveMemory()
	if err := p.Settings.guarded(); err != nil {
		return err
	}
	stop, err := trace.Start(ctx, p.Name, version.String())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, Flush(ctx, stop)) }()
	neighbours, err := p.Settings.Connect(p.Name, p.Settings.TLSSettings, p.Logger, p.Now)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, neighbours.Close()) }()
	p.Logger.Info("starting", slog.String("service", p.Name), slog.String("version", version.String()),
		slog.String("listen", p.Settings.Listen), slog.String("health", p.Settings.HealthListen))
	return p.group(neighbours).Run(ctx)
}

// Flush sends the last traces; a collector that is away does not hold the end up.
func Flush(ctx context.Context, stop func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if err := stop(ctx); err != nil && ctx.Err() == nil {
		return fmt.Errorf("send the last traces: %w", err)
	}
	return nil
}

// patient are the errors after which a process of a hub tries again: somebody
// may mend them without touching it.
var patient = []apierr.Kind{apierr.KindUnavailable, apierr.KindExhausted, apierr.KindPrecondition}

func (p Process) group(neighbours *Connections) *Group {
	health := NewHealth()
	opening := &Opening{Name: p.Name, Logger: p.Logger, Patient: patient}
	health.Add(p.Name, opening.Ready)
	listen := ListenOptions{TLS: p.Settings.TLSSettings, Data: p.Data, Logger: p.Logger, Now: p.Now}
	group := &Group{}
	group.Add(HealthPart(p.Settings.HealthListen, listen, health))
	group.Add(Part{Name: p.Name, Start: func(ctx context.Context) error {
		var service Service
		err := opening.Do(ctx, func(ctx context.Context) (err error) {
			service, err = p.Open(ctx, neighbours)
			return err
		})
		if err == nil {
			p.work(group, service, health, listen)
		}
		return err
	}})
	return group
}

// work adds what the process does once its service is open.
func (p Process) work(group *Group, service Service, health *Health, listen ListenOptions) {
	health.Replace(p.Name, service.Ready)
	health.Watch(service)
	server := rpc.NewServer(rpc.ServerOptions{
		Logger: p.Logger, Authorize: service.Authorize, Ready: service.Ready, Key: p.Settings.ClusterKey.Reveal(),
		Metrics: health.Registry(), Now: p.Now,
	})
	service.Register(server)
	group.Add(Part{Name: p.Name + " resources", Stop: func(context.Context) error { return service.Close() }})
	group.Add(Part{Name: p.Name + " work", Run: service.Run})
	group.Add(p.grpcPart(server, listen))
	if p.Parts != nil {
		for _, part := range p.Parts(service, listen) {
			group.Add(part)
		}
	}
	group.Add(Part{Name: "readiness", Stop: func(context.Context) error {
		health.Drain()
		server.Drain()
		return nil
	}})
	group.Add(SystemdPart())
}

func (p Process) grpcPart(server *rpc.Server, listen ListenOptions) Part {
	var listener net.Listener
	return Part{
		Name: p.Name + " listener",
		Start: func(ctx context.Context) (err error) {
			listen.ClientCA = p.Settings.TLSClientCA
			listener, err = Listen(ctx, p.Settings.Listen, listen)
			return err
		},
		Run:  func(context.Context) error { return server.Serve(listener) },
		Stop: func(ctx context.Context) error { return StopServer(ctx, server, grpcPatience) },
	}
}

// guarded refuses a listener that everybody on the network could give orders to.
func (s ServiceSettings) guarded() error {
	if isLoopback(s.Listen) || s.ClusterKey != "" || s.TLSClientCA != "" {
		return nil
	}
	return badSetting("it would listen on %s to everybody; give all processes a --cluster-key, or demand certificates with --tls-client-ca", s.Listen)
}

// StopServer lets running calls end; those that have not after patience are cut.
func StopServer(ctx context.Context, server *rpc.Server, patience time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	server.Shutdown(ctx)
	return nil
}

// Main is the frame of a main function: it runs run until a signal comes, and
// prints what went wrong. The result is the exit status.
func Main(run func(ctx context.Context, args []string) error) int {
	return exit(os.Stderr, run(Signals(context.Background()), os.Args[1:]))
}

func exit(w io.Writer, err error) int {
	if err == nil {
		return 0
	}
	// Where standard error is closed there is nobody to tell.
	_, _ = fmt.Fprintln(w, redact.Text(err.Error()))
	return 1
}
