package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"regexp"
	"slices"
	"text/tabwriter"
)

// row is one measured number.
type row struct {
	Name   string  `json:"name"`
	Value  float64 `json:"value"`
	Unit   string  `json:"unit"`
	Limit  float64 `json:"limit"`  // what the value is compared with, of the same unit and the same moment; 0 = nothing
	Ratio  float64 `json:"ratio"`  // value to limit
	Target float64 `json:"target"` // for the ratio where there is a limit, else for the value; 0 = none
	Pass   bool    `json:"pass"`
}

// Units. Of the second group less is better.
const (
	perSecond = "rec/s"
	perCPU    = "MB/CPU-s"

	milliseconds = "ms"
	microseconds = "us/rec"
	mebibytes    = "MiB"
	allocations  = "allocs/rec"
)

// lessIsBetter tells how a target of the unit is meant.
func lessIsBetter(unit string) bool {
	return slices.Contains([]string{milliseconds, microseconds, mebibytes, allocations}, unit)
}

// taken is one measured value, and what it is compared with; 0 = nothing.
type taken struct{ value, limit float64 }

// report collects rows.
type report struct {
	only    *regexp.Regexp // names of the rows that are wanted; nil = all
	targets bool           // else figures are shown, but none can miss
	rows    []row
}

func (r *report) wants(name string) bool { return r.only == nil || r.only.MatchString(name) }

// add appends a row: the medians of at least one sample, and of the ratios within the samples.
func (r *report) add(name, unit string, target float64, samples ...taken) {
	if !r.wants(name) {
		return
	}
	if !r.targets {
		target = 0
	}
	line := row{
		Name: name, Unit: unit, Target: target,
		Value: round(middle(samples, func(s taken) float64 { return s.value })),
		Limit: round(middle(samples, func(s taken) float64 { return s.limit })),
	}
	compared := line.Value
	if line.Limit > 0 {
		line.Ratio = math.Round(1000*middle(samples, func(s taken) float64 { return s.value / s.limit })) / 1000
		compared = line.Ratio
	}
	line.Pass = target == 0 || compared == target || lessIsBetter(unit) == (compared < target)
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
		_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", l.Name, number(l.Value), l.Unit, number(l.Limit), number(l.Ratio), target(l), verdict(l))
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

// target shows a ratio as a multiple.
func target(l row) string {
	if l.Target == 0 {
		return ""
	}
	sign, suffix := ">= ", ""
	if lessIsBetter(l.Unit) {
		sign = "<= "
	}
	if l.Limit > 0 {
		suffix = " x"
	}
	return sign + number(l.Target) + suffix
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

// middle is the median of one figure of the samples.
func middle(samples []taken, figure func(taken) float64) float64 {
	values := make([]float64, len(samples))
	for i, s := range samples {
		values[i] = figure(s)
	}
	return median(values)
}

// median of the values; there is at least one.
func median(values []float64) float64 {
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
