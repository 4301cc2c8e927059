-- +goose Up

-- shown says that the repository has seen every change of the resource up to seq, as far as a selection goes: filters,
-- or records made here only. What it has seen of everything is sync_seq of its cursor. digest names the selection, whose
-- text may be long. Only a few selections of a repository and resource are kept.
CREATE TABLE shown (
  repository_id TEXT NOT NULL,
  resource TEXT NOT NULL,
  digest TEXT NOT NULL,
  selection TEXT NOT NULL,
  seq BIGINT NOT NULL,
  PRIMARY KEY (repository_id, resource, digest)
);

-- serving as before, but for each selection; '' is everything.
ALTER TABLE serving RENAME TO serving_of_everything;
CREATE TABLE serving (
  repository_id TEXT NOT NULL,
  resource TEXT NOT NULL,
  digest TEXT NOT NULL,
  seq BIGINT NOT NULL,
  youngest BIGINT NOT NULL,
  served_at BIGINT NOT NULL,
  PRIMARY KEY (repository_id, resource, seq, youngest, digest)
);
INSERT INTO serving (repository_id, resource, digest, seq, youngest, served_at)
  SELECT repository_id, resource, '', seq, youngest, served_at FROM serving_of_everything;
DROP TABLE serving_of_everything;
