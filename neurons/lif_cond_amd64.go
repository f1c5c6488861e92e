//go:build !noasm

package neurons

// lifCondAVX2 does what lifCondGo does for n neurons, a multiple of 4: see lif_cond_amd64.s.
//
//go:noescape
func lifCondAVX2(n int, v, gex, gin, ex, inh, cur *float64, c *lifCondConstants, above *uint8)

// lifCondEuler makes a step of at most chunk neurons and lists those at or above threshold, counted from first.
func lifCondEuler(v, gex, gin, ex, inh, cur []float64, c *lifCondConstants, first int, spikes []int32) []int32 {
	n := len(v) &^ 3
	if !haveAVX2 || n == 0 {
		return lifCondGo(v, gex, gin, ex, inh, cur, c, first, spikes)
	}
	var above [chunk / 4]uint8
	lifCondAVX2(n, &v[0], &gex[:n][0], &gin[:n][0], &ex[:n][0], &inh[:n][0], &cur[:n][0], c, &above[0])
	spikes = listAbove(above[:n/4], first, spikes)
	return lifCondGo(v[n:], gex[n:], gin[n:], ex[n:], inh[n:], cur[n:], c, first+n, spikes)
}
