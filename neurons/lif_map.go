package neurons

import (
	"fmt"
	"math"

	"github.com/glia-sim/glia/sim"
)

// LIFMap is the leaky integrate-and-fire neuron as a map from step to step, in the form used by
// liquid state machines on neuromorphic hardware: no units on voltage or weight, one time constant of
// the synaptic current.
//
//	I <- I exp(-dt/tauI) + input
//	V <- V (1 - dt/tauV) + I + current
//	spike and V <- 0 where V >= threshold, unless refractory
//
// In contrast to the exact models, V goes on integrating while the neuron is refractory: it may fire
// in the first free step.
//
// Receptors: "syn" takes spikes (the weight is the jump of I), sim.Current is added to V once.
//
// Source: the neuron of V. A. Ivanov and K. P. Michmizos, "Increasing liquid state machine performance
// with edge-of-chaos dynamics organized by astrocyte-modulated plasticity", NeurIPS 2021, which is that
// of the Loihi chip with a current time constant of one step.
type LIFMap struct {
	TauV       float64 // ms, membrane time constant
	TauI       float64 // ms, time constant of the synaptic current
	Threshold  float64
	Refractory float64 // ms without spikes after a spike; the least interval is one step longer
}

// DefaultLIFMap gives tau_v 64 ms, tau_i 1 ms, threshold 20, refractory time 2 ms.
func DefaultLIFMap() LIFMap { return LIFMap{TauV: 64, TauI: 1, Threshold: 20, Refractory: 2} }

// Validate names the first parameter out of range.
func (m LIFMap) Validate() error {
	for _, v := range []struct {
		name     string
		value    float64
		positive bool
	}{{"TauV", m.TauV, true}, {"TauI", m.TauI, true}, {"Threshold", m.Threshold, true}, {"Refractory", m.Refractory, false}} {
		if math.IsNaN(v.value) || math.IsInf(v.value, 0) || v.value < 0 || v.positive && v.value == 0 {
			want := "a positive number"
			if !v.positive {
				want = "zero or more"
			}
			return fmt.Errorf("LIFMap.%s is %g: want %s", v.name, v.value, want)
		}
	}
	return nil
}

// Receptors are "syn" and sim.Current.
func (LIFMap) Receptors() []string { return []string{"syn", sim.Current} }

// NewBlock makes the state of b.N neurons at rest.
func (m LIFMap) NewBlock(b sim.BlockSpec) (sim.Block, error) {
	if m.TauV < b.Clock.DT {
		return nil, fmt.Errorf("LIFMap.TauV is %g ms: want at least dt = %g ms", m.TauV, b.Clock.DT)
	}
	return &lifMapBlock{v: make([]float64, b.N), i: make([]float64, b.N), until: make([]sim.Tick, b.N),
		leak: 1 - b.Clock.DT/m.TauV, decay: math.Exp(-b.Clock.DT / m.TauI), threshold: m.Threshold,
		refractory: sim.Tick(math.Round(m.Refractory / b.Clock.DT))}, nil
}

type lifMapBlock struct {
	v, i                   []float64
	until                  []sim.Tick // last tick at which the neuron may not fire
	leak, decay, threshold float64
	refractory             sim.Tick
}

func (b *lifMapBlock) Variables() []sim.Variable {
	return []sim.Variable{{Name: "V", Values: b.v}, {Name: "I", Values: b.i}}
}

func (b *lifMapBlock) Reset(sim.Key) {
	clear(b.v)
	clear(b.i)
	clear(b.until)
}

func (b *lifMapBlock) State(c *sim.Codec) { c.PerNeuron(b.v, b.i, b.until) }

// Step advances the map by one step.
func (b *lifMapBlock) Step(t sim.Tick, in [][]float64, spikes []int32) []int32 {
	c := lifMapConstants{b.decay, b.leak, b.threshold}
	for lo := 0; lo < len(b.v); lo += chunk {
		hi := min(lo+chunk, len(b.v))
		first := len(spikes)
		spikes = lifMapAdvance(b.v[lo:hi], b.i[lo:hi], arriving(in, 0, lo, hi), arriving(in, 1, lo, hi), &c, spikes)
		free := spikes[:first]
		for _, k := range spikes[first:] {
			if k += int32(lo); t > b.until[k] {
				b.v[k] = 0
				b.until[k] = t + b.refractory
				free = append(free, k)
			}
		}
		spikes = free
	}
	return spikes
}

// lifMapConstants are the constants of the loop, in the order in which the assembly finds them.
type lifMapConstants struct {
	decay, leak, threshold float64
}

// lifMapGo advances the neurons by a step and lists those at or above threshold, counted from first.
func lifMapGo(v, i, syn, cur []float64, c *lifMapConstants, first int, spikes []int32) []int32 {
	i, syn, cur = i[:len(v)], syn[:len(v)], cur[:len(v)]
	for k := range v {
		i[k] = float64(i[k]*c.decay) + syn[k]
		v[k] = float64(v[k]*c.leak) + i[k] + cur[k]
		if v[k] >= c.threshold {
			spikes = append(spikes, int32(first+k))
		}
	}
	return spikes
}
