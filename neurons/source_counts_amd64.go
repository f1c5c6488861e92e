//go:build !noasm

package neurons

import "github.com/glia-sim/glia/sim"

// poissonAVX2 is explained in source_counts_amd64.s.
//
//go:noescape
func poissonAVX2(n int, state *[5]uint64, table *int32, weight float64, in *float64) (done int)

// addTabled adds to in, from index i on, as far as whole eights go, and gives the index of the first neuron
// that it leaves. The index in the population of neuron i is even; one adds to a single neuron.
func addTabled(d sim.Draws, first, i int, table *[countCells]int32, weight float64, in []float64, one func(i int)) int {
	if !haveAVX2 {
		return i
	}
	for end := i + (len(in)-i)&^7; i < end; {
		var state [5]uint64
		for k := range 4 {
			state[k] = d.State(uint64(first+i)/2 + uint64(k))
		}
		state[4] = d.State(4) - d.State(0)
		i += poissonAVX2(end-i, &state, &table[0], weight, &in[i])
		for range min(8, end-i) {
			one(i)
			i++
		}
	}
	return i
}
