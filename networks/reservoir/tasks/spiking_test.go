package tasks

import (
	"testing"

	"github.com/glia-sim/glia/networks/reservoir"
)

// The tasks run on spiking reservoirs as they do on rates. Memory is short, since a step has few spikes, but real:
// three steps are recalled, and excitation destroys it as it does in the rate network.
func TestTasksOnSpikingReservoirs(t *testing.T) {
	memory := Memory{Amplitude: 1, Washout: 100, Train: 1500, Test: 700, MaxLag: 10, Lambda: 1e-2, SubtractChance: true}
	narma := NARMA{Washout: 100, Train: 1500, Test: 700, Lambda: 1e-2}
	measure := func(c reservoir.SpikingConfig) (mc, nrmse float64) {
		n, err := c.Build()
		if err != nil {
			t.Fatal(err)
		}
		mc = capacity(t, memory, n, 1)
		f, err := narma.Measure(n, 1)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("MC %.2f, NARMA NRMSE %.3f", mc, f.NRMSE)
		return mc, f.NRMSE
	}
	c := reservoir.DefaultLIF(150, 1)
	c.Balance = -2
	mc, nrmse := measure(c)
	if mc < 1 || nrmse > 0.95 {
		t.Errorf("LIF: MC %.3g and NRMSE %.3g", mc, nrmse)
	}
	c.Balance = 5
	if lost, _ := measure(c); !(lost < mc/3) {
		t.Errorf("LIF dominated by excitation: MC %.3g, %.3g at balance", lost, mc)
	}
	if mc, _ := measure(reservoir.DefaultIzhikevichReservoir(150, 1, 1)); mc < 0.5 {
		t.Errorf("Izhikevich: MC %.3g", mc)
	}
}
