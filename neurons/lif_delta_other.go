//go:build !amd64 || noasm

package neurons

// lifDeltaAdvance advances neurons, clears w and lists those at or above threshold; w and cur are nil where nothing is
// connected.
func lifDeltaAdvance(v, w, cur []float64, c *lifDeltaConstants, _, spikes []int32) []int32 {
	return lifDeltaGo(v, w, cur, c, 0, spikes)
}
