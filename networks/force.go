package networks

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/glia-sim/glia/networks/readout"
	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/sim"
)

// Force is the spiking network that learns to produce signals by FORCE (Nicola & Clopath 2017,
// doi 10.1038/s41467-017-01827-3, and ModelDB 190565). Every neuron receives the current
//
//	I_i = sum_j omega_ij s_j + (E z)_i,   z = phi r
//
//	s, r   spikes filtered with the double exponential of TauRise and TauDecay, with unit area
//	omega  Static n/(Density sqrt(Units)), n standard normal, joined with probability Density
//	E      encoders, uniform in (-Encoder, Encoder)
//	phi    readout, 0 at first, learned by recursive least squares while the network runs
//
// The output acts on all neurons in the next step and is a sum over all of them, so that no part of the network can be
// advanced alone for longer than one step: windows of the engine would be single steps, with a meeting of all workers and a dense
// product in each. The network therefore has a loop of its own, around the same neuron blocks that the engine advances.
type Force struct {
	Units, Outputs    int
	DT                float64   // step [ms]
	Neuron            sim.Model // stepped, with the receptor sim.Current
	StartLo, StartHi  float64   // first variable of the neuron starts uniformly between these [mV]
	TauRise, TauDecay float64   // of the synapses and of the readout's filter [ms]
	Density           float64   // probability of a connection
	Static            float64   // G, in the unit of the neuron's current times ms
	Encoder           float64   // Q, in the unit of the neuron's current
	Balanced          bool      // shift the weights onto each neuron so that their mean is 0
	Alpha             float64   // the readout's P starts as I/Alpha [1/ms²]
}

// IzhikevichForce is the network of Izhikevich neurons that learns a sine.
func IzhikevichForce(units, outputs int) Force {
	cell := neurons.Izhikevich2007{C: 250, K: 2.5, VRest: -60, VPeak: 30, VReset: -65, A: 0.01, B: -2, D: 200, IE: 1000, Method: neurons.Euler}
	cell.VCrit = cell.VRest + 40 - cell.B/cell.K
	return Force{Units: units, Outputs: outputs, DT: 0.04, Neuron: cell, StartLo: cell.VRest, StartHi: cell.VPeak, TauRise: 2, TauDecay: 20,
		Density: 0.1, Static: 5000, Encoder: 5000, Alpha: 0.5}
}

// IzhikevichSong is the network of Izhikevich neurons that learns a song, with an output for each pitch.
func IzhikevichSong(units, outputs int) Force {
	f := IzhikevichForce(units, outputs)
	cell := f.Neuron.(neurons.Izhikevich2007)
	cell.B = 0
	cell.VCrit = cell.VRest + 40
	f.Neuron, f.Static, f.Encoder = cell, 10000, 4000
	return f
}

// LIFForce is the network of leaky integrate-and-fire neurons. Currents are in mV: the capacitance is the time constant.
func LIFForce(units, outputs int) Force {
	cell := neurons.DefaultLIFDelta()
	cell.EL, cell.VTh, cell.VReset, cell.TRef, cell.TauM, cell.C, cell.IE = -40, -40, -65, 2, 10, 10, 0
	// The published filter is per second, with G = 0.04 and P = 5e-6 I: here it is per ms.
	return Force{Units: units, Outputs: outputs, DT: 0.05, Neuron: cell, StartLo: -65, StartHi: 30, TauRise: 2, TauDecay: 20,
		Density: 0.1, Static: 40, Encoder: 10, Balanced: true, Alpha: 0.2}
}

// Validate names the first field out of range.
func (f Force) Validate() error {
	positive := func(v float64) bool { return v > 0 && !math.IsInf(v, 0) }
	switch {
	case f.Units < 2 || f.Outputs < 1:
		return fmt.Errorf("Force: %d units and %d outputs: want at least 2 and 1", f.Units, f.Outputs)
	case f.Neuron == nil:
		return fmt.Errorf("Force.Neuron is nil: want a neuron model, as in IzhikevichForce")
	case !positive(f.DT) || !positive(f.TauRise) || !positive(f.TauDecay):
		return fmt.Errorf("Force: DT, TauRise, TauDecay are %g, %g, %g ms: want positive, finite numbers", f.DT, f.TauRise, f.TauDecay)
	case !(f.Density > 0 && f.Density <= 1):
		return fmt.Errorf("Force.Density is %g: want more than 0 and at most 1", f.Density)
	case !(f.StartLo <= f.StartHi) || math.IsInf(f.StartHi-f.StartLo, 0):
		return fmt.Errorf("Force: StartLo, StartHi are %g, %g: want finite numbers in rising order", f.StartLo, f.StartHi)
	case math.IsNaN(f.Static+f.Encoder) || math.IsInf(f.Static, 0) || math.IsInf(f.Encoder, 0):
		return fmt.Errorf("Force: Static, Encoder are %g, %g: want finite numbers", f.Static, f.Encoder)
	}
	return f.Neuron.Validate()
}

