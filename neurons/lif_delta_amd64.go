//go:build !noasm

package neurons

// lifDeltaAVX2 does what lifDeltaGo does for n neurons, a multiple of 8: see lif_delta_amd64.s.
//
//go:noescape
func lifDeltaAVX2(n int, v, w, cur *float64, c *lifDeltaConstants, crossed *int32) int

// lifDeltaAdvance advances neurons, clears w and lists those at or above threshold; w and cur are nil where nothing is
// connected. crossed has room for an eighth of the neurons.
func lifDeltaAdvance(v, w, cur []float64, c *lifDeltaConstants, crossed, spikes []int32) []int32 {
	n := len(v) &^ 7
	if !haveAVX2 {
		n = 0
	}
	if n > 0 {
		eights := lifDeltaAVX2(n, &v[0], start(w, n), start(cur, n), c, &crossed[:n/8][0])
		spikes = listAbove(v, c.threshold, crossed[:eights], spikes)
	}
	return lifDeltaGo(v[n:], rest(w, n), rest(cur, n), c, n, spikes)
}
