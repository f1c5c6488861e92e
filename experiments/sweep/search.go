package sweep

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/glia-sim/glia/analysis"
	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/viz"
)

// Method is a way of searching.
type Method string

// The methods.
const (
	// RandomSearch draws candidates independently and runs each in full (Bergstra & Bengio 2012, JMLR 13, 281-305).
	RandomSearch Method = "random"
	// Halving runs many candidates a little and keeps the best third for three times as much, again and again
	// (successive halving: Jamieson & Talwalkar 2016, AISTATS, arXiv:1502.07943). More means the next level of
	// the experiment's Budget or, where it declares none or that parameter is fixed, three times the replicas.
	Halving Method = "halving"
)

// thinning is the share of candidates that halving gives up: two of three.
const thinning = 3

// Search looks for the candidate with the best objective, a metric of validation data. What it draws depends on its
// seed alone, so a search that was stopped continues, and a larger budget goes on from a smaller one.
type Search struct {
	Axes      []Axis
	Method    Method
	Runs      int    // budget: runs of the experiment in all
	Replicas  int    // seeds of each candidate; for halving over replicas those of the last round
	Seed      uint64 // of the draws, and the first of the replicas
	Objective experiments.Metric
}

// CheckObjective refuses an objective that would look at what must stay unseen.
func CheckObjective(e *experiments.Experiment, m experiments.Metric) error {
	if m.Split == experiments.Validation {
		return nil
	}
	var usable []string
	for _, other := range e.Metrics {
		if other.Split == experiments.Validation {
			usable = append(usable, other.Name)
		}
	}
	why := "is not measured on validation data"
	if m.Split == experiments.Test {
		why = "is measured on test data; parameters chosen by it would make the test a part of the training"
	}
	if usable == nil {
		return fmt.Errorf("%s %s, and %s has no metric that is; sweep without --search", m.Name, why, e.Name)
	}
	return fmt.Errorf("%s %s; search by %s", m.Name, why, strings.Join(usable, " or "))
}

// Round is a stage of a search: so many candidates, so many seeds of each, at a level of the budget parameter.
type Round struct {
	Candidates, Replicas int
	Level                string // assignment of the budget parameter; empty for none
}

// BudgetParameter returns the budget of the experiment if the search may use it: halving does, unless the parameter is
// varied or set.
func (s Search) BudgetParameter(e *experiments.Experiment, set []string) (experiments.Budget, bool) {
	b := e.Budget
	taken := slices.ContainsFunc(s.Axes, func(a Axis) bool { return a.Parameter.Name == b.Parameter }) ||
		slices.ContainsFunc(set, func(a string) bool { name, _, _ := strings.Cut(a, "="); return strings.TrimSpace(name) == b.Parameter })
	return b, s.Method == Halving && len(b.Levels) > 1 && !taken
}

// Rounds plans the search: as many candidates as the runs allow. It fails if they allow fewer than two.
func (s Search) Rounds(e *experiments.Experiment, set []string) ([]Round, error) {
	var rounds []Round
	budget, leveled := s.BudgetParameter(e, set)
	switch {
	case s.Method == RandomSearch:
		rounds = []Round{{Replicas: s.Replicas}}
	case leveled:
		for _, level := range budget.Levels {
			rounds = append(rounds, Round{Replicas: s.Replicas, Level: budget.Parameter + "=" + level})
		}
	case s.Method == Halving:
		if s.Replicas < thinning {
			return nil, fmt.Errorf("halving has no budget parameter to spend here, so it spends replicas: want at least %d", thinning)
		}
		for r := 1; r < s.Replicas; r *= thinning {
			rounds = append(rounds, Round{Replicas: r})
		}
		rounds = append(rounds, Round{Replicas: s.Replicas})
	default:
		return nil, fmt.Errorf("unknown search %q; there are: %s, %s", s.Method, RandomSearch, Halving)
	}
	cost := func(n int) (runs int) {
		for k, r := range rounds {
			fresh := r.Replicas
			if k > 0 && r.Level == rounds[k-1].Level {
				fresh -= rounds[k-1].Replicas // the earlier seeds are on record
			}
			runs += n * fresh
			n = max(1, n/thinning)
		}
		return runs
	}
	n := 0
	for cost(n+1) <= s.Runs {
		n++
	}
	if n < 2 {
		return nil, fmt.Errorf("a budget of %d runs is too small: two candidates need %d", s.Runs, cost(2))
	}
	for k := range rounds {
		rounds[k].Candidates = n
		n = max(1, n/thinning)
	}
	return rounds, nil
}

