//go:build !amd64 || noasm

package neurons

// lifSingleAdvance advances at most chunk neurons that no current reaches, clears their input and lists those at or
// above threshold, counted from first.
func lifSingleAdvance(v, i, syn []float64, c *lifSingleConstants, first int, spikes []int32) []int32 {
	spikes = lifSingleGo(v, i, syn, silence[:len(v)], c, first, spikes)
	clear(syn)
	return spikes
}
