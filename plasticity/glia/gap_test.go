package glia

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// A ring of 50 cells, cell 25 stimulated 20 s of every 50 s: a wave runs both ways.
func TestRingWave(t *testing.T) {
	const n, start = 50, 25
	cells := must(NewGChICells(RingGChI(), n, 50, 0, 1))
	if err := cells.Couple(DefaultGapJunctions(RingPairs(n))); err != nil {
		t.Fatal(err)
	}
	first, count, above := make([]float64, n), make([]int, n), make([]bool, n)
	for k := range 80000 { // 4000 s
		if cells.Bias[start] = 0; k%1000 < 400 {
			cells.Bias[start] = 1
		}
		if err := cells.Update(float64(k+1) * 50); err != nil {
			t.Fatal(err)
		}
		for i, c := range cells.Ca {
			if mirror := (2*start - i + n) % n; cells.Ca[mirror] != c {
				t.Fatalf("step %d: cells %d and %d differ: the mirror symmetry is broken", k, i, mirror)
			}
			if c > 0.5 && !above[i] {
				if count[i]++; count[i] == 1 {
					first[i] = float64(k+1) * 0.05
				}
			}
			above[i] = c > 0.5
		}
	}
	for i, want := range map[int]float64{25: 7.4, 24: 25.1, 23: 40.2, 20: 87.0, 15: 164.6, 10: 242, 5: 320, 0: 391} {
		near(t, fmt.Sprintf("first crossing of cell %d [s]", i), first[i], want, 0.5)
	}
	near(t, "delay per cell [s]", (first[5]-first[20])/15, 15.5, 0.3)
	// Later activity is irregular: rounding decides about single events.
	if lo, hi := slices.Min(count), slices.Max(count); lo < 40 || lo > 55 || hi < 115 || hi > 135 {
		t.Errorf("%d to %d events per cell, want about 45 to 127", lo, hi)
	}
	if count[0] >= count[25] {
		t.Errorf("the far cell has %d events, the stimulated one %d: want fewer far away", count[0], count[25])
	}
}

// What leaves a cell enters its neighbours.
func TestFlowsSumToZero(t *testing.T) {
	g := DefaultGapJunctions([][2]int32{{0, 1}, {1, 2}, {2, 0}, {3, 1}})
	ip3, flow := []float64{0.1, 0.9, 0.5, 1.3}, make([]float64, 4)
	g.Flow(ip3, flow)
	sum := 0.0
	for _, j := range flow {
		sum += j
	}
	near(t, "sum of flows", sum, 0, 1e-16)
	near(t, "flow between 0 and 1", threshold(0.9-0.1, 0.09, 0.3, 0.05), 0.045*(1+math.Tanh(10)), 1e-16)
	near(t, "flow at the threshold", threshold(-0.3, 0.09, 0.3, 0.05), -0.045, 1e-16)
	near(t, "flow far below", threshold(0.05, 0.09, 0.3, 0.05), 0, 1e-5)
	if threshold(0, 0.09, 0.3, 0.05) != 0 {
		t.Error("a flow between equals")
	}
	if flow[3] >= 0 || flow[0] <= 0 {
		t.Errorf("flows %v: want IP3 to go from cell 3 and to cell 0", flow)
	}
}

func TestPairs(t *testing.T) {
	if got := RingPairs(2); len(got) != 1 {
		t.Errorf("a ring of 2 has the pairs %v, want one", got)
	}
	if got := RingPairs(5); len(got) != 5 {
		t.Errorf("a ring of 5 has %d pairs", len(got))
	}
	// A grid of spacing 50: with reach 50 every inner cell has 4 neighbours, with 75 it has 8.
	var grid [][3]float64
	for y := range 10 {
		for x := range 12 {
			grid = append(grid, [3]float64{50 * float64(x), 50 * float64(y), 0})
		}
	}
	for reach, want := range map[float64]int{50: 10*11 + 9*12, 75: 10*11 + 9*12 + 2*9*11} {
		got := must(PairsWithin(grid, reach))
		if len(got) != want {
			t.Errorf("reach %g: %d pairs, want %d", reach, len(got), want)
		}
		if !slices.IsSortedFunc(got, func(a, b [2]int32) int { return int(a[0]-b[0])*1000 + int(a[1]-b[1]) }) {
			t.Errorf("reach %g: pairs are not in order", reach)
		}
		for _, p := range got {
			if d := math.Sqrt(distance2(grid[p[0]], grid[p[1]])); d > reach || p[0] >= p[1] {
				t.Errorf("reach %g: pair %v is %g apart", reach, p, d)
			}
		}
	}
	if _, err := PairsWithin(grid, 0); err == nil {
		t.Error("a reach of 0 is taken")
	}
}
