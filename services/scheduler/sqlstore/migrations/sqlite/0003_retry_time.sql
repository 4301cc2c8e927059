-- +goose Up

-- last_run_retry_time is until when the repository asked to be left alone; 0 = it did not.
ALTER TABLE job ADD COLUMN last_run_retry_time BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE job DROP COLUMN last_run_retry_time;
