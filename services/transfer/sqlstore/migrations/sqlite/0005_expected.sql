-- +goose Up

-- expected: records at top level that this part will deal with; 0 = unknown. handled: how many of them it has.
ALTER TABLE run_part ADD COLUMN expected BIGINT NOT NULL DEFAULT 0;
ALTER TABLE run_part ADD COLUMN handled BIGINT NOT NULL DEFAULT 0;
