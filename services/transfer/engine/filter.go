package engine

import (
	"fmt"
	"slices"
	"strings"

	"github.com/edensync/edensync/s3xml"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/selection"
)

// selector holds the filters of one exchange, by table.
type selector struct {
	resource string
	byTable  map[string][]selection.Filter
}

// newSelector reads filters; ~ and an empty table mean the requested resource.
func newSelector(resource string, filters []transfer.Filter) (selector, error) {
	s := selector{resource: resource, byTable: map[string][]selection.Filter{}}
	for _, f := range filters {
		table := f.Table
		if table == "" || table == "~" {
			table = resource
		}
		parsed, err := selection.Parse(table, f.Query)
		if err != nil {
			return s, fmt.Errorf("filter of %s: %w", table, err)
		}
		s.byTable[table] = append(s.byTable[table], parsed)
	}
	return s, nil
}

// Selects tells whether a record passes the filters of a task.
func Selects(task transfer.Task, t *transfer.Tree) (bool, error) {
	s, err := newSelector(task.Resource, task.Filters)
	return err == nil && s.match(t), err
}

// ShownIn tells whether a tree as it stands is part of what a repository has seen of its resource.
func ShownIn(shown []transfer.Shown, t *transfer.Tree) bool {
	return slices.ContainsFunc(shown, func(s transfer.Shown) bool {
		if t.TreeSeq > s.Seq || s.Selection.MadeHere && t.MCI != 0 {
			return false
		}
		filters, err := newSelector(t.Resource, s.Selection.Filters)
		return err == nil && filters.match(t)
	})
}

func (s selector) empty() bool { return len(s.byTable) == 0 }

// match tells whether a record passes the filters of its table. Deletions always pass: they say nothing that a
// filter could look at, and a record that left the selection by being deleted must be deleted elsewhere, too.
func (s selector) match(t *transfer.Tree) bool {
	filters := s.byTable[t.Resource]
	if len(filters) == 0 || t.Deleted {
		return true
	}
	values := fieldsOf(t)
	for _, f := range filters {
		if !f.Match(values) {
			return false
		}
	}
	return true
}

// prune leaves out components that do not pass the filters of their own table. EDEN: a filter applies to every
// exported record of its table, whatever place it has in the document.
func (s selector) prune(t *transfer.Tree) {
	if s.empty() {
		return
	}
	t.Components = slices.DeleteFunc(t.Components, func(c *transfer.Tree) bool { return !s.match(c) })
	for _, c := range t.Components {
		s.prune(c)
	}
}

// fieldsOf looks fields up for a filter: ~.name in the record itself, address.city in its components by alias or
// by table name without prefix.
func fieldsOf(t *transfer.Tree) func(string) ([]string, bool) {
	return func(path string) ([]string, bool) {
		scope, field, _ := strings.Cut(path, ".")
		if scope == "~" {
			return fieldValues(&t.Record, field)
		}
		var all []string
		found := false
		for _, c := range t.Components {
			_, short, _ := strings.Cut(c.Resource, "_")
			if c.Deleted || (scope != c.Alias && scope != short) {
				continue
			}
			values, known := fieldValues(&c.Record, field)
			all, found = append(all, values...), found || known
		}
		return all, found
	}
}

// fieldValues reads one field of a record: its own columns first, then its content.
func fieldValues(r *transfer.Record, field string) ([]string, bool) {
	switch field {
	case "uuid":
		return []string{r.UID}, true
	case "modified_on":
		return []string{s3xml.FormatTime(r.ModifiedOn)}, true
	case "created_on":
		return []string{s3xml.FormatTime(r.CreatedOn)}, true
	case "deleted":
		return []string{fmt.Sprint(r.Deleted)}, true
	}
	content, err := s3xml.ParseBody(r.Body)
	if err != nil {
		return nil, false
	}
	for _, f := range content.Fields {
		if f.Name == field {
			return []string{f.Value}, true
		}
	}
	var uids []string
	for _, ref := range content.References {
		if ref.Field == field {
			uids = append(uids, ref.UIDs...)
		}
	}
	return uids, uids != nil
}
