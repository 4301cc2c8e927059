package s3xml

import (
	"errors"
	"strings"
	"time"
)

var (
	errNoTime = errors.New("expected a form like 2006-01-02T15:04:05")
	errRange  = errors.New("a part of it is out of range")
)

// timeParser takes a time apart from left to right.
type timeParser struct {
	rest             string
	year, month, day int // 0 if absent
	hour, min, sec   int
	micro            int
	hasClock         bool
	offset           time.Duration
}

// parseWire reads the one form in which times are written. What it refuses may be a time nevertheless.
func parseWire(s string) (time.Time, bool) {
	if len(s) != len(wireTime) || s[4] != '-' || s[7] != '-' || s[10] != 'T' || s[13] != ':' || s[16] != ':' {
		return time.Time{}, false
	}
	var parts [7]int // century, year, month, day, hour, minute, second
	for i, at := range [...]int{0, 2, 5, 8, 11, 14, 17} {
		tens, ones := s[at]-'0', s[at+1]-'0'
		if tens > 9 || ones > 9 {
			return time.Time{}, false
		}
		parts[i] = int(tens)*10 + int(ones)
	}
	year, month, day := parts[0]*100+parts[1], time.Month(parts[2]), parts[3]
	if year == 0 || parts[4] > 23 || parts[5] > 59 || parts[6] > 59 {
		return time.Time{}, false
	}
	t := time.Date(year, month, day, parts[4], parts[5], parts[6], 0, time.UTC)
	return t, t.Month() == month && t.Day() == day
}

// parse reads date and time, date alone, or time alone.
func (p *timeParser) parse(now time.Time) (time.Time, error) {
	if err := p.read(); err != nil {
		return time.Time{}, err
	}
	p.fill(now)
	t := time.Date(p.year, time.Month(p.month), p.day, p.hour, p.min, p.sec, p.micro*1000, time.UTC)
	if t.Day() != p.day || t.Hour() != p.hour || t.Minute() != p.min || t.Second() != p.sec {
		return time.Time{}, errRange
	}
	return inYears(t.Add(-p.offset), nil)
}

func inYears(t time.Time, err error) (time.Time, error) {
	switch {
	case err != nil:
		return time.Time{}, err
	case t.Year() < 1 || t.Year() > 9999:
		return time.Time{}, errRange
	}
	return t, nil
}

func (p *timeParser) read() error {
	if !strings.Contains(p.firstPart(), ":") {
		if err := p.date(); err != nil {
			return err
		}
		if p.rest == "" {
			return nil
		}
		if p.rest[0] != 'T' && p.rest[0] != 't' && p.rest[0] != ' ' {
			return errNoTime
		}
		p.rest = strings.TrimLeft(p.rest[1:], " ")
	}
	if err := p.clock(); err != nil {
		return err
	}
	return p.zone()
}

// firstPart is what stands before the first blank or T.
func (p *timeParser) firstPart() string {
	if i := strings.IndexAny(p.rest, "Tt "); i >= 0 {
		return p.rest[:i]
	}
	return p.rest
}

