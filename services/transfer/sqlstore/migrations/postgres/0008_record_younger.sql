-- +goose Up

-- Times of modification come in any order: an index of them is written to all over. Exports by time find most records by when
-- they arrived; here are the others, which claim to be younger than that.
CREATE INDEX record_younger ON record (resource, modified_on) WHERE master AND modified_on > arrived_on;
DROP INDEX record_modified;

-- +goose Down
CREATE INDEX record_modified ON record (resource, modified_on) WHERE master;
DROP INDEX record_younger;