// ForceNetwork is a Force network at work.
type ForceNetwork struct {
	Readout *readout.RLS
	Spikes  []int32 // neurons that fired in the last step, in rising order; valid until the next

	f       Force
	block   sim.Stepper
	in      [][]float64 // per receptor; only the current is given
	current []float64
	now     sim.Tick

	start   []int32   // of each source in target and weight
	target  []int32   // of its synapses
	weight  []float64 // omega/(TauRise TauDecay), the jump of the rising filter
	encoder []float64 // units x outputs

	rise, decay float64 // of the filters per step
	s, hs       []float64
	r, hr       []float64
	z           []float64
}

// Build draws the network from the seed.
func (f Force) Build(seed uint64) (*ForceNetwork, error) {
	if err := f.Validate(); err != nil {
		return nil, err
	}
	model, err := f.Neuron.NewBlock(sim.BlockSpec{Population: "force", N: f.Units, Size: f.Units, Clock: sim.Clock{DT: f.DT}, Key: sim.NewKey(seed, "force")})
	if err != nil {
		return nil, err
	}
	block, ok := model.(sim.Stepper)
	port := -1
	for k, name := range f.Neuron.Receptors() {
		if name == sim.Current {
			port = k
		}
	}
	if !ok || port < 0 {
		return nil, fmt.Errorf("Force.Neuron is %T: want a stepped neuron that takes a current", f.Neuron)
	}
	rls, err := readout.NewRLS(f.Units, f.Outputs, f.Alpha)
	if err != nil {
		return nil, err
	}
	n := f.Units
	zeros := func() []float64 { return make([]float64, n) }
	w := &ForceNetwork{Readout: rls, f: f, block: block, in: make([][]float64, len(f.Neuron.Receptors())), current: zeros(),
		rise: math.Exp(-f.DT / f.TauRise), decay: math.Exp(-f.DT / f.TauDecay),
		s: zeros(), hs: zeros(), r: zeros(), hr: zeros(), z: make([]float64, f.Outputs), encoder: make([]float64, n*f.Outputs)}
	w.in[port] = w.current
	w.wire(rand.New(rand.NewPCG(seed, 61)))
	rng := rand.New(rand.NewPCG(seed, 62))
	for k := range w.encoder {
		u := float64(rng.Float64()) // itself a product
		w.encoder[k] = f.Encoder * (float64(2*u) - 1)
	}
	rng = rand.New(rand.NewPCG(seed, 63))
	v := block.Variables()[0].Values
	for i := range v {
		v[i] = f.StartLo + float64((f.StartHi-f.StartLo)*rng.Float64())
	}
	return w, nil
}

// wire draws the static weights, target by target, and sorts them by source.
func (w *ForceNetwork) wire(rng *rand.Rand) {
	f, n := w.f, w.f.Units
	scale := f.Static / (f.Density * math.Sqrt(float64(n))) / (f.TauRise * f.TauDecay)
	type synapse struct {
		source int32
		weight float64
	}
	rows := make([][]synapse, n)
	w.start = make([]int32, n+1)
	for i := range rows {
		var sum float64
		for j := range n {
			if rng.Float64() < f.Density {
				rows[i] = append(rows[i], synapse{int32(j), scale * rng.NormFloat64()})
				sum += rows[i][len(rows[i])-1].weight
				w.start[j+1]++
			}
		}
		if f.Balanced {
			for k := range rows[i] {
				rows[i][k].weight -= sum / float64(len(rows[i]))
			}
		}
	}
	for j := range n {
		w.start[j+1] += w.start[j]
	}
	next := append([]int32(nil), w.start[:n]...)
	w.target, w.weight = make([]int32, w.start[n]), make([]float64, w.start[n])
	for i, row := range rows {
		for _, k := range row {
			w.target[next[k.source]], w.weight[next[k.source]] = int32(i), k.weight
			next[k.source]++
		}
	}
}

// Advance carries the network over a step of DT.
func (w *ForceNetwork) Advance() error {
	for i := range w.current {
		drive := w.s[i]
		for k, z := range w.z {
			drive += float64(w.encoder[i*len(w.z)+k] * z)
		}
		w.current[i] = drive
	}
	w.now++
	w.Spikes = w.block.Step(w.now, w.in, w.Spikes[:0])
	filter(w.s, w.hs, w.rise, w.decay, w.f.DT)
	filter(w.r, w.hr, w.rise, w.decay, w.f.DT)
	unit := 1 / (w.f.TauRise * w.f.TauDecay)
	for _, j := range w.Spikes {
		w.hr[j] += unit
		lo, hi := w.start[j], w.start[j+1]
		target, weight := w.target[lo:hi], w.weight[lo:hi]
		for k, i := range target {
			w.hs[i] += weight[k]
		}
	}
	return w.Readout.Predict(w.r, w.z)
}

// filter carries double exponentials over a step: x' = -x/rise + h, h' = -h/decay.
func filter(x, h []float64, rise, decay, dt float64) {
	h = h[:len(x)]
	for i, v := range x {
		x[i] = float64(v*rise) + float64(h[i]*dt)
		h[i] *= decay
	}
}

// Learn changes the readout so that the output of the present step comes nearer to the target. The output itself,
// which is fed back, stays as it is until the next step.
func (w *ForceNetwork) Learn(target []float64) error { return w.Readout.Update(w.r, target) }

// Output is z, valid until the next Advance.
func (w *ForceNetwork) Output() []float64 { return w.z }

// Synapses is the number of static synapses.
func (w *ForceNetwork) Synapses() int { return len(w.target) }
