-- +goose Up

-- change_clock is the one row that every writer of records locks from its first statement to its commit, so
-- that change numbers are handed out in commit order: whoever remembers last never misses a change that
-- commits later with a smaller number. epoch is random; a replaced or restored database must get another one,
-- because numbers that peers remember mean nothing in it.
CREATE TABLE change_clock (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  last BIGINT NOT NULL,
  epoch TEXT COLLATE "C" NOT NULL
);
INSERT INTO change_clock (id, last, epoch) VALUES (1, 0, replace(CAST(gen_random_uuid() AS TEXT), '-', ''));

-- clock_mark notes now and then how far the change clock stood at a time of this site's clock: every change
-- that arrived at or after noted_at has a number above seq. By it a time is turned into a change number
-- without an index over arrival times.
CREATE TABLE clock_mark (
  noted_at BIGINT PRIMARY KEY,
  seq BIGINT NOT NULL
);

-- record is the present version of every record of every resource; the content is opaque text. seq is the
-- change number of the version and unique; tree_seq is unique, too, at least seq, and raised when a component
-- below the record changes: exports select by it. master is true when the record was ever received or made at
-- top level. first_seq and first_origin tell when and from whom it first came. A component names its parent,
-- which may not be here (yet). mci, created_on and modified_on are the originator's; arrived_on is ours.
CREATE TABLE record (
  resource TEXT COLLATE "C" NOT NULL,
  uid TEXT COLLATE "C" NOT NULL,
  parent_resource TEXT COLLATE "C" NOT NULL,
  parent_uid TEXT COLLATE "C" NOT NULL,
  alias TEXT COLLATE "C" NOT NULL,
  master BOOLEAN NOT NULL,
  seq BIGINT NOT NULL,
  tree_seq BIGINT NOT NULL,
  origin TEXT COLLATE "C" NOT NULL,
  run_id TEXT COLLATE "C" NOT NULL,
  first_seq BIGINT NOT NULL,
  first_origin TEXT COLLATE "C" NOT NULL,
  mci INTEGER NOT NULL,
  created_on BIGINT NOT NULL,
  modified_on BIGINT NOT NULL,
  arrived_on BIGINT NOT NULL,
  deleted BOOLEAN NOT NULL,
  replaced_by TEXT COLLATE "C" NOT NULL,
  hash TEXT COLLATE "C" NOT NULL,
  received_hash TEXT COLLATE "C" NOT NULL,
  attrs TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (resource, uid)
);
CREATE INDEX record_tree ON record (resource, tree_seq) WHERE master;
CREATE INDEX record_modified ON record (resource, modified_on) WHERE master;
CREATE INDEX record_parent ON record (parent_resource, parent_uid) WHERE parent_uid <> '';
-- Every seq is above 0. The condition keeps this index out of look-ups of a single record, for which PostgreSQL takes
-- it while its statistics do not know the resource yet.
CREATE INDEX record_seq ON record (resource, seq) WHERE seq > 0;

-- version keeps what a later version replaced: for the history of a record, for undoing a decision, and to
-- tell that an incoming version was held here before, so that the remote site is only behind. seq is the
-- number that the version had while it was present; superseded_on is this site's clock.
CREATE TABLE version (
  resource TEXT COLLATE "C" NOT NULL,
  uid TEXT COLLATE "C" NOT NULL,
  seq BIGINT NOT NULL,
  parent_resource TEXT COLLATE "C" NOT NULL,
  parent_uid TEXT COLLATE "C" NOT NULL,
  alias TEXT COLLATE "C" NOT NULL,
  origin TEXT COLLATE "C" NOT NULL,
  run_id TEXT COLLATE "C" NOT NULL,
  mci INTEGER NOT NULL,
  created_on BIGINT NOT NULL,
  modified_on BIGINT NOT NULL,
  arrived_on BIGINT NOT NULL,
  superseded_on BIGINT NOT NULL,
  deleted BOOLEAN NOT NULL,
  replaced_by TEXT COLLATE "C" NOT NULL,
  hash TEXT COLLATE "C" NOT NULL,
  received_hash TEXT COLLATE "C" NOT NULL,
  attrs TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (resource, uid, seq)
);
CREATE INDEX version_superseded ON version (superseded_on);

