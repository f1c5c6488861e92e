//go:build !noasm

package neurons

import "golang.org/x/sys/cpu"

// lifExpAVX2 does what lifExpGo does for n neurons, a multiple of 8: see lif_exp_amd64.s.
//
//go:noescape
func lifExpAVX2(n int, v, iex, iin, cur *float64, c *lifExpConstants, crossed *int32) int

var haveAVX2 = cpu.X86.HasAVX2

// lifExpAdvance advances neurons and lists those at or above threshold; cur is nil where there is no current. crossed
// has room for an eighth of them.
func lifExpAdvance(v, iex, iin, cur []float64, c *lifExpConstants, crossed, spikes []int32) []int32 {
	n := len(v) &^ 7
	if !haveAVX2 {
		n = 0
	}
	if n > 0 {
		eights := lifExpAVX2(n, &v[0], &iex[:n][0], &iin[:n][0], start(cur, n), c, &crossed[:n/8][0])
		spikes = listAbove(v, c.threshold, crossed[:eights], spikes)
	}
	return lifExpGo(v[n:], iex[n:], iin[n:], rest(cur, n), c, n, spikes)
}

// start gives where the n values of a receptor are that assembly may read; nil where nothing is connected.
func start(in []float64, n int) *float64 {
	if in == nil {
		return nil
	}
	return &in[:n][0]
}

// rest gives what assembly has left.
func rest(in []float64, n int) []float64 {
	if in == nil {
		return nil
	}
	return in[n:]
}

// listAbove lists the neurons at or above threshold in the eights that begin at the neurons crossed.
func listAbove(v []float64, threshold float64, crossed, spikes []int32) []int32 {
	for _, first := range crossed {
		for k, x := range v[first : first+8] {
			if x >= threshold {
				spikes = append(spikes, first+int32(k))
			}
		}
	}
	return spikes
}
