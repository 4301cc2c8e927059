package selection

import (
	"cmp"
	"strings"
	"time"
	"unicode/utf8"
)

// operand is one alternative of a criterion, prepared for many comparisons.
type operand struct {
	text    string
	none    bool // no value
	pattern string
	number  decimal
	isNum   bool
	when    time.Time
	isTime  bool
}

func newOperand(text string, none bool) operand {
	o := operand{text: text, none: none, pattern: strings.ToLower(text)}
	o.number, o.isNum = parseDecimal(text)
	o.when, o.isTime = parseTime(text)
	return o
}

// in tells whether the operand is among the values of a field; NONE is, when there are none.
func (o *operand) in(values []string) bool {
	empty := true
	for _, v := range values {
		if o.none {
			empty = empty && v == ""
			continue
		}
		if o.compare(v) == 0 {
			return true
		}
	}
	return o.none && empty
}

func (o *operand) relates(op Operator, value string) bool {
	switch op {
	case Like:
		return wildcard(o.pattern, strings.ToLower(value))
	case Lt:
		return value != "" && o.compare(value) < 0
	case Le:
		return value != "" && o.compare(value) <= 0
	case Gt:
		return o.compare(value) > 0
	case Ge:
		return o.compare(value) >= 0
	default:
		return false
	}
}

// compare orders a value of a record against the operand: as numbers or times where both are, as truth values
// without case, else as text.
func (o *operand) compare(value string) int {
	if value == o.text {
		return 0
	}
	if o.isNum {
		if n, ok := parseDecimal(value); ok {
			return n.compare(o.number)
		}
	}
	if o.isTime {
		if t, ok := parseTime(value); ok {
			return t.Compare(o.when)
		}
	}
	if isBool(o.pattern) && strings.EqualFold(value, o.pattern) {
		return 0
	}
	return strings.Compare(value, o.text)
}

func isBool(lower string) bool { return lower == "true" || lower == "false" }

var timeLayouts = []string{"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02"}

// parseTime reads times as S3XML writes them; without a zone they are UTC.
func parseTime(s string) (time.Time, bool) {
	const shortest, longest = len("2006-01-02"), len("2006-01-02T15:04:05.999999999+00:00")
	if len(s) < shortest || len(s) > longest || s[4] != '-' {
		return time.Time{}, false
	}
	for _, layout := range timeLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// decimal is a plain decimal number of any length, compared without rounding.
type decimal struct {
	negative   bool
	whole      string // without leading zeros
	fractional string // without trailing zeros
}

// parseDecimal reads [-+]digits[.digits].
func parseDecimal(s string) (decimal, bool) {
	var d decimal
	digits := s
	if s != "" && (s[0] == '-' || s[0] == '+') {
		d.negative, digits = s[0] == '-', s[1:]
	}
	whole, fractional, pointed := strings.Cut(digits, ".")
	if whole == "" || !isDigits(whole) || pointed && (fractional == "" || !isDigits(fractional)) {
		return decimal{}, false
	}
	d.whole, d.fractional = strings.TrimLeft(whole, "0"), strings.TrimRight(fractional, "0")
	if d.whole == "" && d.fractional == "" {
		d.negative = false
	}
	return d, true
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

func (d decimal) compare(e decimal) int {
	switch {
	case d.negative && !e.negative:
		return -1
	case !d.negative && e.negative:
		return 1
	case d.negative:
		return e.compareDigits(d)
	default:
		return d.compareDigits(e)
	}
}

func (d decimal) compareDigits(e decimal) int {
	return cmp.Or(
		cmp.Compare(len(d.whole), len(e.whole)),
		strings.Compare(d.whole, e.whole),
		strings.Compare(d.fractional, e.fractional),
	)
}

// wildcard tells whether text fits pattern, where * is any text and ? one character. It goes back only to the
// last star, so its time is bounded by the product of the lengths.
func wildcard(pattern, text string) bool {
	p, t := 0, 0
	star, resume := -1, 0
	for t < len(text) {
		if p < len(pattern) && pattern[p] == '*' {
			star, resume = p, t
			p++
			continue
		}
		if n := step(pattern, text, p, t); n > 0 {
			t += n
			p += patternStep(pattern, p, n)
			continue
		}
		if star < 0 {
			return false
		}
		_, n := utf8.DecodeRuneInString(text[resume:])
		resume += n
		p, t = star+1, resume
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// step is the number of bytes of the character at text[t] when pattern[p] fits it, else 0.
func step(pattern, text string, p, t int) int {
	if p >= len(pattern) {
		return 0
	}
	_, n := utf8.DecodeRuneInString(text[t:])
	if pattern[p] == '?' || strings.HasPrefix(pattern[p:], text[t:t+n]) {
		return n
	}
	return 0
}

func patternStep(pattern string, p, n int) int {
	if pattern[p] == '?' {
		return 1
	}
	return n
}