-- resource counts the records of each table, so that the overview needs no scan. Written in the transaction
-- that writes the records: live + deleted is the number of rows in record.
CREATE TABLE resource (
  name TEXT COLLATE "C" PRIMARY KEY,
  live BIGINT NOT NULL,
  deleted BIGINT NOT NULL,
  last_seq BIGINT NOT NULL,
  last_change_on BIGINT NOT NULL
);

-- cursor is how far the exchange of one resource with one repository has got, both directions; see the
-- domain type of that name for each column. one_way: nothing was ever sent to the repository from here.
CREATE TABLE cursor (
  repository_id TEXT COLLATE "C" NOT NULL,
  resource TEXT COLLATE "C" NOT NULL,
  pull_time BIGINT NOT NULL,
  pull_token TEXT NOT NULL,
  push_seq BIGINT NOT NULL,
  sync_seq BIGINT NOT NULL,
  one_way BOOLEAN NOT NULL,
  selection TEXT NOT NULL,
  last_full_at BIGINT NOT NULL,
  last_pull_at BIGINT NOT NULL,
  last_push_at BIGINT NOT NULL,
  edensync BOOLEAN NOT NULL, -- the last answer of the repository came from an edensync
  PRIMARY KEY (repository_id, resource)
);

-- serving remembers answers to an Eden that pulled: its next question from youngest on confirms that
-- everything up to seq has reached it. Only the latest few of a repository and resource are kept.
CREATE TABLE serving (
  repository_id TEXT COLLATE "C" NOT NULL,
  resource TEXT COLLATE "C" NOT NULL,
  seq BIGINT NOT NULL,
  youngest BIGINT NOT NULL,
  served_at BIGINT NOT NULL,
  PRIMARY KEY (repository_id, resource, seq, youngest)
);

-- item is the ledger: every skipped, conflicting or rejected record with its reason and both versions (in_ is
-- the incoming one, local_ the one that was here). Of a conflict winner is the policy's and chosen a person's
-- choice. ids rise with time. mark is what an open reject is known
-- by: the uid, or a digest of the element if it has none; of the same mark only one reject is open.
CREATE TABLE item (
  id TEXT COLLATE "C" PRIMARY KEY,
  run_id TEXT COLLATE "C" NOT NULL,
  repository_id TEXT COLLATE "C" NOT NULL,
  task TEXT COLLATE "C" NOT NULL,
  direction TEXT COLLATE "C" NOT NULL,
  resource TEXT COLLATE "C" NOT NULL,
  uid TEXT COLLATE "C" NOT NULL,
  mark TEXT COLLATE "C" NOT NULL,
  outcome TEXT COLLATE "C" NOT NULL,
  reason TEXT COLLATE "C" NOT NULL,
  message TEXT NOT NULL,
  rule TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  winner TEXT COLLATE "C" NOT NULL,
  chosen TEXT COLLATE "C" NOT NULL,
  attempts INTEGER NOT NULL,
  in_modified_on BIGINT NOT NULL,
  in_mci INTEGER NOT NULL,
  in_deleted BOOLEAN NOT NULL,
  in_hash TEXT COLLATE "C" NOT NULL,
  in_xml TEXT NOT NULL,
  local_modified_on BIGINT NOT NULL,
  local_mci INTEGER NOT NULL,
  local_deleted BOOLEAN NOT NULL,
  local_hash TEXT COLLATE "C" NOT NULL,
  local_xml TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  decided_by TEXT COLLATE "C" NOT NULL,
  decided_seq BIGINT NOT NULL
);
CREATE INDEX item_run ON item (run_id, id);
CREATE INDEX item_outcome ON item (outcome, id);
CREATE INDEX item_repository ON item (repository_id, outcome, id);
CREATE INDEX item_key ON item (resource, uid, id);
CREATE INDEX item_open ON item (repository_id, outcome, id) WHERE state = 'OPEN';
CREATE UNIQUE INDEX item_open_reject ON item (repository_id, direction, task, resource, mark)
  WHERE outcome = 'REJECTED' AND state = 'OPEN';

