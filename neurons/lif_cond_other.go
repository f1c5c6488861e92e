//go:build !amd64 || noasm

package neurons

// lifCondEuler makes a step of at most chunk neurons and lists those at or above threshold, counted from first.
func lifCondEuler(v, gex, gin, ex, inh, cur []float64, c *lifCondConstants, first int, spikes []int32) []int32 {
	return lifCondGo(v, gex, gin, ex, inh, cur, c, first, spikes)
}
