-- +goose Up

-- How far the changes of an edensync had got when it wrote the latest document that it pushed here: what it wrote before and
-- comes after is outdated.
CREATE TABLE heard (
  repository_id TEXT PRIMARY KEY,
  epoch TEXT NOT NULL, -- of the sender's record store: positions of another one cannot be compared
  seq BIGINT NOT NULL
);

-- +goose Down
DROP TABLE heard;
