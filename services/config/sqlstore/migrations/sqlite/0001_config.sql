-- +goose Up

-- guard has one row. Every change of configuration updates it first, so that
-- such changes wait for each other and a rule about several rows (one name, one
-- administrator left) still holds when the change commits.
CREATE TABLE guard (
    id INTEGER NOT NULL PRIMARY KEY,
    n  BIGINT NOT NULL
);
INSERT INTO guard (id, n) VALUES (1, 0);

-- settings has one row, made at the first start together with the identity of
-- this site. Durations are microseconds, 0 = never or for ever. exposed_resources
-- is a JSON list. proxy is sealed. key_check is a known text sealed with the
-- keys that all sealed columns of this database need.
CREATE TABLE settings (
    id                       INTEGER NOT NULL PRIMARY KEY,
    repository_uuid          TEXT NOT NULL,
    site_name                TEXT NOT NULL,
    public_url               TEXT NOT NULL,
    proxy                    TEXT NOT NULL,
    log_retention            BIGINT NOT NULL,
    record_history_retention BIGINT NOT NULL,
    full_pull_interval       BIGINT NOT NULL,
    pull_overlap             BIGINT NOT NULL,
    max_clock_offset         BIGINT NOT NULL,
    max_concurrent_runs      INTEGER NOT NULL,
    anonymous_pulls          BOOLEAN NOT NULL,
    exposed_resources        TEXT NOT NULL,
    max_attachment_bytes     BIGINT NOT NULL,
    key_check                TEXT NOT NULL,
    create_time              BIGINT NOT NULL,
    update_time              BIGINT NOT NULL,
    version                  BIGINT NOT NULL
);

-- repository is a remote site. delete_time <> 0 marks a deleted one: it keeps
-- its identifier, so that the remote site is recognised if it registers again,
-- but neither address nor credentials. Name (folded to lower case in name_key),
-- URL and UUID are unique among live ones; an empty URL or UUID is none.
-- password and proxy are sealed. search is what lists are searched in, folded.
-- registration_lease <> 0: a worker has claimed the registration until then, by
-- the clock of this database. registration_generation rises whenever a
-- registration begins, is claimed or ends; a report must carry the present one.
CREATE TABLE repository (
    id                      TEXT NOT NULL PRIMARY KEY,
    name                    TEXT NOT NULL,
    name_key                TEXT NOT NULL,
    url                     TEXT NOT NULL,
    username                TEXT NOT NULL,
    password                TEXT NOT NULL,
    proxy                   TEXT NOT NULL,
    ca_certificates         TEXT NOT NULL,
    accept_pushes           BOOLEAN NOT NULL,
    uuid                    TEXT NOT NULL,
    uuid_source             TEXT NOT NULL,
    type                    TEXT NOT NULL,
    paused                  BOOLEAN NOT NULL,
    search                  TEXT NOT NULL,
    last_connect_time       BIGINT NOT NULL,
    clock_offset            BIGINT NOT NULL,
    clock_measured          BOOLEAN NOT NULL,
    registration_state      TEXT NOT NULL,
    registration_message    TEXT NOT NULL,
    registration_time       BIGINT NOT NULL,
    registration_generation BIGINT NOT NULL,
    registration_lease      BIGINT NOT NULL,
    create_time             BIGINT NOT NULL,
    update_time             BIGINT NOT NULL,
    delete_time             BIGINT NOT NULL,
    version                 BIGINT NOT NULL
);
CREATE UNIQUE INDEX repository_name ON repository (name_key) WHERE delete_time = 0;
CREATE UNIQUE INDEX repository_url ON repository (url) WHERE delete_time = 0 AND url <> '';
CREATE UNIQUE INDEX repository_uuid ON repository (uuid) WHERE delete_time = 0 AND uuid <> '';
CREATE INDEX repository_any_uuid ON repository (uuid);
CREATE INDEX repository_pending ON repository (registration_time) WHERE registration_state = 'PENDING';

