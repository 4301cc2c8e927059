-- +goose Up

-- turn counts the transactions that write, so that whoever has read ahead of one knows whether others came between.
ALTER TABLE change_clock ADD COLUMN turn BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE change_clock DROP COLUMN turn;
