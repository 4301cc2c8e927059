// Package auditlog lets a service write entries of the log in the transaction
// of what they tell about, and delivers them to the audit service afterwards.
// An entry is stored if and only if the transaction commits; it reaches audit
// at least once, whenever audit is up, and audit stores it once.
package auditlog

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"time"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/edensync/edensync/internal/redact"
	"github.com/edensync/edensync/internal/sqldb"
	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
)

//go:embed migrations
var embedded embed.FS

// MaxMessage is the longest message of an entry, in bytes; the rest is cut off.
const MaxMessage = 64 << 10

// Migrate makes the table audit_outbox in the caller's database. It keeps its
// own version table, so that the caller's migrations are numbered freely.
func Migrate(ctx context.Context, db *sqldb.DB) error {
	return db.Migrate(ctx, sqldb.Migrations(embedded), "audit_outbox_version")
}

// Execer runs one statement: a transaction, a database, or what keeps statements for later.
type Execer interface {
	Exec(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// Append writes entries through q: inside the caller's transaction if q is one.
// An empty id becomes a UUIDv7, an empty time the present. Secrets in messages
// are masked, overlong messages cut. The entries given are not changed.
func Append(ctx context.Context, q Execer, entries ...*auditv1.LogEntry) error {
	for _, entry := range entries {
		entry, err := prepare(entry)
		if err != nil {
			return fmt.Errorf("append to the audit outbox: %w", err)
		}
		body, err := proto.Marshal(entry)
		if err != nil {
			return fmt.Errorf("append entry %s to the audit outbox: %w", entry.GetId(), err)
		}
		_, err = q.Exec(ctx, "INSERT INTO audit_outbox (id, body) VALUES (?, ?) ON CONFLICT (id) DO NOTHING", entry.GetId(), body)
		if err != nil {
			return fmt.Errorf("append entry %s to the audit outbox: %w", entry.GetId(), err)
		}
	}
	return nil
}

func prepare(entry *auditv1.LogEntry) (*auditv1.LogEntry, error) {
	entry = proto.CloneOf(entry)
	if entry.GetId() == "" {
		id, err := uuid.NewV7()
		if err != nil {
			return nil, err
		}
		entry.Id = id.String()
	}
	if entry.GetTime() == nil {
		entry.Time = timestamppb.New(time.Now()) //nolint:forbidigo // callers that care give the time
	}
	entry.Message = redact.Clip(redact.Text(entry.GetMessage()), MaxMessage)
	entry.Actor = redact.Text(entry.GetActor())
	return entry, nil
}
