-- +goose Up

-- health_* tell how the last run ended that this site executed, as transfer reported it: run, state in transfer's
-- words (empty before the first), reason, message and end. failing_since and failed_runs belong to the present series
-- of failed runs; success_time is the end of the last run that did not fail. Runs that a person stopped do not count.
ALTER TABLE repository ADD COLUMN health_run TEXT NOT NULL DEFAULT '';
ALTER TABLE repository ADD COLUMN health_state TEXT NOT NULL DEFAULT '';
ALTER TABLE repository ADD COLUMN health_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE repository ADD COLUMN health_message TEXT NOT NULL DEFAULT '';
ALTER TABLE repository ADD COLUMN health_remote BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE repository ADD COLUMN health_time BIGINT NOT NULL DEFAULT 0;
ALTER TABLE repository ADD COLUMN failing_since BIGINT NOT NULL DEFAULT 0;
ALTER TABLE repository ADD COLUMN failed_runs INTEGER NOT NULL DEFAULT 0;
ALTER TABLE repository ADD COLUMN success_time BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE repository DROP COLUMN success_time;
ALTER TABLE repository DROP COLUMN failed_runs;
ALTER TABLE repository DROP COLUMN failing_since;
ALTER TABLE repository DROP COLUMN health_time;
ALTER TABLE repository DROP COLUMN health_remote;
ALTER TABLE repository DROP COLUMN health_message;
ALTER TABLE repository DROP COLUMN health_reason;
ALTER TABLE repository DROP COLUMN health_state;
ALTER TABLE repository DROP COLUMN health_run;
