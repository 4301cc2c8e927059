-- +goose Up

-- Entries of the log that the service has written in the same transaction as
-- what they tell about, and that the audit service has not confirmed yet. A row
-- goes when audit has stored it; storing twice is harmless, because audit knows
-- the ids. id is a UUIDv7, so the order of ids is roughly that of writing.
-- body is an edensync.audit.v1.LogEntry in protobuf's binary form, without
-- secrets. refused is empty, or why audit will never take this entry: then it
-- stays here for a person to look at, and does not hold up the others.
CREATE TABLE audit_outbox (
  id      TEXT COLLATE "C" PRIMARY KEY,
  body    BYTEA NOT NULL,
  refused TEXT NOT NULL DEFAULT ''
);
CREATE INDEX audit_outbox_waiting ON audit_outbox (id) WHERE refused = '';

-- +goose Down
DROP TABLE audit_outbox;
