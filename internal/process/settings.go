package process

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"os"
	"path/filepath"

	"github.com/alecthomas/kong"

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
	Data     string `help:"Folder for databases, certificates and files; made if absent." default:"data" type:"path"`
	Database Secret `help:"postgres://… of the database; without it SQLite files in the data folder." placeholder:"URL"`
	// Schema replaces the service's name as the PostgreSQL schema, where several
	// installations share a database. No flag.
	Schema string `kong:"-"`
}

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
	return sqldb.Open(ctx, dsn, sqldb.Options{Schema: schema})
}

// ClusterSettings say how processes of one installation call each other; embed.
type ClusterSettings struct {
	ClusterKey  Secret `help:"Secret shared by all processes of the installation; calls without it are refused." placeholder:"SECRET"`
	TLSCA       string `name:"tls-ca" help:"Certificates (PEM) that neighbours are trusted by, instead of the system's." type:"path" placeholder:"FILE"`
	InsecureRPC bool   `name:"insecure-rpc" help:"Call neighbours on other machines without encryption."`
}

// Dial is what rpc.Dial needs for calls of the named service to its neighbours.
func (s ClusterSettings) Dial(service string) (rpc.DialOptions, error) {
	opts := rpc.DialOptions{Service: service, Key: s.ClusterKey.Reveal(), Insecure: s.InsecureRPC}
	if s.InsecureRPC {
		return opts, nil
	}
	if s.TLSCA == "" {
		return opts, nil
	}
	pool, err := certificates(s.TLSCA)
	if err != nil {
		return opts, err
	}
	opts.TLS = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	return opts, nil
}

func certificates(path string) (*x509.CertPool, error) {
	text, err := os.ReadFile(path) //nolint:gosec // the administrator names the file
	if err != nil {
		return nil, badSetting("the certificates in %s cannot be read", path).Wrap(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, badSetting("%s holds no certificate in PEM form", path)
	}
	return pool, nil
}
