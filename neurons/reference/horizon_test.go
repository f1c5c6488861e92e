package reference

import (
	"math"
	"testing"

	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/sim"
)

// TestHorizons holds that the cells whose comparison is cut short are those that amplify rounding
// errors: a current of 1e-12 changes nothing visible up to the horizon, and much after it.
func TestHorizons(t *testing.T) {
	for file, limits := range horizons {
		build := func(ie float64) (*cells, error) {
			switch file {
			case "izh_euler":
				return izhikevichCells(file, file, neurons.Euler, 0.1, ie)
			case "izh_half":
				return izhikevichCells(file, file, neurons.HalfSteps, 1, ie)
			}
			return adExCells(ie)
		}
		variable, ms := "v", 1000.0
		if file == "adex" {
			variable, ms = "V", 600
		}
		var runs [2][]*sim.StateRecorder
		var labels []string
		for k, ie := range []float64{0, 1e-12} {
			c, err := build(ie)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range c.pops {
				runs[k] = append(runs[k], c.net.RecordState(p, sim.StateOptions{Variable: variable}))
			}
			labels = c.labels
			if err := c.net.Run(t.Context(), ms); err != nil {
				t.Fatal(err)
			}
		}
		found := 0
		for k, label := range labels {
			limit, limited := limits[label]
			if !limited {
				continue
			}
			found++
			before, after := 0.0, 0.0
			times, a, b := runs[0][k].Times(), runs[0][k].Values(0), runs[1][k].Values(0)
			for i, at := range times {
				if d := math.Abs(a[i] - b[i]); at <= limit {
					before = max(before, d)
				} else {
					after = max(after, d)
				}
			}
			t.Logf("%s %s: twins differ by %.2g mV up to %g ms, by %.2g mV after", file, label, before, limit, after)
			if after < 1e-3 || after < 100*before {
				t.Errorf("%s %s: twins differ by %g mV up to %g ms and by %g mV after: no reason to stop there", file, label, before, limit, after)
			}
		}
		if found != len(limits) {
			t.Errorf("%s: %d of %d cells with a horizon exist", file, found, len(limits))
		}
	}
}
