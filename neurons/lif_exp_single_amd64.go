//go:build !noasm

package neurons

// lifSingleAVX2 does what lifSingleGo does for n neurons, a multiple of 4, that no current reaches: see
// lif_exp_single_amd64.s.
//
//go:noescape
func lifSingleAVX2(n int, v, i, syn *float64, c *lifSingleConstants, above *uint8)

// lifSingleAdvance advances at most chunk neurons that no current reaches, clears their input and lists those at or
// above threshold, counted from first.
func lifSingleAdvance(v, i, syn []float64, c *lifSingleConstants, first int, spikes []int32) []int32 {
	n := len(v) &^ 3
	if !haveAVX2 {
		n = 0
	}
	if n > 0 {
		var above [chunk / 4]uint8
		lifSingleAVX2(n, &v[0], &i[:n][0], &syn[:n][0], c, &above[0])
		spikes = listAbove(above[:n/4], first, spikes)
	}
	spikes = lifSingleGo(v[n:], i[n:], syn[n:], silence[:len(v)-n], c, first+n, spikes)
	clear(syn[n:])
	return spikes
}
