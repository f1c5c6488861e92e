package validation

import (
	"context"
	"math"

	"github.com/glia-sim/glia/plasticity"
	"github.com/glia-sim/glia/sim"
)

// held is a neuron model whose V holds a value.
type held float64

func (held) Validate() error     { return nil }
func (held) Receptors() []string { return []string{"in"} }

func (m held) NewBlock(b sim.BlockSpec) (sim.Block, error) {
	h := heldBlock{v: make([]float64, b.N)}
	for i := range h.v {
		h.v[i] = float64(m)
	}
	return h, nil
}

type heldBlock struct{ v []float64 }

func (h heldBlock) Variables() []sim.Variable {
	return []sim.Variable{{Name: "V", Unit: "mV", Values: h.v}}
}
func (heldBlock) Reset(sim.Key)                                          {}
func (h heldBlock) State(c *sim.Codec)                                   { c.PerNeuron(h.v) }
func (heldBlock) Step(_ sim.Tick, _ [][]float64, spikes []int32) []int32 { return spikes }

// clopath holds the voltage of the target at u, high above both thresholds, and lets one presynaptic
// spike arrive at s ms. With E(t, tau) = exp(-(t-Delay)/tau) the low-passed voltages are
// u - (u - URest) E, so that the depression is ALTD (u - (u-URest) E(s, TauMinus) - ThetaMinus), and the potentiation
//
//	ALTP/TauX (u - ThetaPlus) ∫ exp(-(t-s)/TauX) (u - ThetaPlus - (u-URest) E(t, TauPlus)) dt
//
// from s on, in closed form.
func clopath(ctx context.Context) ([]Row, error) {
	const u, s, delay, end = -30.0, 60.0, 1.0, 200.0
	p := plasticity.DefaultClopath()
	p.WMin, p.WMax = math.Inf(-1), math.Inf(1)
	change := func(dt float64, altd, altp float64) (float64, error) {
		q := p
		q.ALTD, q.ALTP = altd, altp
		net := sim.New(sim.Options{DT: dt, Workers: 1})
		pre := net.Populate("pre", 1, actor{[][]float64{{s - delay}}})
		proj := net.Connect(pre, net.Populate("post", 1, held(u)), oneToOne,
			sim.Synapse{Weight: sim.Constant(0), Delay: sim.Constant(delay), Plasticity: q})
		if err := net.Run(ctx, end); err != nil {
			return 0, err
		}
		w, err := proj.Weights()
		if err != nil {
			return 0, err
		}
		return w[0], nil
	}
	depression := -p.ALTD * (u - (u-p.URest)*math.Exp(-(s-p.Delay)/p.TauMinus) - p.ThetaMinus)
	rate := 1/p.TauX + 1/p.TauPlus
	potentiation := p.ALTP / p.TauX * (u - p.ThetaPlus) *
		((u-p.ThetaPlus)*p.TauX*-math.Expm1(-(end-s)/p.TauX) -
			(u-p.URest)*math.Exp(-(s-p.Delay)/p.TauPlus)*-math.Expm1(-(end-s)*rate)/rate)
	down, err := change(0.1, p.ALTD, 0)
	if err != nil {
		return nil, err
	}
	// The potentiation is a sum over steps: its error falls with dt.
	up, err := change(0.1, 0, p.ALTP)
	if err != nil {
		return nil, err
	}
	fine, err := change(0.0125, 0, p.ALTP)
	if err != nil {
		return nil, err
	}
	return []Row{
		compare("depression by one spike", "1", down, depression, 1e-14),
		compare("potentiation after one spike, dt 0.1 ms", "1", up, potentiation, 0.01*potentiation),
		compare("potentiation after one spike, dt 0.0125 ms", "1", fine, potentiation, 0.01/8*potentiation),
	}, nil
}
