-- +goose Up

-- The last change number given out. One row. Whoever writes entries raises it
-- first and holds the row to the commit, so that numbers are in the order of
-- commits: a reader that knows a number never misses an entry with a smaller one.
CREATE TABLE log_sequence (
  id   BIGINT PRIMARY KEY CHECK (id = 1),
  last BIGINT NOT NULL
);
INSERT INTO log_sequence (id, last) VALUES (1, 0);

-- One row is one entry of the synchronization log. Rows are written once and
-- never changed; writing an id again changes nothing. id is a UUID chosen by the
-- writer, seq this database's number for readers that follow the log.
-- occurred_at is when it happened by the writer's clock, in microseconds since
-- 1970 UTC. mode, transmission, action and result are words of Sahana Eden's
-- guide; result success implies remote_error false. '' stands for none in text
-- columns. folded is the message in lower case where that differs from it, for
-- searching. counts and original are JSON objects or ''; duration is in
-- microseconds, NULL = not measured.
CREATE TABLE log_entry (
  id              TEXT COLLATE "C" PRIMARY KEY,
  seq             BIGINT NOT NULL,
  occurred_at     BIGINT NOT NULL,
  repository_id   TEXT COLLATE "C" NOT NULL,
  repository_name TEXT NOT NULL,
  resource_name   TEXT COLLATE "C" NOT NULL,
  mode            TEXT NOT NULL,
  transmission    TEXT NOT NULL,
  action          TEXT COLLATE "C" NOT NULL,
  result          TEXT NOT NULL,
  remote_error    BOOLEAN NOT NULL,
  message         TEXT NOT NULL,
  folded          TEXT COLLATE "C" NOT NULL,
  reason          TEXT NOT NULL,
  run_id          TEXT COLLATE "C" NOT NULL,
  counts          TEXT NOT NULL,
  duration        BIGINT,
  bytes           BIGINT NOT NULL,
  actor           TEXT NOT NULL,
  service         TEXT NOT NULL,
  original        TEXT NOT NULL
);

-- Every list is ordered by (occurred_at, id) downwards and goes on behind a
-- position, so that each page is one range of one of these indices. Troubles are
-- few among many successes, hence their own index.
CREATE UNIQUE INDEX log_entry_seq ON log_entry (seq);
CREATE INDEX log_entry_order ON log_entry (occurred_at, id);
CREATE INDEX log_entry_repository ON log_entry (repository_id, occurred_at, id);
CREATE INDEX log_entry_resource ON log_entry (resource_name, occurred_at, id);
CREATE INDEX log_entry_run ON log_entry (run_id, occurred_at, id);
CREATE INDEX log_entry_trouble ON log_entry (occurred_at, id) WHERE result <> 'success';

-- Purges that carried a request id, so that a repeated request answers the same
-- and removes nothing more. arguments is what was asked for, as text; a purge
-- with the same id and other arguments is refused. Rows go when they are as old
-- as the entries that are not kept any more.
CREATE TABLE log_purge (
  request_id TEXT COLLATE "C" PRIMARY KEY,
  arguments  TEXT NOT NULL,
  purged     BIGINT NOT NULL,
  purged_at  BIGINT NOT NULL
);
CREATE INDEX log_purge_age ON log_purge (purged_at);

-- +goose Down
DROP TABLE log_purge;
DROP TABLE log_entry;
DROP TABLE log_sequence;