// fill completes what the text does not say.
//
// EDEN: month and year alone take today's day, a date alone eight o'clock (docs/s3xml.md §8).
func (p *timeParser) fill(now time.Time) {
	if p.year == 0 {
		p.year, p.month, p.day = now.Year(), int(now.Month()), now.Day()
	}
	if p.day == 0 {
		last := time.Date(p.year, time.Month(p.month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
		p.day = min(now.Day(), last)
	}
	if !p.hasClock {
		p.hour = 8
	}
}

// digits takes a number of exactly or at most n digits; count is how many there were.
func (p *timeParser) digits(n int) (value, count int) {
	for count < n && count < len(p.rest) && p.rest[count]-'0' <= 9 {
		value = value*10 + int(p.rest[count]-'0')
		count++
	}
	p.rest = p.rest[count:]
	return value, count
}

// take removes one of the given bytes from the front, 0 if none of them is there.
func (p *timeParser) take(oneOf string) byte {
	if p.rest == "" || strings.IndexByte(oneOf, p.rest[0]) < 0 {
		return 0
	}
	c := p.rest[0]
	p.rest = p.rest[1:]
	return c
}

// date reads year-month-day, yearmonthday, year-month, or day and month before the year.
func (p *timeParser) date() error {
	first, n := p.digits(8)
	separator := p.take("-/.")
	switch {
	case n == 8 && separator == 0:
		p.year, p.month, p.day = first/10000, first/100%100, first%100
	case n == 4 && separator != 0:
		return p.yearFirst(first, separator)
	case (n == 1 || n == 2) && separator != 0:
		return p.yearLast(first, separator)
	default:
		return errNoTime
	}
	return p.checkDate()
}

func (p *timeParser) yearFirst(year int, separator byte) error {
	var n int
	p.year = year
	if p.month, n = p.digits(2); n == 0 {
		return errNoTime
	}
	if p.take(string(separator)) != 0 {
		if p.day, n = p.digits(2); n == 0 || p.day == 0 {
			return errNoTime
		}
	}
	return p.checkDate()
}

// yearLast reads month/day/year, or day/month/year where the first number cannot be a month.
//
// EDEN: ambiguous dates are American, whatever separates them (docs/s3xml.md §8).
func (p *timeParser) yearLast(first int, separator byte) error {
	second, n := p.digits(2)
	if n == 0 || p.take(string(separator)) == 0 {
		return errNoTime
	}
	if p.year, n = p.digits(4); n != 4 {
		return errNoTime
	}
	p.month, p.day = first, second
	if first > 12 {
		p.month, p.day = second, first
	}
	if p.day == 0 {
		return errRange
	}
	return p.checkDate()
}

func (p *timeParser) checkDate() error {
	if p.year == 0 || p.month < 1 || p.month > 12 || p.day > 31 {
		return errRange
	}
	return nil
}

// clock reads hours and minutes, with or without colons, seconds and fraction.
func (p *timeParser) clock() error {
	var n int
	p.hasClock = true
	if p.hour, n = p.digits(2); n == 0 {
		return errNoTime
	}
	colon := p.take(":") != 0
	if p.min, n = p.digits(2); n != 2 {
		return errNoTime
	}
	if colon && p.take(":") == 0 || !colon && (p.rest == "" || p.rest[0]-'0' > 9) {
		return p.checkClock()
	}
	if p.sec, n = p.digits(2); n != 2 {
		return errNoTime
	}
	if p.take(".,") != 0 {
		if err := p.fraction(); err != nil {
			return err
		}
	}
	return p.checkClock()
}

func (p *timeParser) checkClock() error {
	if p.hour > 23 || p.min > 59 || p.sec > 59 {
		return errRange
	}
	return nil
}

// fraction reads the fraction of a second and cuts it after six digits.
func (p *timeParser) fraction() error {
	var n int
	if p.micro, n = p.digits(6); n == 0 {
		return errNoTime
	}
	for ; n < 6; n++ {
		p.micro *= 10
	}
	p.rest = strings.TrimLeft(p.rest, "0123456789")
	return nil
}

// zone reads Z, UTC, GMT, or an offset, to the end of the text.
func (p *timeParser) zone() error {
	p.rest = strings.TrimLeft(p.rest, " ")
	switch strings.ToUpper(p.rest) {
	case "", "Z", "UTC", "GMT":
		return nil
	}
	sign := p.take("+-")
	hours, n := p.digits(2)
	if sign == 0 || n != 2 {
		return errNoTime
	}
	minutes := 0
	if p.rest != "" {
		p.take(":")
		if minutes, n = p.digits(2); n != 2 {
			return errNoTime
		}
	}
	if p.rest != "" {
		return errNoTime
	}
	if hours > 23 || minutes > 59 {
		return errRange
	}
	p.offset = time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
	if sign == '-' {
		p.offset = -p.offset
	}
	return nil
}
