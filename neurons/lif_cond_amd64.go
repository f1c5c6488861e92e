//go:build !noasm

package neurons

// lifCondAVX2 does what lifCondGo does for n neurons, a multiple of 4: see lif_cond_amd64.s.
//
//go:noescape
func lifCondAVX2(n int, v, gex, gin, ex, inh, cur *float64, c *lifCondConstants, above *uint8, clears uint64)

// lifCondEuler makes a step of at most chunk neurons and lists those at or above threshold, counted from first. Bits of
// clears say which inputs to clear: 0 for ex, 1 for inh.
func lifCondEuler(v, gex, gin, ex, inh, cur []float64, c *lifCondConstants, first int, spikes []int32, clears uint64) []int32 {
	n := len(v) &^ 3
	if !haveAVX2 {
		n = 0
	}
	if n > 0 {
		var above [chunk / 4]uint8
		lifCondAVX2(n, &v[0], &gex[:n][0], &gin[:n][0], &ex[:n][0], &inh[:n][0], &cur[:n][0], c, &above[0], clears)
		spikes = listAbove(above[:n/4], first, spikes)
	}
	spikes = lifCondGo(v[n:], gex[n:], gin[n:], ex[n:], inh[n:], cur[n:], c, first+n, spikes)
	clearIf(clears&1 != 0, ex[n:])
	clearIf(clears&2 != 0, inh[n:])
	return spikes
}
