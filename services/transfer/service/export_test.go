package service

import (
	"strconv"
	"testing"
)

// LimitPages lets the SQLite database grow by n pages at most: a disk that is (nearly) full.
func (s *Service) LimitPages(t *testing.T, n int64) {
	t.Helper()
	var pages int64
	if err := s.db.Get(t.Context(), &pages, "PRAGMA page_count"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.db.Exec(t.Context(), "PRAGMA max_page_count = "+strconv.FormatInt(pages+n, 10)); err != nil {
		t.Fatal(err)
	}
}
