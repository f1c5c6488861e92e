package sweep

import (
	"fmt"

	"github.com/glia-sim/glia/experiments"
)

// maxPoints bounds a sweep; more is a typing mistake.
const maxPoints = 100000

// Grid is every combination of the values of its axes, each with several seeds.
type Grid struct {
	Axes     []Axis
	Replicas int    // runs of each combination
	Seed     uint64 // of the first; the others follow
}

// Points lists the sweep: the last axis changes fastest, the seed faster still. It refuses a combination that the
// experiment cannot run, before anything is run; set are the assignments of the fixed parameters.
func (g Grid) Points(e *experiments.Experiment, set []string) ([]Point, error) {
	total := g.Replicas
	for _, a := range g.Axes {
		total *= len(a.Values)
		if total > maxPoints {
			return nil, fmt.Errorf("the sweep has more than %d points; want fewer values or replicas", maxPoints)
		}
	}
	points := make([]Point, 0, total)
	at := make([]int, len(g.Axes))
	for {
		assignments := make([]string, len(at))
		for k, i := range at {
			assignments[k] = g.Axes[k].Parameter.Name + "=" + g.Axes[k].Values[i]
		}
		if _, err := parse(e, set, assignments); err != nil {
			return nil, err
		}
		for r := range g.Replicas {
			points = append(points, Point{assignments, g.Seed + uint64(r)})
		}
		k := len(at) - 1
		for ; k >= 0; k-- {
			if at[k]++; at[k] < len(g.Axes[k].Values) {
				break
			}
			at[k] = 0
		}
		if k < 0 {
			return points, nil
		}
	}
}

// parse reads the values of a point, and says in the error which combination is refused.
func parse(e *experiments.Experiment, set, assignments []string) (experiments.Values, error) {
	v, err := e.Parse(append(append([]string(nil), set...), assignments...))
	if err != nil {
		return v, fmt.Errorf("at %s: %w", Point{Assignments: assignments}.place(), err)
	}
	return v, nil
}
