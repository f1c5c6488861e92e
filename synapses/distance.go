package synapses

import (
	"fmt"
	"math"

	"github.com/glia-sim/glia/sim"
)

// DistanceDependent joins each pair of a source and a target, independently of all others, with the
// probability that Kernel gives for their Euclidean distance. No pair gets more than one synapse. Both
// populations need positions (sim.Population.At).
//
// Candidates are drawn with the kernel's largest probability, by geometric gaps, and kept with the
// ratio of the two probabilities, which is exact. The time is that of Max·sources candidates per target;
// with a Cutoff (or a Box) only sources in the 27 cells of that width around the target count.
type DistanceDependent struct {
	Kernel Kernel
	// Cutoff is a distance beyond which there are no synapses [unit of the positions]; 0 for none.
	Cutoff float64
	// Periodic is the edge of the periodic box along each axis [unit of the positions]: the distance is
	// that to the nearest image. 0 for an axis that does not wrap around.
	Periodic [3]float64
	Autapses Permission // default Allowed: a neuron joins itself with the probability at distance 0
}

// Plan implements sim.Connector.
func (c DistanceDependent) Plan(w sim.Wiring) (sim.Plan, error) {
	if c.Kernel == nil {
		return nil, fmt.Errorf("DistanceDependent.Kernel is nil: want a Gaussian, ExponentialDecay, Box or a Kernel of your own")
	}
	if err := c.Kernel.Validate(); err != nil {
		return nil, fmt.Errorf("DistanceDependent.Kernel: %w", err)
	}
	if err := checkProbability("DistanceDependent.Kernel.Max()", c.Kernel.Max()); err != nil {
		return nil, err
	}
	if !(c.Kernel.Reach() > 0) {
		return nil, fmt.Errorf("DistanceDependent.Kernel.Reach() is %g: want a positive distance, or math.Inf(1)", c.Kernel.Reach())
	}
	if !(c.Cutoff >= 0) {
		return nil, fmt.Errorf("DistanceDependent.Cutoff is %g: want a positive distance, or 0 for none", c.Cutoff)
	}
	for a, edge := range c.Periodic {
		if !(edge >= 0) || math.IsInf(edge, 1) {
			return nil, fmt.Errorf("DistanceDependent.Periodic[%d] is %g: want a positive length, or 0 for an axis that does not wrap around", a, edge)
		}
	}
	if err := c.Autapses.validate("DistanceDependent.Autapses"); err != nil {
		return nil, err
	}
	if err := checkPlaces("source", w.SourceAt, w.Sources); err != nil {
		return nil, err
	}
	if err := checkPlaces("target", w.TargetAt, w.Targets); err != nil {
		return nil, err
	}
	p := &distancePlan{pairs: pairsOf(w, c.Autapses), from: w.SourceAt, to: w.TargetAt,
		kernel: c.Kernel, max: c.Kernel.Max(), reach: c.Kernel.Reach(), edge: c.Periodic}
	if c.Cutoff > 0 {
		p.reach = min(p.reach, c.Cutoff)
	}
	p.gaps = newGaps(p.max)
	if !math.IsInf(p.reach, 1) {
		p.cells = newCells(p.from, p.reach, p.edge)
	}
	p.expected = p.estimate()
	return p, nil
}

func checkPlaces(which string, at [][3]float64, n int) error {
	if len(at) != n {
		return fmt.Errorf("DistanceDependent: the %s population has no positions: give it some with At", which)
	}
	for i, x := range at {
		for _, v := range x {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("DistanceDependent: position %d of the %s group is %v: want finite coordinates", i, which, x)
			}
		}
	}
	return nil
}

type distancePlan struct {
	pairs
	from, to   [][3]float64
	kernel     Kernel
	max, reach float64
	edge       [3]float64
	gaps       gaps
	cells      *cells // of the sources; nil where any source may be within reach
	expected   float64
}

func (p *distancePlan) Expected() float64 { return p.expected }

// estimate is the mean number of synapses: exact for up to a million pairs in reach, else
// extrapolated from evenly spread targets.
func (p *distancePlan) estimate() float64 {
	const enough = 1 << 20
	stride := 1 + p.sources*p.targets/enough
	if p.cells != nil {
		stride = 1 + p.cells.meanNear(p.sources)*p.targets/enough
	}
	stride = min(stride, 1+p.targets/16)
	sum, n := 0.0, 0
	for j := stride / 2; j < p.targets; j += stride {
		banned := p.banned(j)
		n++
		p.near(j, func(list []int32, all int) {
			for k := range all {
				if i := pick(list, k); i != banned {
					sum += p.probability(i, j)
				}
			}
		})
	}
	return sum / float64(max(n, 1)) * float64(p.targets)
}

// near visits lists of sources that together hold all within reach of target j. A nil list stands
// for the numbers 0 to n-1.
func (p *distancePlan) near(j int, visit func(list []int32, n int)) {
	if p.cells == nil {
		visit(nil, p.sources)
		return
	}
	p.cells.near(p.to[j], func(list []int32) { visit(list, len(list)) })
}

func pick(list []int32, k int) int {
	if list == nil {
		return k
	}
	return int(list[k])
}

// probability of a synapse from source i to target j.
func (p *distancePlan) probability(i, j int) float64 {
	d := distance(p.from[i], p.to[j], p.edge)
	if d > p.reach {
		return 0
	}
	return p.kernel.Probability(d)
}

// distance between two places, to the nearest image along axes with an edge.
func distance(a, b, edge [3]float64) float64 {
	sum := 0.0
	for k := range a {
		d := a[k] - b[k]
		if e := edge[k]; e > 0 {
			d -= float64(e * math.RoundToEven(d/e))
		}
		sum += float64(d * d)
	}
	return math.Sqrt(sum)
}

func (p *distancePlan) Sources(dst []int32, j int, r *sim.Rand) []int32 {
	if p.max == 0 {
		return dst
	}
	banned := p.banned(j)
	next := p.gaps.next(r)
	p.near(j, func(list []int32, n int) {
		for ; next < n; next += 1 + p.gaps.next(r) {
			i := pick(list, next)
			// The draw comes first, so that what follows in the stream does not hang on the test.
			keep := r.Float64()*p.max < p.probability(i, j)
			if keep && i != banned {
				dst = append(dst, int32(i))
			}
		}
		next -= n
	})
	return dst
}
