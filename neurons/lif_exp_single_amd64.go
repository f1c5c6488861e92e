//go:build !noasm

package neurons

// lifSingleAVX2 does what lifSingleGo does for n neurons, a multiple of 8, that no current reaches: see
// lif_exp_single_amd64.s.
//
//go:noescape
func lifSingleAVX2(n int, v, i *float64, c *lifSingleConstants, above *uint8)

// lifSingleAdvance advances neurons that no current reaches and lists those at or above threshold. above has room for
// a byte per four neurons.
func lifSingleAdvance(v, i []float64, c *lifSingleConstants, above []uint8, spikes []int32) []int32 {
	n := len(v) &^ 7
	if !haveAVX2 {
		n = 0
	}
	if n > 0 {
		lifSingleAVX2(n, &v[0], &i[:n][0], c, &above[:n/4][0])
		spikes = listAbove(above[:n/4], 0, spikes)
	}
	return lifSingleGo(v[n:], i[n:], nil, c, n, spikes)
}
