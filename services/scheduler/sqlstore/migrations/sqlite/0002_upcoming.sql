-- +goose Up

-- upcoming is the next slot as it could be foreseen when the row was written, also for a job under way, which has no
-- next_run_time; 0 = none. Overviews are ordered by it.
ALTER TABLE job ADD COLUMN upcoming BIGINT NOT NULL DEFAULT 0;
UPDATE job SET upcoming = next_run_time;
CREATE INDEX job_upcoming ON job (upcoming, id) WHERE upcoming > 0;

-- +goose Down
DROP INDEX job_upcoming;
ALTER TABLE job DROP COLUMN upcoming;
