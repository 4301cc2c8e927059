-- +goose Up

-- Uids are random. An index of them is written to all over with every batch, so that a site of a million records took in a
-- new one in three times the time of a small one (docs/adr/0016-keys-in-two-tables.md). So keys stand, as digests of eight bytes, first in a small
-- table, which goes into the large one in order and in one piece whenever the change clock has passed another 65,536.
--
-- digest is record_digest(resource, uid). below = 0: record is the id of the record of that key; 1: of one that stands below
-- it. Several keys may share a digest: whoever looks one up compares the key itself, too.
CREATE TABLE key_recent (
  digest INTEGER NOT NULL,
  below INTEGER NOT NULL,
  record INTEGER NOT NULL,
  PRIMARY KEY (digest, below, record)
) WITHOUT ROWID;
CREATE TABLE key_settled (
  digest INTEGER NOT NULL,
  below INTEGER NOT NULL,
  record INTEGER NOT NULL,
  PRIMARY KEY (digest, below, record)
) WITHOUT ROWID;
CREATE VIEW record_key AS
  SELECT digest, below, record FROM key_recent UNION ALL SELECT digest, below, record FROM key_settled;

-- The columns are those of migration 1. id is this file's own number of a record. parent_digest is 0 where there is no parent.
CREATE TABLE record_by_id (
  id INTEGER PRIMARY KEY,
  resource TEXT NOT NULL,
  uid TEXT NOT NULL,
  parent_resource TEXT NOT NULL,
  parent_uid TEXT NOT NULL,
  alias TEXT NOT NULL,
  master BOOLEAN NOT NULL,
  seq BIGINT NOT NULL,
  tree_seq BIGINT NOT NULL,
  origin TEXT NOT NULL,
  run_id TEXT NOT NULL,
  first_seq BIGINT NOT NULL,
  first_origin TEXT NOT NULL,
  mci INTEGER NOT NULL,
  created_on BIGINT NOT NULL,
  modified_on BIGINT NOT NULL,
  arrived_on BIGINT NOT NULL,
  deleted BOOLEAN NOT NULL,
  replaced_by TEXT NOT NULL,
  hash TEXT NOT NULL,
  received_hash TEXT NOT NULL,
  attrs TEXT NOT NULL,
  key_digest INTEGER NOT NULL,
  parent_digest INTEGER NOT NULL,
  body TEXT NOT NULL
);
INSERT INTO record_by_id (resource, uid, parent_resource, parent_uid, alias, master, seq, tree_seq, origin, run_id, first_seq,
    first_origin, mci, created_on, modified_on, arrived_on, deleted, replaced_by, hash, received_hash, attrs, key_digest,
    parent_digest, body)
  SELECT resource, uid, parent_resource, parent_uid, alias, master, seq, tree_seq, origin, run_id, first_seq,
    first_origin, mci, created_on, modified_on, arrived_on, deleted, replaced_by, hash, received_hash, attrs,
    record_digest(resource, uid), CASE parent_uid WHEN '' THEN 0 ELSE record_digest(parent_resource, parent_uid) END, body
  FROM record;
DROP TABLE record;
ALTER TABLE record_by_id RENAME TO record;
CREATE INDEX record_tree ON record (resource, tree_seq) WHERE master;
-- Exports by time find most records by when they arrived; here are the others, which claim to be younger than that.
CREATE INDEX record_younger ON record (resource, modified_on) WHERE master AND modified_on > arrived_on;
CREATE INDEX record_seq ON record (resource, seq) WHERE seq > 0;
INSERT INTO key_settled (digest, below, record)
  SELECT key_digest, 0, id FROM record UNION ALL SELECT parent_digest, 1, id FROM record WHERE parent_digest <> 0
  ORDER BY 1, 2, 3;

-- What an index does by itself. The first one also stands for the unique key.
-- +goose StatementBegin
CREATE TRIGGER record_inserted AFTER INSERT ON record BEGIN
  SELECT RAISE(ROLLBACK, 'a record of this resource and uid is here already') WHERE EXISTS (
    SELECT 1 FROM key_recent k CROSS JOIN record r ON r.id = k.record
    WHERE k.digest = new.key_digest AND k.below = 0 AND r.resource = new.resource AND r.uid = new.uid
  ) OR EXISTS (
    SELECT 1 FROM key_settled k CROSS JOIN record r ON r.id = k.record
    WHERE k.digest = new.key_digest AND k.below = 0 AND r.resource = new.resource AND r.uid = new.uid
  );
  INSERT INTO key_recent (digest, below, record) VALUES (new.key_digest, 0, new.id);
  INSERT INTO key_recent (digest, below, record) SELECT new.parent_digest, 1, new.id WHERE new.parent_digest <> 0;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER record_moved AFTER UPDATE OF parent_digest ON record WHEN old.parent_digest <> new.parent_digest BEGIN
  DELETE FROM key_recent WHERE digest = old.parent_digest AND below = 1 AND record = old.id;
  DELETE FROM key_settled WHERE digest = old.parent_digest AND below = 1 AND record = old.id;
  INSERT INTO key_recent (digest, below, record) SELECT new.parent_digest, 1, new.id WHERE new.parent_digest <> 0;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER record_deleted AFTER DELETE ON record BEGIN
  DELETE FROM key_recent WHERE digest = old.key_digest AND below = 0 AND record = old.id;
  DELETE FROM key_settled WHERE digest = old.key_digest AND below = 0 AND record = old.id;
  DELETE FROM key_recent WHERE digest = old.parent_digest AND below = 1 AND record = old.id;
  DELETE FROM key_settled WHERE digest = old.parent_digest AND below = 1 AND record = old.id;
END;
-- +goose StatementEnd

-- Programs before this one would look for an index that is no longer there.
UPDATE schema_compatibility SET compatible_from = 8 WHERE version_table = 'transfer_version';