-- run is one execution of a repository's tasks, or one exchange that a peer or a person started. Queued and
-- running ones of the first kind are leased: owner works on it until leased_until by the database's clock;
-- each claim raises generation, and whoever writes with an older one has lost the lease. seq rises with every
-- stored progress.
CREATE TABLE run (
  id TEXT COLLATE "C" PRIMARY KEY,
  request_id TEXT COLLATE "C" NOT NULL,
  repository_id TEXT COLLATE "C" NOT NULL,
  repository_name TEXT NOT NULL,
  cause TEXT COLLATE "C" NOT NULL,
  job_id TEXT COLLATE "C" NOT NULL,
  started_by TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  resources TEXT NOT NULL,
  full_load BOOLEAN NOT NULL,
  time_limit BIGINT NOT NULL,
  stop_requested BOOLEAN NOT NULL,
  attempt INTEGER NOT NULL,
  created_at BIGINT NOT NULL,
  started_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL,
  progress_at BIGINT NOT NULL,
  reason TEXT COLLATE "C" NOT NULL,
  message TEXT NOT NULL,
  seq BIGINT NOT NULL,
  owner TEXT COLLATE "C" NOT NULL,
  leased_until BIGINT NOT NULL,
  lease_time BIGINT NOT NULL,
  generation BIGINT NOT NULL
);
CREATE UNIQUE INDEX run_request ON run (repository_id, request_id) WHERE request_id <> '';
CREATE UNIQUE INDEX run_active ON run (repository_id)
  WHERE state IN ('QUEUED', 'RUNNING') AND cause IN ('MANUAL', 'SCHEDULE');
CREATE INDEX run_open ON run (created_at, id) WHERE state IN ('QUEUED', 'RUNNING');
CREATE INDEX run_repository ON run (repository_id, id);
CREATE INDEX run_job ON run (job_id, id) WHERE job_id <> '';

-- run_part is what a run did for one resource in one direction, with its counts; position keeps the order in
-- which the parts began.
CREATE TABLE run_part (
  run_id TEXT COLLATE "C" NOT NULL,
  resource TEXT COLLATE "C" NOT NULL,
  direction TEXT COLLATE "C" NOT NULL,
  position INTEGER NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  full_load BOOLEAN NOT NULL,
  received BIGINT NOT NULL,
  created BIGINT NOT NULL,
  updated BIGINT NOT NULL,
  deleted BIGINT NOT NULL,
  unchanged BIGINT NOT NULL,
  skipped BIGINT NOT NULL,
  conflict BIGINT NOT NULL,
  rejected BIGINT NOT NULL,
  sent BIGINT NOT NULL,
  accepted BIGINT NOT NULL,
  bytes BIGINT NOT NULL,
  started_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL,
  reason TEXT COLLATE "C" NOT NULL,
  message TEXT NOT NULL,
  PRIMARY KEY (run_id, resource, direction)
);

-- resend lists records that must be said to a repository again although its cursor has passed them, because
-- this site kept its own version or the remote refused it. seq is the change clock when it was noted.
CREATE TABLE resend (
  repository_id TEXT COLLATE "C" NOT NULL,
  task TEXT COLLATE "C" NOT NULL,
  resource TEXT COLLATE "C" NOT NULL,
  uid TEXT COLLATE "C" NOT NULL,
  seq BIGINT NOT NULL,
  PRIMARY KEY (repository_id, task, resource, uid)
);

-- file is one upload field of a record whose content lies, or lay, at a remote site. PENDING ones are fetched
-- from the repository when next_try has come, STORED ones are kept by sha256 and served to whoever knows the
-- random token, FAILED ones were given up. Times are of this site's clock.
CREATE TABLE file (
  resource TEXT COLLATE "C" NOT NULL,
  uid TEXT COLLATE "C" NOT NULL,
  field TEXT COLLATE "C" NOT NULL,
  url TEXT NOT NULL,
  filename TEXT NOT NULL,
  repository_id TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  sha256 TEXT COLLATE "C" NOT NULL,
  size BIGINT NOT NULL,
  content_type TEXT COLLATE "C" NOT NULL,
  token TEXT COLLATE "C" NOT NULL,
  attempts INTEGER NOT NULL,
  next_try BIGINT NOT NULL,
  message TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (resource, uid, field)
);
CREATE UNIQUE INDEX file_token ON file (token);
CREATE INDEX file_pending ON file (next_try) WHERE state = 'PENDING';
CREATE INDEX file_content ON file (sha256) WHERE sha256 <> '';
