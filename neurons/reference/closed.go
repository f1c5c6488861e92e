package reference

import (
	"context"
	"fmt"
	"math"

	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/sim"
)

func closedForms() []Case {
	return []Case{
		{"closed/lif_interval", "constant current: TRef + TauM ln((R I + EL - VReset)/(R I + EL - VTh)), up to the grid", lifIntervals},
		{"closed/rheobase", "LIF: (VTh - EL) C/TauM; QIF: K (VCrit - VRest)²/4", rheobases},
		{"closed/psp", "response of the membrane to one synaptic current", postsynapticPotentials},
		{"closed/qif_interval", "(atan(uPeak k/ω) - atan(uReset k/ω))/ω, up to the grid", qifIntervals},
	}
}

// solo runs one neuron with a constant current from 0 ms on and gives its spike times [ms].
func solo(ctx context.Context, model sim.Model, dt, ms, current float64) ([]float64, error) {
	net := sim.New(sim.Options{DT: dt, Workers: 1})
	cell := net.Populate("cell", 1, model)
	net.Drive(cell, sim.Current, neurons.DC{Amplitude: current})
	spikes := net.RecordSpikes(sim.SpikeOptions{}, cell)
	if err := net.Run(ctx, ms); err != nil {
		return nil, err
	}
	return trainOf(spikes, cell.First), nil
}

// interval compares the last interval of a train with period, rounded up to the grid, after a hold of
// whole steps.
func interval(name, quantity string, train []float64, period, hold, dt float64) (Check, error) {
	c := Check{Case: name, Quantity: quantity, Unit: "ms", Bound: 1e-9}
	n := len(train)
	if n < 3 {
		return c, fmt.Errorf("reference: %s: %d spikes: want at least 3", name, n)
	}
	c.Ours = train[n-1] - train[n-2]
	c.Reference = (math.Ceil(period/dt) + math.Round(hold/dt)) * dt
	c.Error = math.Abs(c.Ours - c.Reference)
	return c, nil
}

func lifIntervals(ctx context.Context) ([]Check, error) {
	const name = "closed/lif_interval"
	var checks []Check
	for _, dt := range []float64{0.1, 0.25, 1} {
		for _, pA := range []float64{376, 400, 520, 1000, 3000} {
			d, e, a := neurons.DefaultLIFDelta(), neurons.DefaultLIFExp(), neurons.DefaultLIFAlpha()
			d.VReset, e.VReset, a.VReset = -64, -64, -64
			ri := pA * d.TauM / d.C
			period := d.TauM * math.Log((ri+d.EL-d.VReset)/(ri+d.EL-d.VTh))
			for _, m := range []struct {
				name  string
				model sim.Model
			}{{"LIFDelta", d}, {"LIFExp", e}, {"LIFAlpha", a}} {
				train, err := solo(ctx, m.model, dt, 400, pA)
				if err != nil {
					return nil, err
				}
				c, err := interval(name, fmt.Sprintf("%s %g pA dt %g", m.name, pA, dt), train, period, d.TRef, dt)
				if err != nil {
					return nil, err
				}
				checks = append(checks, c)
			}
		}
	}
	return checks, nil
}

// rheobases finds by bisection the least constant current that makes a neuron fire within 3 s. A QIF
// neuron takes π/ω to pass the ghost of its fixed point, hence the wider bound.
func rheobases(ctx context.Context) ([]Check, error) {
	cond := neurons.DefaultLIFCond()
	var checks []Check
	for _, m := range []struct {
		name  string
		model sim.Model
		want  float64
		bound float64 // relative
	}{
		{"LIFDelta", neurons.DefaultLIFDelta(), 15 * 250. / 10, 2e-4},
		{"LIFExp", neurons.DefaultLIFExp(), 15 * 250. / 10, 2e-4},
		{"LIFAlpha", neurons.DefaultLIFAlpha(), 15 * 250. / 10, 2e-4},
		{"LIFCond", cond, 15 * cond.GL, 2e-4},
		{"QIF", neurons.DefaultQIF(), 0.7 * 20 * 20 / 4, 4e-4},
	} {
		lo, hi := 0.9*m.want, 1.1*m.want
		for hi-lo > 1e-4*m.want {
			mid := (lo + hi) / 2
			train, err := solo(ctx, m.model, 0.5, 3000, mid)
			if err != nil {
				return nil, err
			}
			if len(train) > 0 {
				hi = mid
			} else {
				lo = mid
			}
		}
		checks = append(checks, Check{"closed/rheobase", m.name, "pA", hi, m.want, math.Abs(hi - m.want), m.bound * m.want})
	}
	return checks, nil
}

