//go:build !noasm

package neurons

// lifDeltaAVX2 does what lifDeltaGo does for n neurons, a multiple of 4: see lif_delta_amd64.s.
//
//go:noescape
func lifDeltaAVX2(n int, v, w, cur *float64, c *lifDeltaConstants, above *uint8, clears uint64)

// lifDeltaAdvance advances at most chunk neurons and lists those at or above threshold, counted from first. Bits of
// clears say which inputs to clear: 0 for w.
func lifDeltaAdvance(v, w, cur []float64, c *lifDeltaConstants, first int, spikes []int32, clears uint64) []int32 {
	n := len(v) &^ 3
	if !haveAVX2 {
		n = 0
	}
	if n > 0 {
		var above [chunk / 4]uint8
		lifDeltaAVX2(n, &v[0], &w[:n][0], &cur[:n][0], c, &above[0], clears)
		spikes = listAbove(above[:n/4], first, spikes)
	}
	spikes = lifDeltaGo(v[n:], w[n:], cur[n:], c, first+n, spikes)
	clearIf(clears&1 != 0, w[n:])
	return spikes
}
