package selection

import (
	"net/url"
	"strings"
)

// Parse reads the query of a filter on table. Errors are *Error.
func Parse(table, query string) (Filter, error) {
	f := Filter{table: table}
	if len(query) > MaxQueryBytes {
		return Filter{}, &Error{Criterion: query, Problem: "is longer than 16 KiB; use fewer or shorter criteria"}
	}
	for pair := range strings.SplitSeq(query, "&") {
		if pair == "" {
			continue
		}
		if len(f.criteria) == MaxCriteria {
			return Filter{}, &Error{Criterion: pair, Problem: "is one criterion too many; at most 64 can be combined"}
		}
		c, err := parsePair(table, pair)
		if err != nil {
			return Filter{}, err
		}
		f.criteria = append(f.criteria, c)
	}
	return f, nil
}

func parsePair(table, pair string) (criterion, error) {
	key, value, assigned := strings.Cut(pair, "=")
	if !assigned {
		return criterion{}, &Error{Criterion: pair, Problem: "has no value; write selector=value, and NONE for an empty field"}
	}
	key, err := url.QueryUnescape(key)
	if err != nil {
		return criterion{}, &Error{Criterion: pair, Problem: "has a broken percent sequence in its selector"}
	}
	value, err = url.QueryUnescape(value)
	if err != nil {
		return criterion{}, &Error{Criterion: pair, Problem: "has a broken percent sequence in its value"}
	}
	c, err := parseKey(table, key)
	if err != nil {
		return criterion{}, err
	}
	c.values, err = parseValues(key, value)
	if err != nil {
		return criterion{}, err
	}
	return c, c.checkNone(key)
}

// parseKey reads ~.a|~.b__like! into selectors, operator and inversion.
func parseKey(table, key string) (criterion, error) {
	fields, inverted := strings.CutSuffix(key, "!")
	op := Eq
	if i := strings.LastIndex(fields, "__"); i >= 0 {
		fields, op = fields[:i], Operator(strings.ToLower(fields[i+2:]))
	}
	if err := checkOperator(key, op); err != nil {
		return criterion{}, err
	}
	c := criterion{op: op, invert: inverted}
	for field := range strings.SplitSeq(fields, "|") {
		selector, err := parseSelector(table, key, field)
		if err != nil {
			return criterion{}, err
		}
		if len(c.selectors) == MaxSelectors {
			return criterion{}, &Error{Criterion: key, Problem: "joins too many fields; at most 16 can be joined by |"}
		}
		c.selectors = append(c.selectors, selector)
	}
	return c, nil
}

func checkOperator(key string, op Operator) error {
	switch {
	case operators[op]:
		return nil
	case unsupported[op]:
		return &Error{Criterion: key, Problem: "the operator __" + string(op) + " is not supported; " + knownOperators}
	default:
		return &Error{Criterion: key, Problem: "the operator __" + shorten(string(op)) + " is unknown; " + knownOperators}
	}
}

const knownOperators = "known are __eq __ne __lt __le __gt __ge __like __belongs __contains __anyof"

// parseSelector checks alias.field and writes it as Selectors promises.
func parseSelector(table, key, field string) (string, error) {
	switch {
	case strings.ContainsAny(field, "()") || strings.HasPrefix(field, "$"):
		return "", &Error{Criterion: key, Problem: "expressions are not supported; write one selector=value for each condition"}
	case strings.Contains(field, "$"):
		return "", &Error{Criterion: key, Problem: "selectors over references are not supported; name a field of the table itself or of one of its components"}
	}
	alias, name, dotted := strings.Cut(field, ".")
	if !dotted || !isName(name) || alias != "~" && !isName(alias) {
		return "", &Error{Criterion: key, Problem: "the selector must name a field, as ~.name or as component.name"}
	}
	if alias == "~" || alias == table || alias == ownAlias(table) {
		return "~." + name, nil
	}
	return alias + "." + name, nil
}

// ownAlias is the name by which a table is called in selectors: without its prefix.
func ownAlias(table string) string {
	_, alias, _ := strings.Cut(table, "_")
	return alias
}

func isName(s string) bool {
	const maxName = 128
	if s == "" || len(s) > maxName {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '_' && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// parseValues splits a value at the commas outside of quotes.
func parseValues(key, value string) ([]operand, error) {
	var values []operand
	var part strings.Builder
	quoted, wasQuoted := false, false
	flush := func() {
		values = append(values, newOperand(part.String(), !wasQuoted && part.String() == "NONE"))
		part.Reset()
		wasQuoted = false
	}
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c == '\\' && i+1 < len(value) && value[i+1] == '"':
			i++
			part.WriteByte('"')
		case c == '"':
			quoted, wasQuoted = !quoted, true
		case c == ',' && !quoted:
			flush()
		default:
			part.WriteByte(c)
		}
		if len(values) == MaxAlternatives {
			return nil, &Error{Criterion: key, Problem: "has too many alternatives; at most 1000 can be separated by commas"}
		}
	}
	if quoted {
		return nil, &Error{Criterion: key, Problem: "a double quote is not closed; write \\\" for a quote that is part of the value"}
	}
	flush()
	return values, nil
}

// checkNone refuses NONE where nothing can be compared with it.
func (c *criterion) checkNone(key string) error {
	switch c.op {
	case Lt, Le, Gt, Ge, Like:
	default:
		return nil
	}
	for i := range c.values {
		if c.values[i].none {
			return &Error{Criterion: key, Problem: "NONE cannot be compared by __" + string(c.op) + "; put it in quotes if the text NONE is meant"}
		}
	}
	return nil
}
