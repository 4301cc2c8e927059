package sqldb

import "strings"

// Where puts a WHERE clause together. The zero value demands nothing. Terms are constants of the program; values only
// ever go in as parameters.
type Where struct {
	terms []string
	args  []any
}

// Add demands a term, with the values of its parameters in their order.
func (w *Where) Add(term string, args ...any) {
	w.terms = append(w.terms, term)
	w.args = append(w.args, args...)
}

// Equal demands a value of a column unless the value is empty.
func (w *Where) Equal(column, value string) {
	if value != "" {
		w.Add(column+" = ?", value)
	}
}

// In demands one of some values of a column; an empty list demands nothing.
func In[T ~string](w *Where, column string, values []T) {
	if len(values) == 0 {
		return
	}
	args := make([]any, len(values))
	for i, value := range values {
		args[i] = string(value)
	}
	w.Add(column+" IN (?"+strings.Repeat(", ?", len(values)-1)+")", args...)
}

// SQL is the clause with a blank before it; empty if nothing is demanded.
func (w *Where) SQL() string {
	if len(w.terms) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.terms, " AND ")
}

// Args are the values of all parameters, followed by more, such as those of a LIMIT.
func (w *Where) Args(more ...any) []any {
	return append(w.args[:len(w.args):len(w.args)], more...)
}
