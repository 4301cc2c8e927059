package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"text/tabwriter"
)

// row is one measured number.
type row struct {
	Name   string  `json:"name"`
	Value  float64 `json:"value"`
	Unit   string  `json:"unit"`
	Limit  float64 `json:"limit"`  // what the machine can do at most, measured in the same run; 0 = not known
	Ratio  float64 `json:"ratio"`  // value to limit
	Target float64 `json:"target"` // 0 = none
	Pass   bool    `json:"pass"`
}

// Units of which less is better.
const (
	milliseconds = "ms"
	mebibytes    = "MiB"
)

// report collects rows.
type report struct{ rows []row }

// add appends a row; limit and target may be 0.
func (r *report) add(name string, value float64, unit string, limit, target float64) {
	line := row{Name: name, Value: round(value), Unit: unit, Limit: round(limit), Target: target, Pass: true}
	if limit > 0 {
		line.Ratio = math.Round(value/limit*1000) / 1000
	}
	if target > 0 {
		line.Pass = value >= target
		if unit == milliseconds || unit == mebibytes {
			line.Pass = value <= target
		}
	}
	r.rows = append(r.rows, line)
}

// round keeps three digits, at least to the unit.
func round(v float64) float64 {
	if v >= 1000 {
		return math.Round(v)
	}
	return math.Round(v*100) / 100
}

func (r *report) missed() bool {
	return slices.ContainsFunc(r.rows, func(l row) bool { return !l.Pass })
}

// save writes the rows as a JSON array.
func (r *report) save(file string) error {
	text, err := json.MarshalIndent(r.rows, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(file, append(text, '\n'), 0o644); err != nil { //nolint:gosec // numbers are no secret
		return fmt.Errorf("write the rows: %w", err)
	}
	return nil
}

// table writes the rows for people; the writer keeps the first error until the end.
func (r *report) table(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintln(t, "measured\tvalue\tunit\tlimit\tratio\ttarget\t\t")
	for _, l := range r.rows {
		_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", l.Name, number(l.Value), l.Unit, number(l.Limit), number(l.Ratio), number(l.Target), verdict(l))
	}
	return t.Flush()
}

func number(v float64) string {
	switch {
	case v == 0:
		return ""
	case v >= 1000:
		return fmt.Sprintf("%.0f", v)
	default:
		return fmt.Sprintf("%.4g", v)
	}
}

func verdict(l row) string {
	switch {
	case l.Target == 0:
		return ""
	case l.Pass:
		return "ok"
	default:
		return "MISSED"
	}
}

// median of the values; there is at least one.
func median(values []float64) float64 {
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
