package sqldb_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/edensync/edensync/internal/sqldb"
)

func TestWhere(t *testing.T) {
	t.Parallel()
	type state string
	tests := map[string]struct {
		build func(w *sqldb.Where)
		sql   string
		args  []any
	}{
		"nothing": {func(*sqldb.Where) {}, "", nil},
		"empty values demand nothing": {func(w *sqldb.Where) {
			w.Equal("a", "")
			sqldb.In(w, "b", []state{})
		}, "", nil},
		"terms in their order": {func(w *sqldb.Where) {
			w.Equal("a", "x")
			w.Add("b BETWEEN ? AND ?", 1, 2)
			sqldb.In(w, "c", []state{"one"})
			sqldb.In(w, "d", []state{"one", "two"})
		}, " WHERE a = ? AND b BETWEEN ? AND ? AND c IN (?) AND d IN (?, ?)", []any{"x", 1, 2, "one", "one", "two"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := &sqldb.Where{}
			test.build(w)
			if got := w.SQL(); got != test.sql {
				t.Errorf("SQL is %q, want %q", got, test.sql)
			}
			if diff := cmp.Diff(test.args, w.Args()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestWhereMayBeUsedTwice(t *testing.T) {
	t.Parallel()
	w := &sqldb.Where{}
	for range 3 { // room behind the values must not be shared
		w.Add("a = ?", "x")
	}
	first, second := w.Args(1), w.Args(2)
	if first[3] != 1 || second[3] != 2 || len(w.Args()) != 3 {
		t.Errorf("%v and %v share their last value", first, second)
	}
}
