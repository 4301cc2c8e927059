package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/edensync/edensync/internal/sqldb"
)

// notes are what a transaction writes beside records: its run, cursors, entries for the log, counts and the clock. They are
// written at its end, on PostgreSQL by one statement: each further one would be a way there and back for which everybody waits
// who stands in line for the change clock.
type notes struct {
	list  []note
	index map[string]int
}

// note is a statement that writes rows which no other note of the transaction touches.
type note struct {
	about string
	text  string
	args  []any
	must  error // if the statement changes nothing; nil = it may
}

// put adds a note, or replaces the one that was about the same.
func (n *notes) put(about, text string, args ...any) {
	n.add(note{about: about, text: text, args: args})
}

func (n *notes) add(it note) {
	if i, ok := n.index[it.about]; ok {
		n.list[i] = it
		return
	}
	if n.index == nil {
		n.index = map[string]int{}
	}
	n.index[it.about] = len(n.list)
	n.list = append(n.list, it)
}

// has tells whether there is a note about it.
func (n *notes) has(about string) bool {
	_, ok := n.index[about]
	return ok
}

// Exec adds a statement as a note; its result says nothing. It lets others write through the notes.
func (n *notes) Exec(_ context.Context, query string, args ...any) (sql.Result, error) {
	n.put(fmt.Sprint("entry ", len(n.list)), query, args...)
	return driver.ResultNoRows, nil
}

// write writes all notes. One that must change something comes last in its statement, whose count is then that of the note.
func (n *notes) write(ctx context.Context, q sqldb.Querier) error {
	slices.SortStableFunc(n.list, func(a, b note) int { return cmp.Compare(a.rank(), b.rank()) })
	var together []note
	for _, it := range n.list {
		together = append(together, it)
		if q.Dialect() == sqldb.PostgreSQL && it.must == nil {
			continue
		}
		if err := writeTogether(ctx, q, together); err != nil {
			return err
		}
		together = nil
	}
	return writeTogether(ctx, q, together)
}

func (n *note) rank() int {
	if n.must == nil {
		return 0
	}
	return 1
}

func writeTogether(ctx context.Context, q sqldb.Querier, together []note) error {
	if len(together) == 0 {
		return nil
	}
	var before, about []string
	var args []any
	for i, it := range together {
		before = append(before, fmt.Sprintf("n%d AS (%s)", i, it.text))
		args, about = append(args, it.args...), append(about, it.about)
	}
	last := together[len(together)-1]
	text := last.text
	if before = before[:len(together)-1]; len(before) > 0 {
		text = "WITH " + strings.Join(before, ", ") + " " + text
	}
	result, err := q.Exec(ctx, text, args...)
	if err != nil {
		return fmt.Errorf("note %s: %w", strings.Join(about, ", "), err)
	}
	if last.must == nil {
		return nil
	}
	if changed, err := result.RowsAffected(); err != nil || changed == 0 {
		return errors.Join(err, last.must)
	}
	return nil
}
