//go:build !noasm

package neurons

import "github.com/glia-sim/glia/sim"

// poissonAVX2 is explained in source_counts_amd64.s.
//
//go:noescape
func poissonAVX2(n int, state *[5]uint64, steps *step, most, nsteps, least int, weight float64, in *float64)

// addBySteps adds weight times the number of events to in[i], for neuron first+i of which the first is even,
// as far as whole eights go, and gives the number of neurons done.
func addBySteps(d sim.Draws, first int, c *poissonCounts, weight float64, in []float64) int {
	n := len(in) &^ 7
	if !haveAVX2 || n == 0 || len(c.steps) == 0 {
		return 0
	}
	var state [5]uint64
	for k := range 4 {
		state[k] = d.State(uint64(first)/2 + uint64(k))
	}
	state[4] = d.State(4) - d.State(0)
	poissonAVX2(n, &state, &c.steps[0], c.most, len(c.steps), c.least, weight, &in[0])
	return n
}
