package astrocyte

import (
	"context"
	"math"
	"strconv"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/plasticity/glia"
	"github.com/glia-sim/glia/viz"
)

func number(x float64) string { return strconv.FormatFloat(x, 'g', 4, 64) }

// wave stimulates one cell of a ring with gap junctions for 20 s of every 50 s and follows the wave.
func wave(ctx context.Context, r *experiments.Run) error {
	const step, threshold = 50.0, 0.5 // ms, µM
	n, total := r.Int("cells"), 1000*r.Float("ring_duration")
	start := n / 2
	cells, err := glia.NewGChICells(glia.RingGChI(), n, step, 0, r.Seed)
	if err != nil {
		return err
	}
	if err := cells.Couple(glia.DefaultGapJunctions(glia.RingPairs(n))); err != nil {
		return err
	}
	first := make([]float64, n) // s
	for i := range first {
		first[i] = math.NaN()
	}
	picture := make([][]float64, n)
	asymmetry := 0.0
	every := max(1, int(total/step)/600)
	for k := range int(total / step) {
		if k%200 == 0 {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			r.Progress(float64(k)*step, total)
			r.Simulated(float64(k) * step)
		}
		now := float64(k+1) * step
		if cells.Bias[start] = 0; math.Mod(float64(k)*step, 50000) < 20000 {
			cells.Bias[start] = 1
		}
		if err := cells.Update(now); err != nil {
			return err
		}
		if k%5 == 0 {
			r.Signal("calcium of the stimulated cell", "µM", now, cells.Ca[start])
			for _, d := range []int{2, 5, 10} {
				if d < n/2 {
					r.Signal("calcium "+strconv.Itoa(d)+" cells away", "µM", now, cells.Ca[start-d])
				}
			}
		}
		for i, c := range cells.Ca {
			if c > threshold && math.IsNaN(first[i]) {
				first[i] = now / 1000
			}
			asymmetry = max(asymmetry, math.Abs(c-cells.Ca[(2*start-i+n)%n]))
			if k%every == 0 {
				picture[i] = append(picture[i], c)
			}
		}
	}
	// The delay per cell is measured from the fifth neighbour on, where the wave runs steadily, to the
	// twentieth.
	from, to := 5, min(20, n/2-1)
	if err := r.Metrics(map[string]float64{
		"wave_first":     first[start-1],
		"wave_delay":     (first[start-to] - first[start-from]) / float64(to-from),
		"wave_asymmetry": asymmetry,
	}); err != nil {
		return err
	}
	if err := r.Figure("ring-wave", "Calcium of each cell of the ring; the middle cell is stimulated during 20 s of every 50 s", viz.HeatMap{
		Title: "Calcium wave by gap junctions", Values: picture, X: viz.Axis{Label: "Time", Unit: "s", Min: 0, Max: total / 1000},
		Y: viz.Axis{Label: "Cell", Min: 0, Max: float64(n)}, Up: true, Label: "Calcium", Unit: "µM"}); err != nil {
		return err
	}
	front := viz.Series{Name: "first time above 0.5 µM", Markers: true, NoLine: true}
	for i, t := range first {
		front.X, front.Y = append(front.X, float64(i)), append(front.Y, t)
	}
	line := viz.Line{Title: "Front of the wave", X: viz.Axis{Label: "Cell"}, Y: viz.Axis{Label: "Time", Unit: "s", Zero: true}, Series: []viz.Series{front}, PointsName: "independent integration"}
	if n == 50 {
		for _, p := range [][2]float64{{25, 7.4}, {24, 25.1}, {26, 25.1}, {23, 40.2}, {27, 40.2}, {20, 87}, {30, 87}, {15, 164.6}, {35, 164.6}, {10, 242}, {40, 242}, {5, 320}, {45, 320}, {0, 391}} {
			line.Points = append(line.Points, viz.RefPoint{X: p[0], Y: p[1]})
		}
	}
	return r.Figure("wave-front", "When calcium of each cell first exceeds 0.5 µM: the wave runs both ways at one speed", line)
}
