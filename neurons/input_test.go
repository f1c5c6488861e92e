package neurons

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/glia-sim/glia/sim"
)

// probe drives n neurons by a device, in blocks cut at the given places, for some ticks: [tick-1][neuron].
func probe(t testing.TB, d sim.Input, dt float64, n, ticks int, cuts ...int) [][]float64 {
	t.Helper()
	if err := d.Validate(); err != nil {
		t.Fatal(err)
	}
	all := make([][]float64, ticks)
	for k := range all {
		all[k] = make([]float64, n)
	}
	from := 0
	for _, to := range append(cuts, n) {
		b, err := d.NewInput(sim.BlockSpec{First: from, N: to - from, Size: n, Clock: sim.Clock{DT: dt}, Key: sim.NewKey(3, "probe")})
		if err != nil {
			t.Fatal(err)
		}
		first, last := sim.Tick(1), sim.Tick(ticks)
		if a, ok := b.(sim.ActiveUntil); ok {
			lo, hi := a.Active()
			first, last = max(first, lo), min(last, hi)
		}
		for tick := first; tick <= last; tick++ {
			b.Add(tick, all[tick-1][from:to])
		}
		from = to
	}
	return all
}

func column(rows [][]float64, i int) []float64 {
	c := make([]float64, len(rows))
	for k := range rows {
		c[k] = rows[k][i]
	}
	return c
}

func TestDCFlowsBetweenStartAndStop(t *testing.T) {
	got := column(probe(t, DC{Amplitude: 7, Start: 0.3, Stop: 0.6, Delay: 0.1}, 0.1, 2, 12), 1)
	// a + d + h = 0.5 to b + d = 0.7
	if want := []float64{0, 0, 0, 0, 7, 7, 7, 0, 0, 0, 0, 0}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := column(probe(t, DC{Amplitude: 7}, 0.1, 1, 3), 0); !slices.Equal(got, []float64{7, 7, 7}) {
		t.Errorf("without start and stop: %v", got)
	}
}

