package experiments

import (
	"context"
	"errors"
	"fmt"
	"math"
)

// Experiment declares a published experiment. Everything but Run is
// documentation that the command prints and checks against.
type Experiment struct {
	Name     string // what the user types: lower-case letters, digits, - and _
	Title    string // one line, for lists
	Summary  string // what is simulated and why, a few sentences
	Citation string // authors, title, venue, year of the publication

	Parameters []Parameter // what --set may change
	Metrics    []Metric    // what is measured; the names are a contract with other tools
	Targets    []Target    // published numbers, the most specific first
	Figures    []FigureDoc // what is drawn

	// NeedsData says that the experiment cannot run without --data;
	// AcceptsData that it has an input of its own but takes --data as well.
	NeedsData, AcceptsData bool

	// Short are assignments, as after --set, that make the experiment finish within about a second:
	// the tests run every experiment in this form, with several numbers of workers.
	Short []string

	// Budget, if it has levels, lets a search by successive halving compare candidates in small runs first.
	Budget Budget

	// Whole are assignments, as after --set, that make the protocol the published one where the defaults, for a
	// quick look, are less: runs that differ from them are labelled as reduced.
	Whole []string

	// Check, if not nil, tests what no single range can: relations between
	// parameters. It should return a *ParameterError.
	Check func(Values) error

	// Run carries the experiment out. It stops soon after ctx is cancelled and
	// then returns ctx.Err(), wrapped or not; what it reported until then is
	// kept.
	Run func(ctx context.Context, run *Run) error
}

// Metric declares a measured quantity.
type Metric struct {
	Name    string // stable, in the field's terms: "rate", "cv_isi"
	Unit    string // empty for a pure number
	Meaning string // one line

	// Split says which data the value comes from, and Goal which values are better: parameters are chosen by
	// metrics of validation data only. Both are left out where they do not apply.
	Split Split
	Goal  Goal
}

// Split names the part of the data that a metric is computed on.
type Split string

// The parts of a data set. A metric of neither speaks of the network alone.
const (
	Validation Split = "validation" // held out from training: what a choice may look at
	Test       Split = "test"       // held out from every choice
)

// Goal says which values of a metric are better.
type Goal string

// The directions of improvement.
const (
	Larger  Goal = "larger"
	Smaller Goal = "smaller"
)

// Budget is a parameter that sets how much work a run does, with its values from least to most: what a search
// spends little of on many candidates and much on the best.
type Budget struct {
	Parameter string
	Levels    []string // as --set takes them
}

// Target is a published value that a metric aims at.
type Target struct {
	Metric    string      // name of a declared metric
	Value     float64     // the published value, in the metric's unit
	Tolerance Tolerance   // how far the measured value may be away
	Source    string      // publication and place in it: "Brunel 2000, Fig. 8C"
	When      []Condition // all must hold for the target to apply
}

// FigureDoc announces a figure.
type FigureDoc struct {
	Name    string // file name without extension
	Caption string // what it shows
}

// Tolerance is the interval of accepted values around a published one. Make it
// with Abs, Rel, Band or Minimum.
type Tolerance struct {
	kind   toleranceKind
	lo, hi float64
}

type toleranceKind int

const (
	toleranceNone toleranceKind = iota
	toleranceAbsolute
	toleranceRelative
	toleranceBand
)

// Abs accepts values within d of the target, in the metric's unit.
func Abs(d float64) Tolerance { return Tolerance{toleranceAbsolute, d, d} }

// Rel accepts values within the fraction f of the target: Rel(0.1) is 10 %.
func Rel(f float64) Tolerance { return Tolerance{toleranceRelative, f, f} }

// Band accepts values in [lo, hi], in the metric's unit.
func Band(lo, hi float64) Tolerance { return Tolerance{toleranceBand, lo, hi} }

// Minimum accepts values of lo and above.
func Minimum(lo float64) Tolerance { return Band(lo, math.Inf(1)) }

// Interval returns the ends of the accepted values, both included; an end is
// infinite where there is no bound.
func (t Target) Interval() (lo, hi float64) {
	switch t.Tolerance.kind {
	case toleranceRelative:
		d := t.Tolerance.lo * math.Abs(t.Value)
		return t.Value - d, t.Value + d
	case toleranceBand:
		return t.Tolerance.lo, t.Tolerance.hi
	}
	return t.Value - t.Tolerance.lo, t.Value + t.Tolerance.lo
}

