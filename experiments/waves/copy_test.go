package waves

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// The symbols are wanted in order at the end, after the marker; all else is blank.
func TestCopyTask(t *testing.T) {
	seen := map[uint8]bool{}
	for _, delay := range []int{1, 7} {
		b := copyTask(rand.New(rand.NewPCG(1, 1)), 50, delay)
		for s, in := range b.In {
			want := b.Want[s]
			if len(in) != 20+delay || len(want) != len(in) || !slices.Equal(in[:10], want[10+delay:]) || in[9+delay] != marker {
				t.Fatalf("delay %d: %v wants %v", delay, in, want)
			}
			for _, blank := range [][]uint8{want[:10+delay], in[10 : 9+delay], in[10+delay:]} {
				if slices.ContainsFunc(blank, func(x uint8) bool { return x != 0 }) {
					t.Fatalf("delay %d: %v wants %v", delay, in, want)
				}
			}
			for _, x := range in[:10] {
				seen[x] = true
			}
		}
	}
	if len(seen) != 8 || seen[0] || seen[marker] {
		t.Errorf("symbols %v", seen)
	}
}
