package service

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/config"
	"github.com/edensync/edensync/services/config/seal"
	"github.com/edensync/edensync/services/config/sqlstore"
)

// keyFile is the name of the key file in the data folder.
const keyFile = "secrets.key"

func (s Settings) keyPath() string {
	if s.SecretKeyFile != "" {
		return s.SecretKeyFile
	}
	return filepath.Join(s.Data, keyFile)
}

// openRing opens the keys. Only a database that was never started with may get
// new ones: otherwise a lost file would silently cost all stored passwords.
func openRing(ctx context.Context, s Settings, db *sqldb.DB, logger *slog.Logger) (*seal.Ring, error) {
	path := s.keyPath()
	ring, err := seal.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		ring, err = newRing(ctx, path, db)
	}
	if errors.Is(err, seal.ErrNoKeyset) {
		return nil, apierr.New(apierr.KindPrecondition, apierr.ReasonSecretKeyMissing,
			"The key file %s is damaged, or is being written at this moment, so stored passwords cannot be read; put it back from the backup.", path).Wrap(err)
	}
	if err != nil {
		return nil, err
	}
	exposed, err := ring.Exposed()
	if err != nil {
		return nil, err
	}
	if exposed {
		logger.WarnContext(ctx, "others than the owner may read the key file", slog.String("file", path))
	}
	return ring, nil
}

func newRing(ctx context.Context, path string, db *sqldb.DB) (*seal.Ring, error) {
	begun, err := sqlstore.New(db, nil, nil).Begun(ctx)
	if err != nil {
		return nil, err
	}
	if begun {
		return nil, apierr.New(apierr.KindPrecondition, apierr.ReasonSecretKeyMissing,
			"The key file %s is missing, so stored passwords cannot be read and the service does not work; put it back, or name the right one with --secret-key-file.", path)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of the key file: %w", err)
	}
	return seal.Create(path)
}

// RotateSecretKey makes a new key and seals every stored secret with it. It may
// be repeated at any time, also after a failure half-way. The result is the
// number of secrets.
func (s *Service) RotateSecretKey(ctx context.Context) (int, error) {
	// Whatever an interrupted rotation has left behind is sealed with the present
	// key first, because the rotation drops all older ones.
	if _, err := s.store.Reseal(ctx); err != nil {
		return 0, err
	}
	if err := s.ring.Rotate(); err != nil {
		return 0, err
	}
	n, err := s.store.Reseal(ctx)
	if err != nil {
		return 0, err
	}
	entry := config.Entry{Action: "rotate secret key", Message: fmt.Sprintf("%d secrets sealed anew", n)}
	err = s.store.Write(ctx, func(tx config.Tx) error { return tx.Audit(ctx, entry) })
	return n, err
}
