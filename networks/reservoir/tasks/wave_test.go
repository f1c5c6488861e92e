package tasks

import (
	"testing"

	"github.com/glia-sim/glia/networks/reservoir"
)

// A wave keeps as much of the past as it has sites; the spreading kernel, without a wave, far less than half.
func TestMemoryOfWaves(t *testing.T) {
	capacity := func(change func(*reservoir.WaveConfig)) float64 {
		c := reservoir.DefaultWave(30, 1)
		change(&c)
		r, err := c.Build()
		if err != nil {
			t.Fatal(err)
		}
		m := Memory{Amplitude: 0.8, Washout: 200, Train: 2000, Test: 2000, MaxLag: 60, Lambda: 1e-7, SubtractChance: true}
		got, err := m.Measure(r, 5)
		if err != nil {
			t.Fatal(err)
		}
		return got.Total
	}
	near(t, "travelling", capacity(func(*reservoir.WaveConfig) {}), 29, 0.1)
	spread := capacity(func(c *reservoir.WaveConfig) { c.Kernel = [3]float64{1. / 3, 1. / 3, 1. / 3} })
	t.Logf("spreading: %.2f", spread)
	if spread > 15 {
		t.Errorf("spreading: %g, want well below 15", spread)
	}
}
