//go:build !amd64 || noasm

package neurons

// lifMapAdvance advances at most chunk neurons and lists those at or above threshold.
func lifMapAdvance(v, i, syn, cur []float64, c *lifMapConstants, spikes []int32) []int32 {
	return lifMapGo(v, i, syn, cur, c, 0, spikes)
}
