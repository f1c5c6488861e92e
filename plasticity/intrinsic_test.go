package plasticity

import (
	"fmt"
	"math"
	"testing"

	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/sim"
)

// Specification A8: normal inputs become outputs of an exponential distribution of mean 0.1.
func TestA8LogisticIP(t *testing.T) {
	p := NewLogisticIP(4, 0.01, 0.1)
	mean, sd := settle(p.Update, 4)
	near(t, "mean of the outputs", mean, 0.1, 0.01)
	near(t, "standard deviation", sd, mean, 0.2*mean)
	for i := range p.A {
		near(t, "gain", p.A[i], 1.18, 0.25)
		near(t, "bias", p.B[i], -2.73, 0.4)
	}
}

// Specification A8: and of a normal one of a given mean and standard deviation.
func TestA8TanhIP(t *testing.T) {
	for _, m := range []float64{0, 0.2} {
		p := NewTanhIP(4, 0.001, m, 0.3)
		mean, sd := settle(p.Update, 4)
		near(t, fmt.Sprintf("mean with target %g", m), mean, m, 0.03)
		near(t, fmt.Sprintf("standard deviation with mean %g", m), sd, 0.3, 0.03)
	}
}

// settle shows n neurons normal inputs, and measures the outputs in the second half.
func settle(update func(y, x []float64), n int) (mean, sd float64) {
	r := sim.NewRand(sim.NewKey(1, "A8"))
	x, y := make([]float64, n), make([]float64, n)
	const samples = 100_000
	sum, squares, count := 0.0, 0.0, 0.0
	for k := range samples {
		for i := range x {
			x[i] = r.NormFloat64()
		}
		update(y, x)
		if k < samples/2 {
			continue
		}
		for _, v := range y {
			sum, squares, count = sum+v, squares+v*v, count+1
		}
	}
	mean = sum / count
	return mean, math.Sqrt(squares/count - mean*mean)
}

// Specification A8, spiking form: neurons of very different drive reach the same rate.
func TestA8ThresholdIP(t *testing.T) {
	for _, workers := range []int{1, 3} {
		n := sim.New(sim.Options{Seed: 1, DT: 0.5, Workers: workers})
		cells := n.Populate("cells", 30, neurons.LIFExp{C: 250, TauM: 20, TauEx: 5, TauIn: 5, TRef: 2, EL: -70, VTh: -55, VReset: -70})
		for k := range 3 {
			n.Drive(cells.Range(10*k, 10*k+10), sim.Current, neurons.NoiseCurrent{Mean: 100 + 150*float64(k), SD: 300, Interval: 1})
		}
		count := n.CountSpikes(cells)
		ip := &ThresholdIP{Rates: count, Eta: 0.1, Target: 8, GL: 250. / 20}
		n.AddProcess(ip, 5)
		n.Drive(cells, sim.Current, ip)
		run(t, n, 2000)
		early := make([]float64, 3)
		for j, c := range count.PerNeuron {
			early[j/10] += float64(c) / 20
		}
		run(t, n, 28_000)
		count.Reset()
		run(t, n, 30_000)
		for j, c := range count.PerNeuron {
			near(t, fmt.Sprintf("rate of neuron %d", j), float64(c)/30, 8, 0.8)
		}
		t.Logf("rates by drive in the first 2 s: %.1f; thresholds in the end %.1f %.1f %.1f mV", early, ip.Theta[0], ip.Theta[10], ip.Theta[20])
		if !(ip.Theta[0] < ip.Theta[10]-2 && ip.Theta[10] < ip.Theta[20]-2) {
			t.Errorf("thresholds %v do not follow the drive", ip.Theta)
		}
	}
}
