-- +goose Up

-- issuer and subject are the identity of the person at an OpenID Connect provider, both empty: none. provisioned says that
-- a sign-in has made the account, so that the provider decides about its role. An empty password_hash means that the
-- account has no password: it waits for its invitation to be accepted, or its person signs in by the provider.
ALTER TABLE account ADD COLUMN issuer TEXT NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN subject TEXT NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN provisioned BOOLEAN NOT NULL DEFAULT FALSE;
CREATE UNIQUE INDEX account_identity ON account (issuer, subject) WHERE subject <> '';

-- +goose Down
DROP INDEX account_identity;
ALTER TABLE account DROP COLUMN provisioned;
ALTER TABLE account DROP COLUMN subject;
ALTER TABLE account DROP COLUMN issuer;
