package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
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

// write writes all notes. One that must change something ends its statement, whose count is then that of the note.
func (n *notes) write(ctx context.Context, q sqldb.Querier) error {
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

func writeTogether(ctx context.Context, q sqldb.Querier, together []note) error {
	if len(together) == 0 {
		return nil
	}
	var text strings.Builder
	var args []any
	var about []string
	last := len(together) - 1
	for i, it := range together {
		args, about = append(args, it.args...), append(about, it.about)
		switch {
		case i == last && i > 0:
			text.WriteString(") " + it.text)
		case i == last:
			text.WriteString(it.text)
		case i == 0:
			text.WriteString("WITH n0 AS (" + it.text)
		default:
			fmt.Fprintf(&text, "), n%d AS (%s", i, it.text)
		}
	}
	result, err := q.Exec(ctx, text.String(), args...)
	if err != nil {
		return fmt.Errorf("note %s: %w", strings.Join(about, ", "), err)
	}
	if must := together[last].must; must != nil {
		if changed, err := result.RowsAffected(); err != nil || changed == 0 {
			return must
		}
	}
	return nil
}
