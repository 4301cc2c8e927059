package sqldb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"maps"
	"net"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

var schemaName = regexp.MustCompile(`^[a-z_][a-z0-9_]{0,62}$`)

// Limits that keep a server which has silently gone away from holding anybody up: for making a connection to one host
// unless the DSN says otherwise, and for noticing that an open connection leads nowhere.
const (
	connectTimeout = 5 * time.Second
	silentTimeout  = 20 * time.Second
)

// serverLimits free the locks of a process that is not heard any more, because it stands still or its network is gone,
// within the time after which its runs are taken over: without them everybody would wait for it. All are parameters of
// the server, and a DSN may name others. Between two statements of a transaction is nothing that takes long.
var serverLimits = map[string]string{
	"idle_in_transaction_session_timeout": "10s",
	"tcp_keepalives_idle":                 "10",
	"tcp_keepalives_interval":             "2",
	"tcp_keepalives_count":                "3",
	"tcp_user_timeout":                    "15s",
}

func openPostgres(ctx context.Context, dsn string, opts Options) (*DB, error) {
	dsn = hostList(dsn)
	cfg, err := pq.NewConfig(dsn)
	if err != nil {
		return nil, badDSN("it is no valid postgres:// address").Wrap(maskDSN(err, dsn))
	}
	runtime := maps.Clone(serverLimits)
	maps.Copy(runtime, cfg.Runtime)
	cfg.Runtime = runtime
	if opts.Schema != "" {
		if !schemaName.MatchString(opts.Schema) {
			return nil, badDSN("schema %q must be lower-case letters, digits and underscores", opts.Schema)
		}
		runtime["search_path"] = opts.Schema
	}
	if cfg.ApplicationName == "" {
		cfg.ApplicationName = "edensync"
	}
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = connectTimeout
	}
	cfg.BinaryParameters = true // else each query with arguments makes two round trips
	connector, err := pq.NewConnectorConfig(cfg)
	if err != nil {
		return nil, badDSN("it is no valid postgres:// address").Wrap(maskDSN(err, dsn))
	}
	connector.Dialer(dialer())
	pool := sqlx.NewDb(sql.OpenDB(connecting{connector}), "postgres")
	pool.SetMaxOpenConns(opts.MaxOpen)
	pool.SetMaxIdleConns(opts.MaxOpen)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	pool.SetConnMaxLifetime(time.Hour)
	db := &DB{dialect: PostgreSQL, schema: opts.Schema, dsn: dsn, write: pool, read: pool}
	if err := db.ensureSchema(ctx); err != nil {
		return nil, closeAfter(db, fmt.Errorf("open PostgreSQL database: %w", err))
	}
	return db, nil
}

// defaultPort is PostgreSQL's.
const defaultPort = "5432"

// hostList writes "postgres://a:1,b:2/db", as PostgreSQL's own programs understand it, in the way that the driver does; it
// would take "a:1" for the name of a host.
func hostList(dsn string) string {
	u, err := url.Parse(dsn)
	if err != nil || !strings.Contains(u.Host, ",") {
		return dsn
	}
	var hosts, ports []string
	for part := range strings.SplitSeq(u.Host, ",") {
		host, port, err := net.SplitHostPort(part)
		if err != nil {
			host, port = strings.Trim(part, "[]"), defaultPort
		}
		hosts, ports = append(hosts, host), append(ports, port)
	}
	query := u.Query()
	query.Set("host", strings.Join(hosts, ","))
	query.Set("port", strings.Join(ports, ","))
	u.Host, u.RawQuery = "", query.Encode()
	return u.String()
}

// maskDSN keeps the driver's words without the DSN that it may repeat.
func maskDSN(err error, dsn string) error {
	return fmt.Errorf("%s", strings.ReplaceAll(err.Error(), dsn, "postgres://…"))
}

// ensureSchema asks before it creates, because a role that owns its schema
// often may not create others. Several replicas may do this at the same time.
func (db *DB) ensureSchema(ctx context.Context) error {
	if db.schema == "" {
		return db.Ping(ctx)
	}
	for attempt := 0; ; attempt++ {
		var present bool
		err := db.Get(ctx, &present, "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = ?)", db.schema)
		if err != nil || present {
			return err
		}
		_, err = db.Exec(ctx, "CREATE SCHEMA IF NOT EXISTS "+pq.QuoteIdentifier(db.schema))
		if err == nil || attempt > 0 {
			return err
		}
	}
}

// connecting makes every failure to connect an errConnect. Which of several hosts failed how is for the log: a standby
// that is being promoted, a password that is being changed and a server that starts are all the same to whoever waits.
type connecting struct{ driver.Connector }

// Connect makes a connection to the first host that fits.
func (c connecting) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil && ctx.Err() == nil {
		return nil, &classified{class: errConnect, cause: err}
	}
	return keeping(conn, false), err
}

// hostDialer makes connections that notice within silentTimeout that nobody answers any more.
type hostDialer struct{ *net.Dialer }

func dialer() hostDialer {
	return hostDialer{&net.Dialer{
		Control:         limitSilence,
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: silentTimeout / 2, Interval: silentTimeout / 8, Count: 4},
	}}
}

// DialTimeout is what the driver asks for when the DSN limits the time to connect.
func (d hostDialer) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	limited := *d.Dialer
	limited.Timeout = timeout
	return limited.Dial(network, address)
}
