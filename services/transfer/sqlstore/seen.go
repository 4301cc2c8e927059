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

// exactly is has with the very time.
func (k knownVersions) exactly(key transfer.Key, hash string, modified time.Time) bool {
	known, ok := k[knownVersion{key, hash}]
	return ok && known.Equal(modified)
}

// past is what the history has of some records, by content as stored and by content as received.
type past struct{ stored, received knownVersions }

func (p past) add(key transfer.Key, hash, receivedHash string, modified time.Time) {
	p.stored.add(key, hash, modified)
	p.received.add(key, receivedHash, modified)
}

// holds asks for a version by both contents.
func (p past) holds(q engine.SeenQuestion, by func(k knownVersions, key transfer.Key, hash string, modified time.Time) bool) bool {
	return by(p.stored, q.Key, q.Hash, q.ModifiedOn) || by(p.stored, q.Key, q.ReceivedHash, q.ModifiedOn) ||
		by(p.received, q.Key, q.ReceivedHash, q.ModifiedOn)
}

// Seen is documented at engine.Reader. A version was held when the history has its content, as stored or as received, with
// a time that is not older: from the repository, or with the very time; else it was held apart. It was decided when the
// ledger has a skip, or a conflict that this site won, of its content under the same rule.
func (r reader) Seen(ctx context.Context, repositoryID, rule string, questions []engine.SeenQuestion) ([]policy.Seen, error) {
	keys := make([]transfer.Key, len(questions))
	var replaced []transfer.Key
	for i, q := range questions {
		if keys[i] = q.Key; !q.First {
			replaced = append(replaced, q.Key)
		}
	}
	here, given, err := r.held(ctx, repositoryID, replaced)
	if err != nil {
		return nil, err
	}
	decided, turnedAway, err := r.decided(ctx, repositoryID, rule, keys)
	if err != nil {
		return nil, err
	}
	before := func(known knownVersions, q engine.SeenQuestion) bool {
		return known.has(q.Key, q.Hash, q.ModifiedOn) || known.has(q.Key, q.ReceivedHash, q.ModifiedOn)
	}
	answers := make([]policy.Seen, len(questions))
	for i, q := range questions {
		switch {
		case before(decided, q), q.Unwanted && before(turnedAway, q):
			answers[i] = policy.DecidedBefore
		case given.holds(q, knownVersions.has), here.holds(q, knownVersions.exactly):
			answers[i] = policy.HeldBefore
		case here.holds(q, knownVersions.has):
			answers[i] = policy.HeldApart
		}
	}
	return answers, nil
}

// held reads what the history has of the keys: all of it, and what the repository gave.
func (r reader) held(ctx context.Context, repositoryID string, keys []transfer.Key) (here, given past, err error) {
	here, given = past{knownVersions{}, knownVersions{}}, past{knownVersions{}, knownVersions{}}
	const columns = "resource, uid, origin, hash, received_hash"
	for _, l := range lookups(r.q.Dialect(), columns+", modified_on", "version", own, "", keys) {
		err := each(ctx, r.q, func(rows *sqlx.Rows) error {
			var k transfer.Key
			var origin, hash, receivedHash string
			var modified sqldb.Micros
			err := rows.Scan(&k.Resource, &k.UID, &origin, &hash, &receivedHash, &modified)
			here.add(k, hash, receivedHash, modified.Time())
			if origin == repositoryID {
				given.add(k, hash, receivedHash, modified.Time())
			}
			return err
		}, "SELECT "+columns+", max(modified_on) FROM ("+l.text+") AS held GROUP BY "+columns, l.args...)
		if err != nil {
			return here, given, fmt.Errorf("read the history of %d records: %w", len(keys), err)
		}
	}
	return here, given, nil
}

// decided reads the decisions of the ledger on the keys under the rule, and what was turned away because nobody had asked for it.
func (r reader) decided(ctx context.Context, repositoryID, rule string, keys []transfer.Key) (known, turnedAway knownVersions, err error) {
	known, turnedAway = knownVersions{}, knownVersions{}
	const columns = "resource, uid, in_hash, reason"
	const cond = " AND repository_id = ? AND rule = ? AND direction = 'PULL' AND (outcome = 'SKIPPED' OR outcome = 'CONFLICT' AND winner = 'LOCAL')"
	for _, l := range lookups(r.q.Dialect(), columns+", in_modified_on", "item", own, cond, keys) {
		err := each(ctx, r.q, func(rows *sqlx.Rows) error {
			var k transfer.Key
			var hash, reason string
			var modified sqldb.Micros
			err := rows.Scan(&k.Resource, &k.UID, &hash, &reason, &modified)
			if reason == transfer.SkipNotRequested {
				turnedAway.add(k, hash, modified.Time())
			} else {
				known.add(k, hash, modified.Time())
			}
			return err
		}, "SELECT "+columns+", max(in_modified_on) FROM ("+l.text+") AS decided GROUP BY "+columns, append(l.args, repositoryID, rule)...)
		if err != nil {
			return nil, nil, fmt.Errorf("read decisions on %d records: %w", len(keys), err)
		}
	}
	return known, turnedAway, nil
}
