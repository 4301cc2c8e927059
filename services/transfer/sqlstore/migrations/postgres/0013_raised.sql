-- +goose Up

-- raised are trees that must go out although nothing in them has changed: something that they lead to has come, or a record of theirs stands at
-- another place. By it they go also to a site from which all changes in them came.
CREATE TABLE raised (
  resource TEXT COLLATE "C" NOT NULL,
  uid TEXT COLLATE "C" NOT NULL,
  origin TEXT COLLATE "C" NOT NULL, -- the repository that brought the reason, and need not hear of it; empty = none
  seq BIGINT NOT NULL, -- the change number that the tree got by it, the last time
  PRIMARY KEY (resource, uid, origin)
);

-- +goose Down
DROP TABLE raised;
