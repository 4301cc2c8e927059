-- +goose Up

-- A job is one schedule of one repository. Times and durations are microseconds, times since 1970 UTC; 0 = none.
-- Invariants: due_time > 0 exactly for jobs that the loop has to look at (QUEUED and RUNNING); next_run_time, slot and
-- start_time + k * run_every lie on one grid as long as nobody changes the schedule; slot > 0 from the first attempt to
-- start a run for it until that run has ended or the slot was let go; run_id <> '' only together with slot > 0.
-- Only the process whose generation the row holds may write what a run changes.
CREATE TABLE job (
  id              TEXT NOT NULL PRIMARY KEY,
  repository_id   TEXT NOT NULL,
  repository_name TEXT NOT NULL,

  -- what people decide
  enabled      BOOLEAN NOT NULL,
  start_time   BIGINT NOT NULL,
  end_time     BIGINT NOT NULL,
  repeats      INTEGER NOT NULL, -- successful runs to make; 0 = no limit
  run_every    BIGINT NOT NULL,
  timeout      BIGINT NOT NULL,
  max_failures INTEGER NOT NULL, -- failed runs in a row until the job switches itself off; 0 = never
  created_by   TEXT NOT NULL,
  spread       BIGINT NOT NULL,  -- longest delay of a run after its slot

  -- where it stands
  state         TEXT NOT NULL,
  next_run_time BIGINT NOT NULL,
  due_time      BIGINT NOT NULL,
  slot          BIGINT NOT NULL,
  attempts      INTEGER NOT NULL, -- to start a run for the slot
  run_id        TEXT NOT NULL, -- of transfer, while it is under way

  -- the last run
  last_run_id         TEXT NOT NULL,
  last_run_state      TEXT NOT NULL, -- empty: the job has not run yet
  last_run_start_time BIGINT NOT NULL,
  last_run_end_time   BIGINT NOT NULL,
  last_run_reason     TEXT NOT NULL,
  last_run_message    TEXT NOT NULL,

  -- counters
  runs_completed INTEGER NOT NULL, -- successful ones
  failed_runs    INTEGER NOT NULL, -- in a row
  skipped_slots  INTEGER NOT NULL,

  -- changes by people; runs leave these alone
  revision    BIGINT NOT NULL,
  create_time BIGINT NOT NULL,
  update_time BIGINT NOT NULL,

  -- the lease: who works on the job until when, by the clock of the database
  lease_owner  TEXT NOT NULL,
  leased_until BIGINT NOT NULL,
  generation   BIGINT NOT NULL
);

-- The loop asks for the longest due job every second.
CREATE INDEX job_due ON job (due_time, id) WHERE due_time > 0;

-- Lists are ordered like this.
CREATE INDEX job_list ON job (repository_id, start_time, id);

-- A request that changed something and was given an id by its client, with the first outcome. Rows older than a day are
-- removed when new ones come.
CREATE TABLE request (
  actor       TEXT NOT NULL,
  method      TEXT NOT NULL,
  request_id  TEXT NOT NULL,
  fingerprint TEXT NOT NULL, -- what was asked for
  answer      TEXT NOT NULL,    -- the job as JSON; an empty one for a deletion
  create_time BIGINT NOT NULL,
  PRIMARY KEY (actor, method, request_id)
);

CREATE INDEX request_age ON request (create_time);

-- +goose Down
DROP TABLE request;
DROP TABLE job;
