package neurons

import (
	"math"

	"github.com/glia-sim/glia/sim"
)

// NoiseCurrent is white noise approximated by steps: to each neuron its own current, which is drawn
// anew from a normal distribution at the start of each interval and then held. Times follow the
// convention of DC; the first interval begins at Start.
//
// A membrane of time constant τ and capacitance C that integrates it fluctuates, for intervals δ, with
//
//	sd(V) = SD τ/C sqrt((1 - exp(-δ/τ))/(1 + exp(-δ/τ)))
//
// at the ends of the intervals, about SD/C sqrt(δ τ/2): to keep the fluctuations while δ changes, scale
// SD with 1/sqrt(δ). This is NEST's noise_generator without modulation.
type NoiseCurrent struct {
	Mean     float64 // pA, or the unit of the model
	SD       float64 // standard deviation of each value
	Interval float64 // between draws [ms], a multiple of dt; 0 means dt
	Start    float64 // ms
	Stop     float64 // ms; 0 means without end
	Delay    float64 // ms
}

// Validate names the first parameter out of range.
func (n NoiseCurrent) Validate() error {
	p := params{model: "NoiseCurrent"}
	p.finite("Mean", n.Mean, "pA")
	p.notNegative("SD", n.SD, "pA")
	p.notNegative("Interval", n.Interval, "ms")
	checkWindow(&p, n.Start, n.Stop, n.Delay)
	return p.err
}

// NewInput makes the part that drives a block.
func (n NoiseCurrent) NewInput(b sim.BlockSpec) (sim.InputBlock, error) {
	w, err := newWindow(b.Clock, "NoiseCurrent", n.Start, n.Stop, n.Delay)
	if err != nil {
		return nil, err
	}
	every, err := b.Clock.Ticks(n.Interval, "NoiseCurrent.Interval")
	if err != nil {
		return nil, err
	}
	in := &noiseInput{window: w, NoiseCurrent: n, every: max(1, every), first: b.First, seed: b.Key, held: make([]float64, b.N)}
	in.Reset(0)
	return in, nil
}

type noiseInput struct {
	window
	NoiseCurrent
	every    sim.Tick
	first    int
	seed     sim.Key
	key      sim.Key   // of the trial
	interval sim.Tick  // of the values held
	held     []float64 // current of each neuron
}

// Reset starts a trial, with draws of its own.
func (n *noiseInput) Reset(trial uint64) {
	n.key = n.seed.Sub(trial)
	n.interval = -1
}

// State lists the key of the trial; the values held are drawn again.
func (n *noiseInput) State(c *sim.Codec) {
	c.Values(&n.key)
	c.Loaded(func() error { n.interval = -1; return nil })
}

func (n *noiseInput) Add(t sim.Tick, in []float64) {
	if !n.holds(t) {
		return
	}
	if k := (t - n.from) / n.every; k != n.interval {
		n.interval = k
		n.draw(n.key.Draws(k))
	}
	held := n.held[:len(in)]
	for i := range in {
		in[i] += held[i]
	}
}

// draw fills held by the method of Box and Muller: neurons 2k and 2k+1 of the population are the two
// coordinates of a point, which each of them can work out without the other.
func (n *noiseInput) draw(d sim.Draws) {
	for i := range n.held {
		j := uint64(n.first + i)
		u, angle := 1-d.Float64(j&^1), 2*math.Pi*d.Float64(j|1)
		z := math.Sqrt(-2 * math.Log(u))
		if j&1 == 0 {
			z *= math.Cos(angle)
		} else {
			z *= math.Sin(angle)
		}
		n.held[i] = n.Mean + float64(n.SD*z)
	}
}
