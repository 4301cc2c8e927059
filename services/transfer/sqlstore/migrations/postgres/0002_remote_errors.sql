-- +goose Up

-- remote_error: what went wrong happened at the repository or on the way to it. retry_at: the time until which the
-- repository asked to be left alone; 0 = it did not.
ALTER TABLE run ADD COLUMN remote_error BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE run ADD COLUMN retry_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE run_part ADD COLUMN remote_error BOOLEAN NOT NULL DEFAULT FALSE;
