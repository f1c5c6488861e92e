package live

import (
	"math"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

// A reader gets every record, or is told how many it missed; what it gets is the latest.
func TestRingAgainstList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := newRing(8, 2)
		var all [][2]uint64
		var cursor uint64
		for range rapid.IntRange(1, 20).Draw(t, "turns") {
			for range rapid.IntRange(0, 20).Draw(t, "puts") {
				n := uint64(len(all))
				all = append(all, [2]uint64{n, n * n})
				r.put(n, n*n)
			}
			limit := rapid.IntRange(1, 10).Draw(t, "limit")
			words, next, lost := r.read(nil, cursor, limit)
			var want []uint64
			for _, x := range all[len(all)-min(limit, 7, len(all)-int(cursor)):] {
				want = append(want, x[0], x[1])
			}
			if !slices.Equal(words, want) || next != uint64(len(all)) || cursor+lost+uint64(len(words)/2) != next {
				t.Fatalf("read %v, next %d, lost %d; want %v of %d, cursor was %d", words, next, lost, want, len(all), cursor)
			}
			cursor = next
		}
	})
}

// Records are whole and in order, however far the writer runs ahead of a reader.
func TestRingUnderAWriter(t *testing.T) {
	r := newRing(64, 3)
	const n = 200000
	var wg sync.WaitGroup
	wg.Go(func() {
		for k := uint64(0); k < n; k++ {
			r.put(k, k+1, k+2)
		}
	})
	for range 2 {
		wg.Go(func() {
			var cursor, got, missed uint64
			var words []uint64
			for cursor < n {
				var lost uint64
				before := cursor
				words, cursor, lost = r.read(words[:0], cursor, math.MaxInt)
				missed += lost
				for k := 0; k < len(words); k += 3 {
					want := before + lost + uint64(k/3)
					if words[k] != want || words[k+1] != want+1 || words[k+2] != want+2 {
						t.Errorf("record %v, want it to begin with %d", words[k:k+3], want)
						return
					}
					got++
				}
			}
			if got+missed != n {
				t.Errorf("%d read and %d missed of %d", got, missed, n)
			}
		})
	}
	wg.Wait()
}
