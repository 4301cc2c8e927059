-- +goose Up

-- awaited are records that are not here, or deleted, and to which a master led that was sent to somebody: what comes raises tree_seq of
-- those masters, so that they are sent again, with it.
CREATE TABLE awaited (
  resource TEXT NOT NULL,
  uid TEXT NOT NULL,
  selection TEXT NOT NULL, -- digest of the filters by which the master was chosen; a few masters of each are noted
  master_resource TEXT NOT NULL,
  master_uid TEXT NOT NULL,
  PRIMARY KEY (resource, uid, selection, master_resource, master_uid)
) WITHOUT ROWID;

-- awaits tells every writer whether there are any.
ALTER TABLE change_clock ADD COLUMN awaits BOOLEAN NOT NULL DEFAULT FALSE;

-- +goose Down
ALTER TABLE change_clock DROP COLUMN awaits;
DROP TABLE awaited;
