-- +goose Up

-- What was exchanged within a stretch of time is summed up over the runs that began in it.
CREATE INDEX run_started ON run (started_at);

-- label is what people know a conflicting record by, search is label and uid in lower case. local_seq is the change
-- number of this site's version when the conflict was found, sync_seq the one that the repository was known to have
-- seen then: the last version that both had lies below; 0 = not known. field_sides is a JSON object of fields that a
-- person took from another side than chosen; empty = none.
ALTER TABLE item ADD COLUMN label TEXT NOT NULL DEFAULT '';
ALTER TABLE item ADD COLUMN search TEXT NOT NULL DEFAULT '';
ALTER TABLE item ADD COLUMN local_seq BIGINT NOT NULL DEFAULT 0;
ALTER TABLE item ADD COLUMN sync_seq BIGINT NOT NULL DEFAULT 0;
ALTER TABLE item ADD COLUMN field_sides TEXT NOT NULL DEFAULT '';
UPDATE item SET search = lower(uid) WHERE outcome = 'CONFLICT';

-- +goose Down
ALTER TABLE item DROP COLUMN field_sides;
ALTER TABLE item DROP COLUMN sync_seq;
ALTER TABLE item DROP COLUMN local_seq;
ALTER TABLE item DROP COLUMN search;
ALTER TABLE item DROP COLUMN label;
DROP INDEX run_started;
