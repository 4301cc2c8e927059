package sqlstore

import (
	"context"
	"fmt"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/sqldb"
)

// CheckKey tells whether the keys at hand are those that this database was
// sealed with; before the first start any will do.
func (s *Store) CheckKey(ctx context.Context) error {
	sealed, begun, err := s.sealedCheck(ctx)
	if err != nil || !begun {
		return err
	}
	text, err := s.sealer.Unseal(sealed, placeKeyCheck)
	if err != nil || text != keyCheck {
		return apierr.New(apierr.KindPrecondition, apierr.ReasonSecretKeyMissing,
			"The key file does not belong to this database, so its passwords cannot be read and the service does not start; put the right key file back.").Wrap(err)
	}
	return nil
}

// Begun tells whether this database was started with before, so that its key
// file must exist.
func (s *Store) Begun(ctx context.Context) (bool, error) {
	_, begun, err := s.sealedCheck(ctx)
	return begun, err
}

func (s *Store) sealedCheck(ctx context.Context) (sealed string, begun bool, err error) {
	begun, err = one(ctx, s.db, &sealed, "SELECT key_check FROM settings WHERE id = 1")
	return sealed, begun, wrap("read the key check", err)
}

// sealedColumns are all columns that hold sealed values.
var sealedColumns = []struct{ table, column string }{
	{"settings", "proxy"}, {"settings", "key_check"}, {"repository", "password"}, {"repository", "proxy"},
}

// Reseal writes every sealed value anew with the present primary key, all or
// nothing, and answers how many there were.
func (s *Store) Reseal(ctx context.Context) (int, error) {
	total := 0
	err := s.db.Tx(ctx, func(tx *sqldb.Tx) error {
		total = 0
		a := &access{q: tx, sealer: s.sealer, audit: s.audit}
		if err := a.Guard(ctx); err != nil {
			return err
		}
		for _, c := range sealedColumns {
			n, err := a.reseal(ctx, c.table, c.column)
			if err != nil {
				return err
			}
			total += n
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("seal all secrets anew: %w", err)
	}
	return total, nil
}

func (a *access) reseal(ctx context.Context, table, column string) (int, error) {
	var rows []struct {
		ID     string `db:"id"`
		Sealed string `db:"sealed"`
	}
	query := "SELECT CAST(id AS TEXT) AS id, " + column + " AS sealed FROM " + table + " WHERE " + column + " <> ''"
	if err := a.q.Select(ctx, &rows, query); err != nil {
		return 0, fmt.Errorf("read %s.%s: %w", table, column, err)
	}
	for _, row := range rows {
		place := table + "/" + row.ID + "/" + column
		plain, err := a.sealer.Unseal(row.Sealed, place)
		if err != nil {
			return 0, err
		}
		sealed, err := a.sealer.Seal(plain, place)
		if err != nil {
			return 0, err
		}
		if err := a.exec(ctx, "seal "+place, "UPDATE "+table+" SET "+column+" = ? WHERE CAST(id AS TEXT) = ?", sealed, row.ID); err != nil {
			return 0, err
		}
	}
	return len(rows), nil
}
