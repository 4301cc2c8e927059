-- +goose Up

-- How many of the records are masters, so that an export of everything knows its size at once. A program from before this
-- migration changes records without counting them: the numbers hold as long as counted_seq is last_seq.
ALTER TABLE resource ADD COLUMN masters BIGINT NOT NULL DEFAULT 0;
ALTER TABLE resource ADD COLUMN masters_deleted BIGINT NOT NULL DEFAULT 0;
ALTER TABLE resource ADD COLUMN counted_seq BIGINT NOT NULL DEFAULT -1;
UPDATE resource SET counted_seq = last_seq,
  masters = (SELECT count(*) FROM record WHERE resource = name AND master AND tree_seq > 0 AND NOT deleted),
  masters_deleted = (SELECT count(*) FROM record WHERE resource = name AND master AND tree_seq > 0 AND deleted);

-- +goose Down
ALTER TABLE resource DROP COLUMN counted_seq;
ALTER TABLE resource DROP COLUMN masters_deleted;
ALTER TABLE resource DROP COLUMN masters;