func TestStepCurrent(t *testing.T) {
	got := column(probe(t, StepCurrent{Times: []float64{0.2, 0.3, 0.6}, Amplitudes: []float64{5, -2, 0}, Delay: 0.1}, 0.1, 2, 10), 1)
	if want := []float64{0, 0, 0, 5, -2, -2, -2, 0, 0, 0}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	got = column(probe(t, StepCurrent{Times: []float64{0, 0.2}, Amplitudes: []float64{1, 2}}, 0.1, 1, 4), 0)
	if want := []float64{1, 1, 2, 2}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	// Put back in time, as after a Reset.
	b, err := StepCurrent{Times: []float64{0.1, 0.2, 0.3}, Amplitudes: []float64{1, 2, 3}}.NewInput(sim.BlockSpec{N: 1, Clock: sim.Clock{DT: 0.1}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		tick sim.Tick
		want float64
	}{{9, 3}, {1, 0}, {3, 2}, {2, 1}, {4, 3}, {3, 2}} {
		in := []float64{0}
		if b.Add(c.tick, in); in[0] != c.want {
			t.Errorf("tick %d: %g, want %g", c.tick, in[0], c.want)
		}
	}
}

// A step current through the stepped LIF neuron: V(a+dt) is the first to differ, and the closed form
// holds at the end.
func TestStepCurrentMovesTheMembrane(t *testing.T) {
	m := DefaultLIFDelta()
	net := sim.New(sim.Options{Workers: 1})
	pop := net.Populate("p", 1, m)
	net.Drive(pop, sim.Current, StepCurrent{Times: []float64{5, 15}, Amplitudes: []float64{100, 0}, Delay: 1})
	rec := net.RecordState(pop, sim.StateOptions{Variable: "V"})
	simulate(t, net, 20)
	for k, v := range rec.Values(0) {
		ms := rec.Times()[k]
		want := m.EL
		if ms > 6 {
			want += 4 * (1 - math.Exp(-min(ms-6, 10)/10)) * math.Exp(-max(ms-16, 0)/10)
		}
		if math.Abs(v-want) > 1e-12 {
			t.Errorf("V(%g) = %.15g, want %.15g", ms, v, want)
		}
	}
}

func TestNoiseCurrent(t *testing.T) {
	d := NoiseCurrent{Mean: 50, SD: 20, Interval: 0.5, Start: 0.2, Stop: 100.2}
	rows := probe(t, d, 0.1, 101, 1200)
	sum, sq, cube, four, n := 0.0, 0.0, 0.0, 0.0, 0.0
	next, neighbour := 0.0, 0.0
	for k := range rows {
		for i, x := range rows[k] {
			switch {
			case k < 2 || k >= 1002:
				if x != 0 {
					t.Fatalf("%g pA at tick %d, when the device is off", x, k+1)
				}
			case (k-2)%5 != 0:
				if x != rows[k-1][i] {
					t.Fatalf("a new value within an interval, at tick %d", k+1)
				}
			default:
				z := (x - 50) / 20
				sum, sq, cube, four, n = sum+z, sq+z*z, cube+z*z*z, four+z*z*z*z, n+1
				if k > 2 {
					next += z * (rows[k-5][i] - 50) / 20
				}
				if i > 0 {
					neighbour += z * (rows[k][i-1] - 50) / 20
				}
			}
		}
	}
	for name, z := range map[string]float64{
		"mean": sum / math.Sqrt(n), "variance": (sq - n) / math.Sqrt(2*n), "third moment": cube / math.Sqrt(15*n),
		"fourth moment": (four - 3*n) / math.Sqrt(96*n), "correlation in time": next / math.Sqrt(n), "of neighbours": neighbour / math.Sqrt(n),
	} {
		if math.Abs(z) > 4 {
			t.Errorf("%s is %.1f standard errors off", name, z)
		}
	}
	cut := probe(t, d, 0.1, 101, 300, 1, 40, 77)
	for k := range cut {
		if !slices.Equal(cut[k], rows[k]) {
			t.Fatalf("other noise in other blocks, tick %d", k+1)
		}
	}
}

func TestNoiseCurrentMovesTheMembrane(t *testing.T) {
	m := DefaultLIFDelta()
	m.VTh = 1e6
	net := sim.New(sim.Options{Workers: 2, Seed: 4})
	pop := net.Populate("p", 400, m)
	net.Drive(pop, sim.Current, NoiseCurrent{SD: 300, Interval: 1})
	rec := net.RecordState(pop, sim.StateOptions{Variable: "V", From: 100, Interval: 20})
	simulate(t, net, 2000)
	sq, n := 0.0, 0.0
	for i := range 400 {
		for _, v := range rec.Values(i) {
			sq, n = sq+(v-m.EL)*(v-m.EL), n+1
		}
	}
	e := math.Exp(-1 / m.TauM)
	want := 300 * m.TauM / m.C * math.Sqrt((1-e)/(1+e))
	if got := math.Sqrt(sq / n); math.Abs(got/want-1) > 0.02 { // standard error 0.5 %
		t.Errorf("sd of V is %g mV, want %g", got, want)
	}
}

func TestPoissonDrive(t *testing.T) {
	// 16 kHz at 0.1 ms is a mean of 1.6; 200 Hz one of 0.02.
	for _, hz := range []float64{16000, 200} {
		d := PoissonDrive{Rate: hz, Weight: 0.25, Delay: 1.5}
		rows := probe(t, d, 0.1, 500, 615)
		var counts []int
		for k := range rows {
			for _, x := range rows[k] {
				if k < 15 {
					if x != 0 {
						t.Fatalf("input at tick %d, before the delay is over", k+1)
					}
					continue
				}
				counts = append(counts, int(x/0.25))
				if x != 0.25*float64(int(x/0.25)) {
					t.Fatalf("input %g is no multiple of the weight", x)
				}
			}
		}
		if p := chiSquare(counts, hz*1e-4); p < 1e-3 {
			t.Errorf("%g Hz: chi-square p = %g", hz, p)
		}
		cut := probe(t, d, 0.1, 500, 100, 17, 320)
		for k := range cut {
			if !slices.Equal(cut[k], rows[k]) {
				t.Fatalf("%g Hz: other input in other blocks, tick %d", hz, k+1)
			}
		}
	}
}

func TestPoissonDriveWithChangingRate(t *testing.T) {
	rate := func(ms float64) float64 { return 4000 * math.Sin(ms/5) } // below 0: none
	rows := probe(t, PoissonDrive{RateAt: rate, Weight: 1, Delay: 0.2}, 0.1, 5000, 600)
	chi, cells := 0.0, 0.0
	for k := 2; k < len(rows); k++ {
		sum := 0.0
		for _, x := range rows[k] {
			sum += x
		}
		mean := 5000 * max(0, rate(float64(k-1)*0.1)) * 1e-4
		if mean == 0 {
			if sum != 0 {
				t.Fatalf("input at tick %d, when the rate is negative", k+1)
			}
			continue
		}
		chi, cells = chi+(sum-mean)*(sum-mean)/mean, cells+1
	}
	if z := (chi - cells) / math.Sqrt(2*cells); math.Abs(z) > 4.5 {
		t.Errorf("chi-square %g for %g steps", chi, cells)
	}
	// A constant function is the constant rate, draw for draw.
	constant := probe(t, PoissonDrive{Rate: 1234, Weight: 1}, 0.1, 100, 50)
	same := probe(t, PoissonDrive{RateAt: func(float64) float64 { return 1234 }, Weight: 1}, 0.1, 100, 50)
	for k := range same {
		if !slices.Equal(same[k], constant[k]) {
			t.Fatalf("other draws at tick %d", k+1)
		}
	}
}

// Each trial draws anew; the same trial repeats itself. Devices of one population are independent.
func TestDevicesInTrials(t *testing.T) {
	for name, d := range map[string]sim.Input{"poisson": PoissonDrive{Rate: 9000, Weight: 30}, "noise": NoiseCurrent{Mean: 400, SD: 3000}} {
		net := sim.New(sim.Options{Workers: 2})
		m := DefaultLIFExp()
		pop := net.Populate("p", 20, m)
		receptor := "ex"
		if name == "noise" {
			receptor = sim.Current
		}
		net.Drive(pop, receptor, d)
		rec := net.RecordSpikes(sim.SpikeOptions{}, pop)
		trial := func(k uint64) []sim.Spike {
			if err := net.Build(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := net.Reset(k); err != nil {
				t.Fatal(err)
			}
			rec.Clear()
			simulate(t, net, 200)
			return slices.Clone(rec.Spikes())
		}
		simulate(t, net, 200)
		fresh := slices.Clone(rec.Spikes())
		other := trial(1)
		sameSpikes(t, name, trial(0), fresh)
		sameSpikes(t, name, trial(1), other)
		if len(fresh) < 20 || slices.Equal(fresh, other) {
			t.Errorf("%s: %d spikes; trials alike", name, len(fresh))
		}
	}
}

func TestDevicesNameWhatIsWrong(t *testing.T) {
	spec := sim.BlockSpec{N: 1, Size: 1, Clock: sim.Clock{DT: 0.1}}
	for want, d := range map[string]sim.Input{
		"DC.Amplitude is NaN":                     DC{Amplitude: math.NaN()},
		"DC.Stop is 1 ms: want more than Start":   DC{Start: 2, Stop: 1},
		"StepCurrent has 2 Times and 1":           StepCurrent{Times: []float64{1, 2}, Amplitudes: []float64{1}},
		"StepCurrent.Amplitudes[0] is +Inf":       StepCurrent{Times: []float64{1}, Amplitudes: []float64{math.Inf(1)}},
		"StepCurrent.Times[0] is 1.05 ms: want a": StepCurrent{Times: []float64{1.05}, Amplitudes: []float64{1}},
		"NoiseCurrent.SD is -1":                   NoiseCurrent{SD: -1},
		"NoiseCurrent.Interval is 0.25 ms":        NoiseCurrent{Interval: 0.25},
		"PoissonDrive.Rate is -1 Hz":              PoissonDrive{Rate: -1},
		"PoissonDrive.Rate is 1e+12 Hz":           PoissonDrive{Rate: 1e12},
		"both Rate, 5 Hz, and RateAt":             PoissonDrive{Rate: 5, RateAt: func(float64) float64 { return 1 }},
	} {
		err := d.Validate()
		if err == nil {
			_, err = d.NewInput(spec)
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%T: error %v, want %q", d, err, want)
		}
	}
}
