//go:build !amd64 || noasm

package neurons

// lifExpAdvance advances at most chunk neurons and lists those at or above threshold, counted from first.
func lifExpAdvance(v, iex, iin, ex, inh []float64, c *lifExpConstants, first int, spikes []int32, clears uint64) []int32 {
	spikes = lifExpGo(v, iex, iin, ex, inh, c, first, spikes)
	clearIf(clears&1 != 0, ex)
	clearIf(clears&2 != 0, inh)
	return spikes
}