// candidates draws n distinct ones; fewer if the values have no more combinations. Those that the experiment cannot
// run are drawn again.
func (s Search) candidates(e *experiments.Experiment, set []string, n int) ([][]string, error) {
	var out [][]string
	var refused error
	seen := map[string]bool{}
	for k, misses := uint64(0), 0; len(out) < n && misses < 1000; k++ {
		rng := rand.New(rand.NewPCG(s.Seed, k))
		assignments := make([]string, len(s.Axes))
		for i := range s.Axes {
			text, err := s.Axes[i].draw(rng)
			if err != nil {
				return nil, err
			}
			assignments[i] = s.Axes[i].Parameter.Name + "=" + text
		}
		key := strings.Join(assignments, " ")
		if seen[key] {
			misses++
			continue
		}
		seen[key] = true
		if _, err := parse(e, set, assignments); err != nil {
			refused = err
			misses++
			continue
		}
		misses = 0
		out = append(out, assignments)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("no candidate can be run: %w", refused)
	}
	return out, nil
}

// Candidate is a set of values with its score.
type Candidate struct {
	Assignments []string // of the axes, and of the budget parameter if there is one
	Seeds       int      // replicas run
	Mean, SD    float64  // of the objective over the replicas
	Round       int      // the last it took part in, from 0
}

// Outcome is the end of a search.
type Outcome struct {
	Candidates []Candidate // best first: those of later rounds before those given up earlier
	Points     []Point     // all points, in the order of the search
	Failed     int         // points that failed; their candidates were ranked last
}

// Run carries the search out. The error is that of ctx, of the record, or of the first point if none succeeded.
func (s Search) Run(ctx context.Context, r *Runner) (*Outcome, error) {
	rounds, err := s.Rounds(r.Experiment, r.Set)
	if err != nil {
		return nil, err
	}
	field, err := s.candidates(r.Experiment, r.Set, rounds[0].Candidates)
	if err != nil {
		return nil, err
	}
	o := &Outcome{}
	listed := map[string]bool{}
	for k, round := range rounds {
		field = field[:min(round.Candidates, len(field))]
		var points []Point
		ranked := make([]Candidate, len(field))
		for i, values := range field {
			assignments := slices.Clone(values)
			if round.Level != "" {
				assignments = append(assignments, round.Level)
			}
			ranked[i] = Candidate{Assignments: assignments, Seeds: round.Replicas, Round: k}
			for seed := range round.Replicas {
				p := Point{assignments, s.Seed + uint64(seed)}
				points = append(points, p)
				if !listed[p.key()] {
					listed[p.key()] = true
					o.Points = append(o.Points, p)
				}
			}
		}
		var bad *PointsError
		if err := r.Run(ctx, points); errors.As(err, &bad) && bad.Failed < len(points) {
			o.Failed += bad.Failed
		} else if err != nil {
			return o, err
		}
		for i := range ranked {
			scores := make([]float64, round.Replicas)
			for seed := range scores {
				scores[seed] = r.Folder.value(points[i*round.Replicas+seed], s.Objective.Name)
			}
			ranked[i].Mean, ranked[i].SD = analysis.Mean(scores), analysis.SD(scores)
		}
		order := s.rank(ranked)
		next := make([][]string, len(order))
		best := make([]Candidate, len(order))
		for place, i := range order {
			next[place], best[place] = field[i], ranked[i]
		}
		// Those that were in this round stand before all that were given up before it.
		survived := len(field)
		o.Candidates = append(best, o.Candidates[min(survived, len(o.Candidates)):]...)
		field = next
	}
	return o, nil
}

// rank returns the indices of candidates, the best first; without a score last, and in the order of drawing if equal.
func (s Search) rank(c []Candidate) []int {
	order := make([]int, len(c))
	for i := range order {
		order[i] = i
	}
	score := func(i int) float64 {
		x := c[i].Mean
		if s.Objective.Goal == experiments.Larger {
			x = -x
		}
		if math.IsNaN(x) {
			return math.Inf(1)
		}
		return x
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(score(a), score(b)) })
	return order
}

// Picture draws the objective of all candidates over a numeric parameter, a colour for each round.
func (s Search) Picture(e *experiments.Experiment, o *Outcome, axis int) experiments.Renderer {
	a := s.Axes[axis]
	line := viz.Line{Title: e.Name + ": " + s.Objective.Meaning, X: viz.Axis{Label: a.Parameter.Name, Unit: a.Parameter.Unit, Log: a.Log},
		Y: viz.Axis{Label: s.Objective.Name, Unit: s.Objective.Unit}, Caption: "Every candidate at the last round it took part in; a diamond marks the best."}
	last := 0
	for _, c := range o.Candidates {
		last = max(last, c.Round)
	}
	for round := range last + 1 {
		series := viz.Series{Name: fmt.Sprintf("round %d", round+1), Markers: true, NoLine: true}
		for _, c := range o.Candidates {
			if c.Round == round {
				_, text, _ := strings.Cut(c.Assignments[axis], "=")
				series.X, series.Y = append(series.X, number(text)), append(series.Y, c.Mean)
			}
		}
		line.Series = append(line.Series, series)
	}
	if len(o.Candidates) > 0 {
		_, text, _ := strings.Cut(o.Candidates[0].Assignments[axis], "=")
		line.Points, line.PointsName = []viz.RefPoint{{X: number(text), Y: o.Candidates[0].Mean}}, "best"
	}
	return line
}
