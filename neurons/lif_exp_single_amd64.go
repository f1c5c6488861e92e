//go:build !noasm

package neurons

// lifSingleAVX2 does what lifSingleGo does for n neurons, a multiple of 4, that no current reaches: see
// lif_exp_single_amd64.s.
//
//go:noescape
func lifSingleAVX2(n int, v, i, syn *float64, c *lifSingleConstants, above *uint8)

// lifSingleAdvance advances neurons that no current reaches, clears their input and lists those at or above threshold.
func lifSingleAdvance(v, i, syn []float64, c *lifSingleConstants, spikes []int32) []int32 {
	if !haveAVX2 {
		return lifSingleWithout(v, i, syn, c, spikes)
	}
	lo := 0
	for ; lo+4 <= len(v); lo = min(lo+chunk, len(v)&^3) {
		var above [chunk / 4]uint8
		n := min(chunk, (len(v)-lo)&^3)
		lifSingleAVX2(n, &v[lo], &i[lo], &syn[lo], c, &above[0])
		spikes = listAbove(above[:n/4], lo, spikes)
	}
	spikes = lifSingleGo(v[lo:], i[lo:], syn[lo:], silence[:len(v)-lo], c, lo, spikes)
	clear(syn[lo:])
	return spikes
}
