//go:build !noasm

package neurons

// lifCondAVX2 does what lifCondGo does for n neurons, a multiple of 8: see lif_cond_amd64.s.
//
//go:noescape
func lifCondAVX2(n int, v, gex, gin, cur *float64, c *lifCondConstants, crossed *int32) int

// lifCondEuler makes a step and lists the neurons at or above threshold; cur is nil where there is no current. crossed
// has room for an eighth of them.
func lifCondEuler(v, gex, gin, cur []float64, c *lifCondConstants, crossed, spikes []int32) []int32 {
	n := len(v) &^ 7
	if !haveAVX2 {
		n = 0
	}
	if n > 0 {
		eights := lifCondAVX2(n, &v[0], &gex[:n][0], &gin[:n][0], start(cur, n), c, &crossed[:n/8][0])
		spikes = listAbove(v, c.threshold, crossed[:eights], spikes)
	}
	return lifCondGo(v[n:], gex[n:], gin[n:], rest(cur, n), c, n, spikes)
}
