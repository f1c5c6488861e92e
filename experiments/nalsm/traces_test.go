package nalsm

import (
	"math"
	"slices"
	"testing"

	"github.com/glia-sim/glia/sim"
)

// A spike counts 1 when it is fired and 1/e a time constant later, and never before; the neuron that fires as
// often as it can fills a byte.
func TestTraces(t *testing.T) {
	r := newTraces(40, 400)
	spike := func(at, id int) sim.Spike { return sim.Spike{At: sim.Instant{Tick: sim.Tick(at)}, ID: int32(id)} }
	spikes := []sim.Spike{spike(10, 7), spike(50, 7), spike(50, 8)}
	for at := 1; at < 400; at += 3 {
		spikes = append(spikes, spike(at, 9))
	}
	row := make([]uint8, 3*3)
	r.read(spikes, 7, 3, []int{9, 50, 397}, row)
	unit := 255 * (1 - math.Exp(-3.0/40))
	byteOf := func(x float64) uint8 { return uint8(math.Round(x * unit)) }
	// The sum of a third of all ages, up to the spikes there have been.
	busy := func(n float64) uint8 { return byteOf((1 - math.Exp(-3*n/40)) / (1 - math.Exp(-3.0/40))) }
	want := []uint8{
		0, 0, byteOf((1 - math.Exp(-9.0/40)) / (1 - math.Exp(-3.0/40)) * math.Exp(-2.0/40)),
		byteOf(1 + math.Exp(-1)), byteOf(1), byteOf((1 - math.Exp(-51.0/40)) / (1 - math.Exp(-3.0/40)) * math.Exp(-1.0/40)),
		byteOf(math.Exp(-347.0/40) + math.Exp(-387.0/40)), byteOf(math.Exp(-347.0 / 40)), busy(133),
	}
	if !slices.Equal(row, want) {
		t.Errorf("bytes %v, want %v", row, want)
	}
	if row[8] != 255 {
		t.Errorf("a neuron that fires every 3 ms has %d, want 255", row[8])
	}
}

// With a memory far longer than the presentation a trace is a count, and counts are the same with traces as
// without them.
func TestTracesBesideCounts(t *testing.T) {
	plain := machineFor(t, "duration=100")
	m := machineFor(t, "duration=100", "readout=joint", "windows=4", "trace_tau=1000")
	size, unit, seen := m.liquid.Size(), 255*(1-math.Exp(-3.0/1000)), 0
	for part, c := range m.counts {
		counts := m.columns(c.n, ofCounts)
		if !slices.Equal(counts, plain.counts[part].n) {
			t.Fatalf("set %d: other counts than without traces", part)
		}
		windows, traces := m.columns(c.n, ofWindows), m.columns(c.n, ofTraces)
		if len(windows) != 4*len(counts) || len(traces) != len(windows) {
			t.Fatalf("%d counts, %d in windows, %d traces", len(counts), len(windows), len(traces))
		}
		if all := m.columns(c.n, ofCounts|ofWindows|ofTraces); len(all) != 9*len(counts) || !slices.Equal(all[:size], counts[:size]) ||
			!slices.Equal(all[size:5*size], windows[:4*size]) || !slices.Equal(all[5*size:9*size], traces[:4*size]) {
			t.Fatal("joined features are not those of their parts")
		}
		for i := range c.set.count() {
			for j := range size {
				sum := 0
				for w := range 4 {
					sum += int(windows[(4*i+w)*size+j])
					// 100 ms of 1000: a spike has lost at most a tenth.
					least, most := math.Floor(0.9*unit*float64(sum)), math.Ceil(unit*float64(sum))
					if x := float64(traces[(4*i+w)*size+j]); x < least || x > most {
						t.Fatalf("image %d, neuron %d, window %d: trace %g after %d spikes, want %g to %g", i, j, w, x, sum, least, most)
					}
				}
				seen += sum
			}
		}
	}
	if seen == 0 {
		t.Error("no spikes")
	}
}

// Only the spikes of the last presentation are kept, none of the initialisation.
func TestOnlyPresentationsAreTraced(t *testing.T) {
	tank := machineFor(t, "readout=traces").tanks[0]
	if n := int64(len(tank.fired)); n == 0 || n != tank.LiquidSpikes.Total {
		t.Errorf("%d spikes kept, want the %d of the last image", n, tank.LiquidSpikes.Total)
	}
}
