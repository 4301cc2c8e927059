-- +goose Up

-- The list of open conflicts or rejects of all repositories, the youngest first: few of a million, or all of them.
CREATE INDEX item_open_outcome ON item (outcome, id) WHERE state = 'OPEN';

-- +goose Down
DROP INDEX item_open_outcome;
