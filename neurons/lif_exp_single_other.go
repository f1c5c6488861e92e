//go:build !amd64 || noasm

package neurons

// lifSingleAdvance advances neurons that no current reaches, clears their input and lists those at or above threshold.
func lifSingleAdvance(v, i, syn []float64, c *lifSingleConstants, spikes []int32) []int32 {
	return lifSingleWithout(v, i, syn, c, spikes)
}
