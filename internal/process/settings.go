package process

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/alecthomas/kong"
	"google.golang.org/grpc"

	"github.com/edensync/edensync/internal/rpc"
	"github.com/edensync/edensync/internal/sqldb"
)

// EnvPrefix begins the environment variable of every flag: --log-level is
// EDENSYNC_LOG_LEVEL.
const EnvPrefix = "EDENSYNC"

// Parse fills cli, a pointer to a struct with kong tags, from flags, then
// EDENSYNC_* variables (secrets also *_FILE), then defaults. It prints the help
// and ends the process when asked to. vars fill the ${…} of the tags.
func Parse(cli any, name, about string, args []string, vars map[string]string) (*kong.Context, error) {
	parser, err := kong.New(cli, append(Options(about), kong.Name(name), kong.Vars(vars))...)
	if err != nil {
		return nil, err
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		return nil, badSetting("%s; see --help", err.Error()).Wrap(err)
	}
	return parsed, nil
}

// Options are what makes a kong parser read settings as Parse does, for
// programs with commands of their own.
func Options(about string) []kong.Option {
	return []kong.Option{
		kong.Description(about), kong.DefaultEnvars(EnvPrefix), kong.Resolvers(kong.ResolverFunc(secretFiles)),
	}
}

// LogSettings say how the process logs; embed with prefix "log-".
type LogSettings struct {
	Format string `help:"Form of the log: text or json." enum:"text,json" default:"text"`
	Level  string `help:"Least important lines to log: debug, info, warn or error." enum:"debug,info,warn,error" default:"info"`
}

// DatabaseSettings say where a service keeps its data; embed.
type DatabaseSettings struct {
	Data        string `help:"Folder for databases, certificates and files; made if absent." default:"data" type:"path"`
	Database    Secret `help:"postgres://… of the database; without it SQLite files in the data folder." placeholder:"URL"`
	Connections int    `name:"database-connections" help:"Largest number of connections to the database at a time (SQLite: of readers); each service has as many." default:"8"`
	// Schema replaces the service's name as the PostgreSQL schema, where several
	// installations share a database. No flag.
	Schema string `kong:"-"`
}

// maxDatabaseConnections is more than any PostgreSQL allows without a pooler.
const maxDatabaseConnections = 1000

// Open opens the database of the named service: its own schema on PostgreSQL,
// its own file in the data folder otherwise.
func (s DatabaseSettings) Open(ctx context.Context, service string) (*sqldb.DB, error) {
	dsn := s.Database.Reveal()
	if dsn == "" {
		dsn = "sqlite:" + filepath.Join(s.Data, service+".db")
	}
	schema := s.Schema
	if schema == "" {
		schema = service
	}
	if s.Connections < 0 || s.Connections > maxDatabaseConnections {
		return nil, badSetting("--database-connections must be 1 to %d", maxDatabaseConnections)
	}
	return sqldb.Open(ctx, dsn, sqldb.Options{Schema: schema, MaxOpen: s.Connections})
}

// ClusterSettings say how processes of one installation call each other; embed.
type ClusterSettings struct {
	ClusterKey  Secret `help:"Secret shared by all processes of the installation; calls without it are refused." placeholder:"SECRET"`
	TLSCA       string `name:"tls-ca" help:"Authorities (PEM) that the certificates of neighbours are checked against; read again when the file changes." type:"path" placeholder:"FILE"`
	InsecureRPC bool   `name:"insecure-rpc" help:"Call neighbours on other machines without encryption."`
}

// Dial is what rpc.Dial needs for calls of the named service to its neighbours.
// own is the certificate that the service shows to them; files are read again
// when they change.
func (s ClusterSettings) Dial(service string, own TLSSettings, logger *slog.Logger, now func() time.Time) (rpc.DialOptions, error) {
	opts := rpc.DialOptions{Service: service, Key: s.ClusterKey.Reveal(), Insecure: s.InsecureRPC}
	if s.InsecureRPC || s.TLSCA == "" {
		return opts, nil
	}
	authorities, err := watchAuthorities(s.TLSCA, now, logger)
	if err != nil {
		return opts, err
	}
	if own.TLSCert == "" {
		opts.TLS = func() *tls.Config { return &tls.Config{RootCAs: authorities.get(), MinVersion: tls.VersionTLS12} }
		return opts, nil
	}
	if own.TLSKey == "" {
		return opts, halfPair()
	}
	pair, err := watchPair(own, now, logger)
	if err != nil {
		return opts, err
	}
	opts.TLS = func() *tls.Config {
		return &tls.Config{
			RootCAs: authorities.get(), MinVersion: tls.VersionTLS12,
			GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return pair.get(), nil },
		}
	}
	return opts, nil
}

// Connections are those of one process to its neighbours; one to each address.
type Connections struct {
	options rpc.DialOptions
	open    map[string]*grpc.ClientConn
}

// Connect prepares connections of the named service; see Dial.
func (s ClusterSettings) Connect(service string, own TLSSettings, logger *slog.Logger, now func() time.Time) (*Connections, error) {
	options, err := s.Dial(service, own, logger, now)
	return &Connections{options, map[string]*grpc.ClientConn{}}, err
}

// To is the connection to an address, which need not answer yet.
func (c *Connections) To(address string) (*grpc.ClientConn, error) {
	if conn := c.open[address]; conn != nil {
		return conn, nil
	}
	conn, err := rpc.Dial(address, c.options)
	if err != nil {
		return nil, err
	}
	c.open[address] = conn
	return conn, nil
}

// Close closes all of them.
func (c *Connections) Close() error {
	var err error
	for _, conn := range c.open {
		err = errors.Join(err, conn.Close())
	}
	return err
}

func certificates(path string) (*x509.CertPool, error) {
	text, err := os.ReadFile(path) //nolint:gosec // the administrator names the file
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("%s holds no certificate in PEM form", path)
	}
	return pool, nil
}
