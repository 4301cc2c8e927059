package sqlstore

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
	"github.com/edensync/edensync/services/transfer/policy"
)

// knownVersion is a version that was held or decided, named by its content.
type knownVersion struct {
	key  transfer.Key
	hash string
}

// knownVersions holds for each version the youngest modification time under which it was known.
type knownVersions map[knownVersion]time.Time

func (k knownVersions) add(key transfer.Key, hash string, modified time.Time) {
	if v := (knownVersion{key, hash}); hash != "" && !modified.Before(k[v]) {
		k[v] = modified
	}
}

func (k knownVersions) has(key transfer.Key, hash string, modified time.Time) bool {
	known, ok := k[knownVersion{key, hash}]
	return ok && !known.Before(modified)
}

// Seen is documented at engine.Tx. A version was held when the history has its content, as stored or as
// received, with a time that is not older; it was decided when the ledger has a skip, or a conflict that this
// site won, of its content under the same rule.
func (t *tx) Seen(ctx context.Context, repositoryID, rule string, questions []engine.SeenQuestion) ([]policy.Seen, error) {
	keys := make([]transfer.Key, len(questions))
	for i := range questions {
		keys[i] = questions[i].Key
	}
	stored, received, err := t.held(ctx, keys)
	if err != nil {
		return nil, err
	}
	decided, err := t.decided(ctx, repositoryID, rule, keys)
	if err != nil {
		return nil, err
	}
	answers := make([]policy.Seen, len(questions))
	for i, q := range questions {
		switch {
		case decided.has(q.Key, q.Hash, q.ModifiedOn), decided.has(q.Key, q.ReceivedHash, q.ModifiedOn):
			answers[i] = policy.DecidedBefore
		case stored.has(q.Key, q.Hash, q.ModifiedOn), stored.has(q.Key, q.ReceivedHash, q.ModifiedOn),
			received.has(q.Key, q.ReceivedHash, q.ModifiedOn):
			answers[i] = policy.HeldBefore
		}
	}
	return answers, nil
}

// held reads what the history has of the keys, by content as stored and by content as received.
func (t *tx) held(ctx context.Context, keys []transfer.Key) (stored, received knownVersions, err error) {
	stored, received = knownVersions{}, knownVersions{}
	d := t.q.Dialect()
	query := "SELECT uid, hash, received_hash, max(modified_on) FROM (" +
		byKeys(d, "uid, hash, received_hash, modified_on", "version", "uid", "resource = ?") + ") AS held GROUP BY uid, hash, received_hash"
	for _, g := range groups(keys) {
		err := each(ctx, t.q, func(rows *sqlx.Rows) error {
			k := transfer.Key{Resource: g.resource}
			var hash, receivedHash string
			var modified sqldb.Micros
			err := rows.Scan(&k.UID, &hash, &receivedHash, &modified)
			stored.add(k, hash, modified.Time())
			received.add(k, receivedHash, modified.Time())
			return err
		}, query, listArg(d, g.uids), g.resource)
		if err != nil {
			return nil, nil, fmt.Errorf("read the history of %d records of %s: %w", len(g.uids), g.resource, err)
		}
	}
	return stored, received, nil
}

// decided reads the decisions of the ledger on the keys under the rule.
func (t *tx) decided(ctx context.Context, repositoryID, rule string, keys []transfer.Key) (knownVersions, error) {
	known := knownVersions{}
	d := t.q.Dialect()
	query := "SELECT uid, in_hash, max(in_modified_on) FROM (" +
		byKeys(d, "uid, in_hash, in_modified_on", "item", "uid", "resource = ? AND repository_id = ? AND rule = ?"+
			" AND direction = 'PULL' AND (outcome = 'SKIPPED' OR outcome = 'CONFLICT' AND winner = 'LOCAL')") +
		") AS decided GROUP BY uid, in_hash"
	for _, g := range groups(keys) {
		err := each(ctx, t.q, func(rows *sqlx.Rows) error {
			k := transfer.Key{Resource: g.resource}
			var hash string
			var modified sqldb.Micros
			err := rows.Scan(&k.UID, &hash, &modified)
			known.add(k, hash, modified.Time())
			return err
		}, query, listArg(d, g.uids), g.resource, repositoryID, rule)
		if err != nil {
			return nil, fmt.Errorf("read decisions on %d records of %s: %w", len(g.uids), g.resource, err)
		}
	}
	return known, nil
}
