//go:build !amd64 || noasm

package neurons

// lifSingleAdvance advances neurons and lists those at or above threshold; cur is nil where there is no current.
func lifSingleAdvance(v, i, cur []float64, c *lifSingleConstants, _, spikes []int32) []int32 {
	return lifSingleGo(v, i, cur, c, 0, spikes)
}
