-- +goose Up

-- bind_at_registration: the account of a remote site waits for the repository that registers with it, to be bound to it.
ALTER TABLE account ADD COLUMN bind_at_registration BOOLEAN NOT NULL DEFAULT FALSE;

-- +goose Down
ALTER TABLE account DROP COLUMN bind_at_registration;
