-- +goose Up

-- What was exchanged within a stretch of time is summed up over the runs that began in it.
CREATE INDEX run_started ON run (started_at);

-- +goose Down
DROP INDEX run_started;
