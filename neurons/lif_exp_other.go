//go:build !amd64 || noasm

package neurons

// lifExpAdvance advances neurons and lists those at or above threshold.
func lifExpAdvance(v, iex, iin []float64, c *lifExpConstants, _ []uint8, spikes []int32) []int32 {
	return lifExpGo(v, iex, iin, c, 0, spikes)
}
