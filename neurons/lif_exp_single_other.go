//go:build !amd64 || noasm

package neurons

// lifSingleAdvance advances neurons that no current reaches and lists those at or above threshold.
func lifSingleAdvance(v, i []float64, c *lifSingleConstants, _ []uint8, spikes []int32) []int32 {
	return lifSingleGo(v, i, nil, c, 0, spikes)
}