// Margin returns the largest accepted distance from the target as one number,
// and false for a band, which need not be symmetric.
func (t Target) Margin() (float64, bool) {
	switch t.Tolerance.kind {
	case toleranceRelative:
		return t.Tolerance.lo * math.Abs(t.Value), true
	case toleranceAbsolute:
		return t.Tolerance.lo, true
	}
	return 0, false
}

// Meets reports whether a measured value is accepted. NaN never is.
func (t Target) Meets(x float64) bool {
	lo, hi := t.Interval()
	return lo <= x && x <= hi
}

// Accepts writes the accepted values: "37.7 +- 1", "[80, 90]" or ">= 85".
func (t Target) Accepts() string {
	if d, ok := t.Margin(); ok {
		return fmt.Sprintf("%.5g +- %.3g", t.Value, d)
	}
	lo, hi := t.Interval()
	return Closed(lo, hi).String()
}

// validate reports the first mistake in a declaration. Mistakes are found when
// the program starts, not in the middle of a run.
func (e *Experiment) validate() error {
	if !validName(e.Name) {
		return fmt.Errorf("name %q must be lower-case letters, digits, - and _", e.Name)
	}
	if e.Title == "" || e.Run == nil {
		return errors.New("an experiment needs a title and a Run function")
	}
	seen := map[string]bool{}
	once := func(kind, name string) error {
		if !validName(name) {
			return fmt.Errorf("%s name %q must be lower-case letters, digits, - and _", kind, name)
		}
		if key := kind + " " + name; seen[key] {
			return fmt.Errorf("%s %q is declared twice", kind, name)
		} else {
			seen[key] = true
		}
		return nil
	}
	for _, p := range e.Parameters {
		if err := errors.Join(p.check(), once("parameter", p.Name)); err != nil {
			return err
		}
	}
	for _, m := range e.Metrics {
		if err := once("metric", m.Name); err != nil {
			return err
		}
		if m.Split == Validation && m.Goal == "" {
			return fmt.Errorf("metric %q of validation data does not say which values are better", m.Name)
		}
	}
	for _, level := range e.Budget.Levels {
		p, ok := e.parameter(e.Budget.Parameter)
		if !ok {
			return fmt.Errorf("the budget is the undeclared parameter %q", e.Budget.Parameter)
		}
		if _, err := p.Parse(level); err != nil {
			return fmt.Errorf("budget: %w", err)
		}
	}
	for _, f := range e.Figures {
		if err := once("figure", f.Name); err != nil {
			return err
		}
	}
	for _, t := range e.Targets {
		if err := e.checkTarget(t); err != nil {
			return fmt.Errorf("target for %q: %w", t.Metric, err)
		}
	}
	if _, err := e.Parse(e.Whole); err != nil {
		return fmt.Errorf("whole protocol: %w", err)
	}
	return nil
}

func (e *Experiment) checkTarget(t Target) error {
	if _, ok := e.metric(t.Metric); !ok {
		return errors.New("no such metric is declared")
	}
	if t.Source == "" {
		return errors.New("no source given")
	}
	if t.Tolerance.kind == toleranceNone {
		return errors.New("no tolerance given")
	}
	if lo, hi := t.Interval(); !(lo <= hi) || math.IsNaN(t.Value) || math.IsInf(t.Value, 0) {
		return fmt.Errorf("value %g with accepted values [%g, %g] makes no sense", t.Value, lo, hi)
	}
	for _, c := range t.When {
		if err := c.check(e); err != nil {
			return err
		}
	}
	return nil
}

func (e *Experiment) metric(name string) (Metric, bool) {
	for _, m := range e.Metrics {
		if m.Name == name {
			return m, true
		}
	}
	return Metric{}, false
}

// TargetFor returns the published value that applies to a metric under the given parameters and data set: the
// first one whose conditions hold.
func (e *Experiment) TargetFor(metric string, v Values, data string) (Target, bool) {
next:
	for _, t := range e.Targets {
		if t.Metric != metric {
			continue
		}
		for _, c := range t.When {
			if !c.holds(v, data) {
				continue next
			}
		}
		return t, true
	}
	return Target{}, false
}
