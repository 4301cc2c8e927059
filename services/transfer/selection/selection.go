// Package selection is the filter language of synchronization: URL queries such as ~.name__like=A*&~.code=1,2
// that choose among the records of one table.
//
// It is pure and knows no database: the caller hands in the values of a record. A query is read as follows.
//
//   - Pairs are joined by &; all of them must match, also when a selector occurs twice.
//   - A selector names a field: ~.name or organisation.name of the table itself (~ and the table's name without
//     its prefix mean the same), address.city of its component address. a|b asks for any of several fields.
//   - A suffix names the operator: __eq (default), __ne, __lt, __le, __gt, __ge, __like, __belongs, __contains,
//     __anyof. A trailing ! inverts the criterion.
//   - A comma separates alternatives, double quotes protect commas, \" is a quote, an unquoted NONE is "no value".
//
// Whatever cannot be understood is an error: a criterion that is dropped would send more than was asked for.
package selection

import (
	"fmt"
	"strings"
)

// Limits of a query, so that nobody can make matching expensive.
const (
	MaxQueryBytes   = 16 << 10 // of a whole query
	MaxCriteria     = 64       // pairs in a query
	MaxSelectors    = 16       // fields joined by | in one pair
	MaxAlternatives = 1000     // values separated by commas in one pair
)

// Operator tells how the values of a field are compared with the alternatives of a criterion.
type Operator string

// The operators, as they are written after two underscores.
const (
	Eq       Operator = "eq"       // any value equals any alternative
	Ne       Operator = "ne"       // no value equals any alternative
	Lt       Operator = "lt"       // any value is below any alternative
	Le       Operator = "le"       // any value is not above any alternative
	Gt       Operator = "gt"       // any value is above any alternative
	Ge       Operator = "ge"       // any value is not below any alternative
	Like     Operator = "like"     // any value fits any pattern: * is any text, ? one character, case does not matter
	Belongs  Operator = "belongs"  // as Eq
	Contains Operator = "contains" // the values include all alternatives
	AnyOf    Operator = "anyof"    // the values include one of the alternatives
)

var operators = map[Operator]bool{
	Eq: true, Ne: true, Lt: true, Le: true, Gt: true, Ge: true, Like: true, Belongs: true, Contains: true, AnyOf: true,
}

// unsupported are operators that an Eden knows and that need a database with its schema.
var unsupported = map[Operator]bool{"typeof": true, "intersects": true}

// Error tells what is wrong with a filter. Its text is for the person who wrote the filter.
type Error struct {
	Criterion string // the pair, or the part of it, that is wrong
	Problem   string // what is wrong and what would be right
}

// Error names the criterion and the problem.
func (e *Error) Error() string { return fmt.Sprintf("filter %q: %s", shorten(e.Criterion), e.Problem) }

// shorten keeps error texts short when somebody sends kilobytes.
func shorten(s string) string {
	const limit = 100
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "") + "…"
}

// Filter chooses among the records of one table. The zero value matches every record.
type Filter struct {
	table    string
	criteria []criterion
}

type criterion struct {
	selectors []string
	op        Operator
	invert    bool
	values    []operand
}

// Table is the table whose records are filtered.
func (f Filter) Table() string { return f.table }

// Selectors lists the fields that the filter looks at, each once, in the order of the query: ~.name for fields of
// the table itself, address.city for fields of its component address.
func (f Filter) Selectors() []string {
	var all []string
	seen := map[string]bool{}
	for _, c := range f.criteria {
		for _, s := range c.selectors {
			if !seen[s] {
				seen[s] = true
				all = append(all, s)
			}
		}
	}
	return all
}

// Match tells whether a record is chosen. get returns the values of a field, named as by Selectors: none when the
// field is empty, several for lists and for components. known = false says that there is no such field: then the
// criterion is not met, inverted or not, because nobody can tell what it meant.
func (f Filter) Match(get func(selector string) (values []string, known bool)) bool {
	for i := range f.criteria {
		if !f.criteria[i].match(get) {
			return false
		}
	}
	return true
}

func (c *criterion) match(get func(string) ([]string, bool)) bool {
	met, decided := false, false
	for _, selector := range c.selectors {
		values, known := get(selector)
		if !known {
			continue
		}
		decided = true
		if c.test(values) {
			met = true
			break
		}
	}
	return decided && met != c.invert
}

func (c *criterion) test(values []string) bool {
	switch c.op {
	case Ne:
		return !c.includesAny(values)
	case Contains:
		return c.includesAll(values)
	case Eq, Belongs, AnyOf:
		return c.includesAny(values)
	default:
		return c.relatesAny(values)
	}
}

func (c *criterion) includesAny(values []string) bool {
	for i := range c.values {
		if c.values[i].in(values) {
			return true
		}
	}
	return false
}

func (c *criterion) includesAll(values []string) bool {
	for i := range c.values {
		if !c.values[i].in(values) {
			return false
		}
	}
	return true
}

func (c *criterion) relatesAny(values []string) bool {
	for _, v := range values {
		for i := range c.values {
			if c.values[i].relates(c.op, v) {
				return true
			}
		}
	}
	return false
}
