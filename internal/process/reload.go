package process

import (
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"os"
	"slices"
	"sync"
	"time"
)

// watched is what was read from files. It notices within seconds that they were replaced; files that cannot be used
// leave the old value in place.
type watched[T any] struct {
	files  []string
	read   func() (T, error)
	now    func() time.Time
	logger *slog.Logger

	mu      sync.Mutex
	current T
	stamps  []time.Time // when the files of current were written
	checked time.Time
}

// reloadInterval is how often the files are looked at, at most.
const reloadInterval = 10 * time.Second

// watch reads the files for the first time; that must go well.
func watch[T any](files []string, read func() (T, error), now func() time.Time, logger *slog.Logger) (*watched[T], error) {
	w := &watched[T]{files: files, read: read, now: now, logger: logger, checked: now()}
	stamps, err := w.written()
	if err != nil {
		return nil, err
	}
	return w, w.load(stamps)
}

// get is the present value.
func (w *watched[T]) get() T {
	w.mu.Lock()
	defer w.mu.Unlock()
	if now := w.now(); now.Sub(w.checked) >= reloadInterval {
		w.checked = now
		stamps, err := w.written()
		if err == nil && !slices.EqualFunc(stamps, w.stamps, time.Time.Equal) {
			err = w.load(stamps)
		}
		if err != nil {
			w.logger.Warn("replaced files cannot be used, what was read before stays", slog.Any("files", w.files), slog.Any("error", err))
		}
	}
	return w.current
}

func (w *watched[T]) written() ([]time.Time, error) {
	stamps := make([]time.Time, len(w.files))
	for i, file := range w.files {
		info, err := os.Stat(file)
		if err != nil {
			return nil, err
		}
		stamps[i] = info.ModTime()
	}
	return stamps, nil
}

func (w *watched[T]) load(stamps []time.Time) error {
	value, err := w.read()
	if err != nil {
		return err
	}
	w.current, w.stamps = value, stamps
	return nil
}

// watchPair keeps certificate and key.
func watchPair(s TLSSettings, now func() time.Time, logger *slog.Logger) (*watched[*tls.Certificate], error) {
	pair, err := watch([]string{s.TLSCert, s.TLSKey}, func() (*tls.Certificate, error) {
		pair, err := tls.LoadX509KeyPair(s.TLSCert, s.TLSKey)
		return &pair, err
	}, now, logger)
	if err != nil {
		return nil, badSetting("the certificate %s and key %s cannot be used", s.TLSCert, s.TLSKey).Wrap(err)
	}
	return pair, nil
}

// watchAuthorities keeps the certificates of those who are trusted.
func watchAuthorities(file string, now func() time.Time, logger *slog.Logger) (*watched[*x509.CertPool], error) {
	pool, err := watch([]string{file}, func() (*x509.CertPool, error) { return certificates(file) }, now, logger)
	if err != nil {
		return nil, badSetting("the certificates in %s cannot be used", file).Wrap(err)
	}
	return pool, nil
}
