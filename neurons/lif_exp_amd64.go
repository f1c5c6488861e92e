//go:build !noasm

package neurons

import (
	"encoding/binary"
	"math/bits"

	"golang.org/x/sys/cpu"
)

// lifExpAVX2 does what lifExpGo does for n neurons, a multiple of 4: see lif_exp_amd64.s.
//
//go:noescape
func lifExpAVX2(n int, v, iex, iin, ex, inh *float64, c *lifExpConstants, above *uint8, clears uint64)

var haveAVX2 = cpu.X86.HasAVX2

// lifExpAdvance advances at most chunk neurons and lists those at or above threshold, counted from first. Bits of
// clears say which inputs to clear: 0 for ex, 1 for inh.
func lifExpAdvance(v, iex, iin, ex, inh []float64, c *lifExpConstants, first int, spikes []int32, clears uint64) []int32 {
	n := len(v) &^ 3
	if !haveAVX2 {
		n = 0
	}
	if n > 0 {
		var above [chunk / 4]uint8
		lifExpAVX2(n, &v[0], &iex[:n][0], &iin[:n][0], &ex[:n][0], &inh[:n][0], c, &above[0], clears)
		spikes = listAbove(above[:n/4], first, spikes)
	}
	spikes = lifExpGo(v[n:], iex[n:], iin[n:], ex[n:], inh[n:], c, first+n, spikes)
	clearIf(clears&1 != 0, ex[n:])
	clearIf(clears&2 != 0, inh[n:])
	return spikes
}

// listAbove lists the neurons whose bits are set, four to a byte, counted from first.
func listAbove(above []uint8, first int, spikes []int32) []int32 {
	k := 0
	for ; k+8 <= len(above); k += 8 { // few spike: look at 32 neurons at once
		if binary.LittleEndian.Uint64(above[k:]) != 0 {
			spikes = listFew(above[k:k+8], first+4*k, spikes)
		}
	}
	return listFew(above[k:], first+4*k, spikes)
}

func listFew(above []uint8, first int, spikes []int32) []int32 {
	for k, m := range above {
		for ; m != 0; m &= m - 1 {
			spikes = append(spikes, int32(first+4*k+bits.TrailingZeros8(m)))
		}
	}
	return spikes
}
