package validation

import (
	"context"
	"fmt"
	"math"
)

// Row is one line of the table: a quantity held against its reference.
type Row struct {
	Subject   string  // what is checked: a model, kernel, rule or network
	Quantity  string  // what is compared
	Unit      string  // of Ours and Reference
	Ours      float64 // glia's value; where several are compared, the one with the largest error
	Reference float64
	Error     float64 // +Inf where the two cannot be compared, as with unequal numbers of spikes
	Bound     float64 // largest Error that counts as agreement
	// ErrorUnit is the unit of Error and Bound; empty means Unit. Spike trains are given as numbers of
	// spikes, and their error as the largest difference of times.
	ErrorUnit string
	Source    string // of the reference
	Checks    int    // how many values the row stands for; 0 means 1
}

// OK says whether the error keeps the bound.
func (r Row) OK() bool { return r.Error <= r.Bound }

// excess is the error in units of the bound: how rows about the same thing are ranked.
func (r Row) excess() float64 {
	switch {
	case r.Error <= 0:
		return 0
	case math.IsNaN(r.Error) || r.Bound == 0:
		return math.Inf(1)
	}
	return r.Error / r.Bound
}

// compare makes a row from a value and its reference.
func compare(quantity, unit string, ours, reference, bound float64) Row {
	return Row{Quantity: quantity, Unit: unit, Ours: ours, Reference: reference,
		Error: math.Abs(ours - reference), Bound: bound, Checks: 1}
}

// compareAll makes one row from many values: that of the worst.
func compareAll(quantity, unit string, ours, reference []float64, bound float64) Row {
	if len(ours) != len(reference) {
		return Row{Quantity: quantity + ", number of values", Unit: "1", Ours: float64(len(ours)), Reference: float64(len(reference)),
			Error: math.Inf(1), Bound: bound, Checks: 1}
	}
	worst := Row{Quantity: quantity, Unit: unit, Error: -1, Bound: bound}
	for k := range ours {
		worst.keepWorse(compare(quantity, unit, ours[k], reference[k], bound))
	}
	if len(ours) == 0 { // comparing nothing is no agreement
		worst.Error = math.Inf(1)
	}
	worst.Checks = len(ours)
	return worst
}

// keepWorse replaces the row by another that departs further from its reference, and counts both.
func (r *Row) keepWorse(other Row) {
	checks := r.Checks + max(1, other.Checks)
	if r.Checks == 0 || other.excess() > r.excess() || math.IsNaN(other.Error) {
		*r = other
	}
	r.Checks = checks
}

// spikeTimes makes a row of two spike trains [ms]: their numbers, and the largest difference of times.
func spikeTimes(quantity string, ours, reference []float64, bound float64) Row {
	r := Row{Quantity: quantity, Unit: "spikes", Ours: float64(len(ours)), Reference: float64(len(reference)),
		Bound: bound, ErrorUnit: "ms", Checks: len(reference)}
	if len(ours) != len(reference) || len(reference) == 0 {
		r.Error = math.Inf(1)
		return r
	}
	for k := range ours {
		if e := math.Abs(ours[k] - reference[k]); !(e <= r.Error) {
			r.Error = e
		}
	}
	return r
}

// Group is a part of the table.
type Group string

// The groups, in the order of the table.
const (
	Neurons    Group = "neurons"
	Events     Group = "event-driven neurons"
	Synapses   Group = "synapses"
	Wiring     Group = "connection rules"
	Plasticity Group = "plasticity"
	Networks   Group = "networks"
	Analysis   Group = "analysis"
	Engine     Group = "engine"
)

// Comparison is one protocol.
type Comparison struct {
	Name   string // unique; lower case with dashes, slashes from broad to narrow
	Group  Group
	Source string // of the reference, for rows that do not name one
	// Slow comparisons take more than a second or so; --quick leaves them out.
	Slow bool
	// Run gives the rows. Whatever it builds uses one worker, unless workers are its subject.
	Run func(ctx context.Context) ([]Row, error)
}

// rows carries the comparison out and completes its rows.
func (c Comparison) rows(ctx context.Context) ([]Row, error) {
	rows, err := c.Run(ctx)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Name, err)
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("%s: the comparison yields no rows", c.Name)
	}
	for k := range rows {
		r := &rows[k]
		if r.Subject == "" {
			r.Subject = c.Name
		}
		if r.Source == "" {
			r.Source = c.Source
		}
		if r.ErrorUnit == "" {
			r.ErrorUnit = r.Unit
		}
		r.Checks = max(r.Checks, 1)
	}
	return rows, nil
}

// Comparisons lists all, in the order of the table.
func Comparisons() []Comparison {
	var all []Comparison
	for _, list := range []func() []Comparison{
		neuronComparisons, eventComparisons, synapseComparisons, wiringComparisons,
		plasticityComparisons, networkComparisons, analysisComparisons, engineComparisons,
	} {
		all = append(all, list()...)
	}
	return all
}
