//go:build !amd64 || noasm

package neurons

// lifExpAdvance advances neurons and lists those at or above threshold; cur is nil where there is no current.
func lifExpAdvance(v, iex, iin, cur []float64, c *lifExpConstants, _, spikes []int32) []int32 {
	return lifExpGo(v, iex, iin, cur, c, 0, spikes)
}
