package sqldb

import (
	"context"
	"time"

	"github.com/lib/pq"
)

// How soon a lost connection for hints is made again, at first and at most.
const (
	hintBackOff     = time.Second
	longHintBackOff = time.Minute
)

// Hint tells all processes that listen to the topic, this one included, that there may be something to do. It is no
// more than that: a hint may be lost or come twice, so whoever relies on it also looks from time to time. To be given
// after the commit. SQLite has one process and needs none.
func (db *DB) Hint(ctx context.Context, topic string) error {
	if db.dialect == SQLite {
		return nil
	}
	_, err := db.write.ExecContext(ctx, "SELECT pg_notify($1, '')", db.topic(topic))
	return db.classify(ctx, err)
}

// Listen calls heard for each hint on the topic, and after each break in which one may have been missed, until ctx ends.
// It holds a connection of its own.
func (db *DB) Listen(ctx context.Context, topic string, heard func()) error {
	if db.dialect == SQLite {
		<-ctx.Done()
		return nil
	}
	listener := pq.NewDialListener(dialer(), db.dsn, hintBackOff, longHintBackOff, nil)
	// Closing ends a call of Listen that waits for a connection, too.
	stop := context.AfterFunc(ctx, func() { _ = listener.Close() })
	defer stop()
	if err := listener.Listen(db.topic(topic)); err != nil && ctx.Err() == nil {
		return db.classify(ctx, err)
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case _, open := <-listener.Notify:
			if !open {
				return nil
			}
			heard()
		}
	}
}

// topic is the name of the server's channel: those of a server's installations are kept apart by their schemas.
func (db *DB) topic(name string) string { return db.schema + "." + name }
