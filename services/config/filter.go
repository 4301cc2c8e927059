package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Filter narrows what is exchanged: a condition in the form of a URL query on
// the task's own table or on another exported one. Several filters of one table
// must all match.
type Filter struct {
	Table     string
	Condition string
}

const (
	maxFilters   = 100
	maxCondition = 2000 // characters
)

// operators are the suffixes of selectors that Eden knows.
var operators = []string{"eq", "ne", "lt", "le", "gt", "ge", "like", "belongs", "contains", "anyof", "typeof", "intersects"}

func checkFilters(f *findings, filters []Filter) {
	f.unless(len(filters) <= maxFilters, "filters", "are too many: at most 100")
	for i := range filters {
		filter := &filters[i]
		filter.Table, filter.Condition = strings.TrimSpace(filter.Table), strings.TrimSpace(filter.Condition)
		at := fmt.Sprintf("filters[%d]", i)
		f.unless(validResourceName(filter.Table), at+".tablename", badResourceName)
		if err := checkCondition(filter.Condition); err != nil {
			f.add(at+".filterString", err.Error())
		}
	}
	if i := repeatedFilter(filters); i >= 0 {
		f.add(fmt.Sprintf("filters[%d]", i), "stands there twice")
	}
}

func repeatedFilter(filters []Filter) int {
	for i, filter := range filters {
		if slices.Contains(filters[:i], filter) {
			return i
		}
	}
	return -1
}

// checkCondition refuses what an Eden would silently ignore, because an ignored
// filter means that everything is exchanged.
func checkCondition(condition string) error {
	if utf8.RuneCountInString(condition) > maxCondition {
		return errors.New("is too long: at most 2000 characters")
	}
	if !plainText(condition) {
		return errors.New("must be one line without control characters")
	}
	for part := range strings.SplitSeq(condition, "&") {
		selector, _, ok := strings.Cut(part, "=")
		if !ok {
			return errors.New("needs a = between selector and value, such as ~.name__like=A*; the remote site would ignore it otherwise")
		}
		if err := checkSelector(selector); err != nil {
			return err
		}
	}
	return nil
}

// checkSelector checks alternatives such as ~.name|~.code__like.
func checkSelector(selector string) error {
	if selector == "$filter" || strings.HasPrefix(selector, "(") {
		return nil
	}
	selector = strings.TrimSuffix(selector, "!")
	fields, operator, hasOperator := cutLast(selector, "__")
	if hasOperator && !slices.Contains(operators, operator) {
		return fmt.Errorf("has the unknown operator %q: use one of %s", operator, strings.Join(operators, ", "))
	}
	for field := range strings.SplitSeq(fields, "|") {
		table, name, ok := strings.Cut(field, ".")
		if !ok || table == "" || name == "" || strings.ContainsAny(field, " \t[]") {
			return fmt.Errorf("has the selector %q, which needs a table and a field with a dot between, such as ~.name", field)
		}
	}
	return nil
}

func cutLast(text, separator string) (before, after string, found bool) {
	i := strings.LastIndex(text, separator)
	if i < 0 {
		return text, "", false
	}
	return text[:i], text[i+len(separator):], true
}

func describeFilters(filters []Filter) string {
	parts := make([]string, len(filters))
	for i, filter := range filters {
		parts[i] = "[" + filter.Table + "]" + filter.Condition
	}
	return strings.Join(parts, " ")
}
