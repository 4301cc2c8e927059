-- +goose Up

-- turn is a random name of the transaction that wrote last, no longer a count, and turn_before that of the one before it: a count
-- that was rolled back is given out again, so nobody could tell by it whose transaction was the last one. A program of an older
-- version goes on counting, which is a name, too.
ALTER TABLE change_clock ADD COLUMN turn_before BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE change_clock DROP COLUMN turn_before;
