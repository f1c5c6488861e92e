//go:build !noasm

package neurons

// lifMapAVX2 does what lifMapGo does for n neurons, a multiple of 8: see lif_map_amd64.s.
//
//go:noescape
func lifMapAVX2(n int, v, i, syn, cur *float64, c *lifMapConstants, crossed *int32) int

// lifMapAdvance advances at most chunk neurons and lists those at or above threshold.
func lifMapAdvance(v, i, syn, cur []float64, c *lifMapConstants, spikes []int32) []int32 {
	n := len(v) &^ 7
	if !haveAVX2 {
		n = 0
	}
	if n > 0 {
		var crossed [chunk / 8]int32
		eights := lifMapAVX2(n, &v[0], &i[:n][0], &syn[:n][0], &cur[:n][0], c, &crossed[0])
		spikes = listAbove(v, c.threshold, crossed[:eights], spikes)
	}
	return lifMapGo(v[n:], i[n:], syn[n:], cur[n:], c, n, spikes)
}