// postsynapticPotentials holds V after one spike against its closed form, also where the synaptic and
// the membrane time constant are equal or nearly so.
func postsynapticPotentials(ctx context.Context) ([]Check, error) {
	const name, dt, w = "closed/psp", 0.1, 100.0
	var checks []Check
	for _, tauSyn := range []float64{0.5, 2, 9.999, 10, 10 * (1 + 1e-9), 25} {
		e, a := neurons.DefaultLIFExp(), neurons.DefaultLIFAlpha()
		e.TauEx, a.TauEx = tauSyn, tauSyn
		tau, c := e.TauM, e.C
		x := 1/tauSyn - 1/tau
		exp := func(s float64) float64 {
			if math.Abs(x*s) < 1e-5 {
				return w / c * math.Exp(-s/tau) * s * (1 - x*s/2)
			}
			return -w / c * math.Exp(-s/tau) * math.Expm1(-x*s) / x
		}
		alpha := func(s float64) float64 {
			scale := w * math.E / tauSyn / c * math.Exp(-s/tau)
			if y := x * s; math.Abs(y) < 0.01 {
				return scale * s * s * (1./2 - y/3 + y*y/8 - y*y*y/30 + y*y*y*y/144)
			}
			return scale * (1 - math.Exp(-x*s)*(1+x*s)) / (x * x)
		}
		for _, m := range []struct {
			name  string
			model sim.Model
			psp   func(float64) float64
		}{{"LIFExp", e, exp}, {"LIFAlpha", a, alpha}} {
			net := sim.New(sim.Options{DT: dt, Workers: 1})
			source := net.Populate("source", 1, neurons.SpikeList{Times: [][]float64{{1}}})
			cell := net.Populate("cell", 1, m.model)
			net.Connect(source, cell, allToAll{}, sim.Synapse{Weight: sim.Constant(w), Delay: sim.Constant(1.5)})
			v := net.RecordState(cell, sim.StateOptions{Variable: "V"})
			if err := net.Run(ctx, 60); err != nil {
				return nil, err
			}
			var want trace
			for k := 1; k <= 600; k++ {
				ms := float64(k) * dt
				psp := 0.0
				if k > 25 {
					psp = m.psp(float64(k-25) * dt)
				}
				want.ms, want.values = append(want.ms, ms), append(want.values, e.EL+psp)
			}
			check, err := compareTrace(name, fmt.Sprintf("%s TauEx %.9g", m.name, tauSyn), "mV", v, 0, want, dt, 1e-11, nil)
			if err != nil {
				return nil, err
			}
			checks = append(checks, check)
		}
	}
	return checks, nil
}

func qifIntervals(ctx context.Context) ([]Check, error) {
	const name = "closed/qif_interval"
	var checks []Check
	for _, dt := range []float64{0.1, 0.5, 2} {
		for _, pA := range []float64{70.5, 80, 150, 1000, 20000} {
			m := neurons.DefaultQIF()
			m.TRef = 2
			middle, half := (m.VRest+m.VCrit)/2, (m.VCrit-m.VRest)/2
			k := m.K / m.C
			omega := math.Sqrt(k * (pA/m.C - k*half*half))
			period := (math.Atan(k*(m.VPeak-middle)/omega) - math.Atan(k*(m.VReset-middle)/omega)) / omega
			train, err := solo(ctx, m, dt, 2000, pA)
			if err != nil {
				return nil, err
			}
			c, err := interval(name, fmt.Sprintf("QIF %g pA dt %g", pA, dt), train, period, m.TRef, dt)
			if err != nil {
				return nil, err
			}
			checks = append(checks, c)
		}
	}
	return checks, nil
}
