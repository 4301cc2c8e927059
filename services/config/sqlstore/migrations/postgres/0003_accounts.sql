-- +goose Up

-- language is a BCP 47 tag, empty: what the browser asks for. From now on an empty password_hash means that the
-- account waits for its invitation to be accepted.
ALTER TABLE account ADD COLUMN language TEXT COLLATE "C" NOT NULL DEFAULT '';

-- invitation lets a person set the password of an account once, until expire_time. hash is that of the code; the
-- code itself is nowhere. A new invitation replaces the one before.
CREATE TABLE invitation (
    account_id  TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    hash        TEXT COLLATE "C" NOT NULL,
    create_time BIGINT NOT NULL,
    expire_time BIGINT NOT NULL
);
CREATE UNIQUE INDEX invitation_hash ON invitation (hash);

-- id names a session without giving its secret away.
ALTER TABLE session ADD COLUMN id TEXT COLLATE "C" NOT NULL DEFAULT '';
UPDATE session SET id = gen_random_uuid()::text;
CREATE UNIQUE INDEX session_id ON session (id);

-- A record tells with which repositories its resource is exchanged.
CREATE INDEX task_resource ON task (resource_name);

-- +goose Down
DROP INDEX task_resource;
DROP INDEX session_id;
ALTER TABLE session DROP COLUMN id;
DROP TABLE invitation;
ALTER TABLE account DROP COLUMN language;
