//go:build !amd64 || noasm

package neurons

// lifCondEuler makes a step of at most chunk neurons and lists those at or above threshold, counted from first.
func lifCondEuler(v, gex, gin, ex, inh, cur []float64, c *lifCondConstants, first int, spikes []int32, clears uint64) []int32 {
	spikes = lifCondGo(v, gex, gin, ex, inh, cur, c, first, spikes)
	clearIf(clears&1 != 0, ex)
	clearIf(clears&2 != 0, inh)
	return spikes
}
