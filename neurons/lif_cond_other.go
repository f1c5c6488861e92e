//go:build !amd64 || noasm

package neurons

// lifCondEuler makes a step and lists the neurons at or above threshold; cur is nil where there is no current.
func lifCondEuler(v, gex, gin, cur []float64, c *lifCondConstants, _, spikes []int32) []int32 {
	return lifCondGo(v, gex, gin, cur, c, 0, spikes)
}
