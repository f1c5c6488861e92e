//go:build !noasm

package neurons

import (
	"encoding/binary"
	"math/bits"

	"golang.org/x/sys/cpu"
)

// lifExpAVX2 does what lifExpGo does for n neurons, a multiple of 8: see lif_exp_amd64.s.
//
//go:noescape
func lifExpAVX2(n int, v, iex, iin, cur *float64, c *lifExpConstants, above *uint8)

var haveAVX2 = cpu.X86.HasAVX2

// lifExpAdvance advances neurons and lists those at or above threshold; cur is nil where there is no current. above
// has room for a byte per four neurons.
func lifExpAdvance(v, iex, iin, cur []float64, c *lifExpConstants, above []uint8, spikes []int32) []int32 {
	n := len(v) &^ 7
	if !haveAVX2 {
		n = 0
	}
	if n > 0 {
		lifExpAVX2(n, &v[0], &iex[:n][0], &iin[:n][0], start(cur, n), c, &above[:n/4][0])
		spikes = listAbove(above[:n/4], 0, spikes)
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
