//go:build !amd64 || noasm

package neurons

// lifDeltaAdvance advances at most chunk neurons and lists those at or above threshold, counted from first.
func lifDeltaAdvance(v, w, cur []float64, c *lifDeltaConstants, first int, spikes []int32, clears uint64) []int32 {
	spikes = lifDeltaGo(v, w, cur, c, first, spikes)
	clearIf(clears&1 != 0, w)
	return spikes
}
