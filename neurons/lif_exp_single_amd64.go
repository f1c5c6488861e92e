//go:build !noasm

package neurons

// lifSingleAVX2 does what lifSingleGo does for n neurons, a multiple of 8: see lif_exp_single_amd64.s.
//
//go:noescape
func lifSingleAVX2(n int, v, i, cur *float64, c *lifSingleConstants, crossed *int32) int

// lifSingleAdvance advances neurons and lists those at or above threshold; cur is nil where there is no current. crossed
// has room for an eighth of them.
func lifSingleAdvance(v, i, cur []float64, c *lifSingleConstants, crossed, spikes []int32) []int32 {
	n := len(v) &^ 7
	if !haveAVX2 {
		n = 0
	}
	if n > 0 {
		eights := lifSingleAVX2(n, &v[0], &i[:n][0], start(cur, n), c, &crossed[:n/8][0])
		spikes = listAbove(v, c.threshold, crossed[:eights], spikes)
	}
	return lifSingleGo(v[n:], i[n:], rest(cur, n), c, n, spikes)
}
