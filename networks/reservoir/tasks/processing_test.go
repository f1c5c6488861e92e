package tasks

import (
	"math"
	"testing"

	"github.com/glia-sim/glia/networks/reservoir"
)

// A shift register has all of its capacity in degree 1; squaring units have it in degree 2.
func TestProcessingOfKnownSystems(t *testing.T) {
	p := Processing{Washout: 100, Steps: 3000, MaxLag: []int{20, 10, 4}, Chance: 1e-4}
	c, err := p.Measure(delayLine(t, 12, 1), 1)
	if err != nil {
		t.Fatal(err)
	}
	if c.Rank != 12 || math.Abs(c.ByDegree[0]-12) > 1e-6 || math.Abs(c.Total-12) > 0.05 {
		t.Errorf("shift register: %+v, want 12 in degree 1", c)
	}
	c, err = p.Measure(&squares{delayLine(t, 6, 1), make([]float64, 6)}, 2)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(c.ByDegree[1]-6) > 1e-6 || c.ByDegree[0] > 0.05 || !(c.Nonlinear() > 0.99) {
		t.Errorf("squares: %+v, want 6 in degree 2", c)
	}
}

// squares reads the squares of another reservoir's state.
type squares struct {
	reservoir.Reservoir
	x []float64
}

func (s *squares) State() []float64 {
	for i, v := range s.Reservoir.State() {
		s.x[i] = v * v
	}
	return s.x
}

// The theorem: a network of fading memory has a total capacity of its number of units, however it divides it among
// degrees; stronger input moves it to higher ones.
func TestTotalCapacityIsTheNumberOfUnits(t *testing.T) {
	var high [2]float64
	for k, scale := range []float64{0.2, 1.5} {
		c := reservoir.DefaultESN(12, 1)
		c.SpectralRadius, c.InputScale, c.BiasScale, c.Seed = 0.6, scale, 0.5, 3
		p := DefaultProcessing()
		p.Steps = 8000
		got, err := p.Measure(build(t, c), 4)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("input scale %g: %.2f of %d in %d targets, by degree %.2f", scale, got.Total, got.Rank, got.Targets, got.ByDegree)
		if math.Abs(got.Total-12) > 0.6 {
			t.Errorf("input scale %g: total capacity %g, want 12", scale, got.Total)
		}
		high[k] = got.Total - got.ByDegree[0] - got.ByDegree[1]
	}
	if high[1] < 2*high[0] {
		t.Errorf("capacity beyond degree 2 is %g with weak and %g with strong input", high[0], high[1])
	}
}

func TestProcessingRefuses(t *testing.T) {
	for _, change := range []func(*Processing){
		func(p *Processing) { p.Steps = 10 }, func(p *Processing) { p.MaxLag = nil }, func(p *Processing) { p.Chance = 0 },
		func(p *Processing) { p.MaxLag = []int{3, -1} }, func(p *Processing) { p.MaxLag = []int{0, 0, 0, 0, 0, 100} }, func(p *Processing) { p.Washout = -1 },
	} {
		p := Processing{Washout: 10, Steps: 60, MaxLag: []int{5}, Chance: 1e-4}
		change(&p)
		if _, err := p.Measure(delayLine(t, 5, 1), 1); err == nil {
			t.Errorf("%+v was accepted", p)
		}
	}
}