-- task is a resource that is exchanged with a repository. Deleting the
-- repository deletes its tasks. strategy and filters are JSON lists.
CREATE TABLE task (
    repository_id   TEXT NOT NULL REFERENCES repository (id),
    resource_name   TEXT NOT NULL,
    mode            TEXT NOT NULL,
    strategy        TEXT NOT NULL,
    update_policy   TEXT NOT NULL,
    conflict_policy TEXT NOT NULL,
    filters         TEXT NOT NULL,
    last_pull_time  BIGINT NOT NULL,
    last_push_time  BIGINT NOT NULL,
    create_time     BIGINT NOT NULL,
    update_time     BIGINT NOT NULL,
    version         BIGINT NOT NULL,
    PRIMARY KEY (repository_id, resource_name)
);

-- account is a person or a remote site that may sign in. username_key is the
-- name folded to lower case. repository_id binds an account of role PEER.
CREATE TABLE account (
    id                TEXT NOT NULL PRIMARY KEY,
    username          TEXT NOT NULL,
    username_key      TEXT NOT NULL,
    role              TEXT NOT NULL,
    password_hash     TEXT NOT NULL,
    disabled          BOOLEAN NOT NULL,
    repository_id     TEXT NOT NULL,
    last_sign_in_time BIGINT NOT NULL,
    create_time       BIGINT NOT NULL,
    update_time       BIGINT NOT NULL,
    version           BIGINT NOT NULL
);
CREATE UNIQUE INDEX account_username ON account (username_key);

-- session is a person who is signed in. hash is that of the secret in the
-- person's cookie; the secret itself is nowhere.
CREATE TABLE session (
    hash          TEXT NOT NULL PRIMARY KEY,
    account_id    TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    address       TEXT NOT NULL,
    create_time   BIGINT NOT NULL,
    last_use_time BIGINT NOT NULL
);
CREATE INDEX session_account ON session (account_id);

-- token is a key for a program, made by an account and removed with it. Ids
-- sort by the time of creation. expire_time 0 = never.
CREATE TABLE token (
    id            TEXT NOT NULL PRIMARY KEY,
    name          TEXT NOT NULL,
    name_key      TEXT NOT NULL,
    role          TEXT NOT NULL,
    hash          TEXT NOT NULL,
    account_id    TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    expire_time   BIGINT NOT NULL,
    create_time   BIGINT NOT NULL,
    last_use_time BIGINT NOT NULL
);
CREATE UNIQUE INDEX token_name ON token (name_key);
CREATE UNIQUE INDEX token_hash ON token (hash);
CREATE INDEX token_account ON token (account_id);

-- attempt counts failed sign-ins of a subject: an account at an address, or an
-- address. Rows without an attempt for a day are removed.
CREATE TABLE attempt (
    subject      TEXT NOT NULL PRIMARY KEY,
    failures     INTEGER NOT NULL,
    last_time    BIGINT NOT NULL,
    locked_until BIGINT NOT NULL
);

-- setup_code holds hashes of the codes by which the first administrator proves
-- to have access to the machine. All end when that administrator is made.
CREATE TABLE setup_code (
    hash        TEXT NOT NULL PRIMARY KEY,
    create_time BIGINT NOT NULL
);

-- request remembers for a day what became of requests that carried an id, so
-- that a repetition answers the same instead of doing it twice. fingerprint is a
-- hash of the request without secrets.
CREATE TABLE request (
    actor       TEXT NOT NULL,
    method      TEXT NOT NULL,
    request_id  TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    target      TEXT NOT NULL,
    time        BIGINT NOT NULL,
    PRIMARY KEY (actor, method, request_id)
);
CREATE INDEX request_time ON request (time);

-- +goose Down
DROP TABLE request;
DROP TABLE setup_code;
DROP TABLE attempt;
DROP TABLE token;
DROP TABLE session;
DROP TABLE account;
DROP TABLE task;
DROP TABLE repository;
DROP TABLE settings;
DROP TABLE guard;
