package neurons

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/glia-sim/glia/sim"
)

func TestLIFDeltaEventFiresRegularlyUnderConstantCurrent(t *testing.T) {
	m := DefaultLIFDelta()
	m.IE, m.TRef, m.VReset = 500, 2.03, -68
	vInf := m.EL + m.TauM*m.IE/m.C
	first := m.TauM * math.Log((vInf-m.EL)/(vInf-m.VTh))
	isi := m.TRef + m.TauM*math.Log((vInf-m.VReset)/(vInf-m.VTh))
	var want []float64
	for x := first; x < 1000; x += isi {
		want = append(want, x)
	}
	for _, dt := range []float64{0.1, 1, 0.07} {
		end := math.Floor(1000/dt) * dt
		wantTimes(t, fire(t, LIFDeltaEvent(m), dt, end), within(want, end), 1e-9)
	}
	m.IE = m.C * (m.VTh - m.EL) / m.TauM // V tends to the threshold and never reaches it
	if got := fire(t, LIFDeltaEvent(m), 0.1, 1000); len(got) != 0 {
		t.Errorf("at rheobase it fires at %v", got)
	}
}

func within(times []float64, end float64) []float64 {
	return slices.DeleteFunc(slices.Clone(times), func(x float64) bool { return x > end })
}

func TestLIFDeltaEventCrossesAfterInput(t *testing.T) {
	m := DefaultLIFDelta()
	m.IE, m.TRef = 400, 0 // V∞ = -54
	// V at the arrivals (3.217 and 7.5 ms), then the rest of the way in closed form.
	v := -54 - 16*math.Exp(-3.217/10) + 3
	v = -54 + (v+54)*math.Exp(-(7.5-3.217)/10) - 1.5
	first := 7.5 + 10*math.Log((-54-v)/(-54+55))
	second := first + 10*math.Log(16)
	got := fire(t, LIFDeltaEvent(m), 0.1, 60, heard{"v", 3, []float64{2.217}}, heard{"v", -1.5, []float64{6.5}})
	wantTimes(t, got, []float64{first, second}, 1e-9)
}

func TestSimultaneousInputsAreSummedBeforeTheThreshold(t *testing.T) {
	m := LIFDeltaEvent(DefaultLIFDelta())
	at := []float64{4.4321}
	// 16 mV alone would do; with -2 mV at the same instant they do not, in either order.
	for _, order := range [][]heard{
		{{"v", 16, at}, {"v", -2, at}},
		{{"v", -2, at}, {"v", 16, at}},
	} {
		if got := fire(t, m, 0.1, 20, order...); len(got) != 0 {
			t.Errorf("fires at %v", got)
		}
	}
	// 8 + 8 mV fire once, and exactly at the arrival.
	wantTimes(t, fire(t, m, 0.1, 20, heard{"v", 8, at}, heard{"v", 8, at}), []float64{5.4321}, 1e-14)
}

func TestLIFDeltaEventDropsSpikesWhileRefractory(t *testing.T) {
	m := LIFDeltaEvent(DefaultLIFDelta()) // TRef 2
	strong := func(times ...float64) []float64 {
		return fire(t, m, 0.1, 20, heard{"v", 20, times})
	}
	wantTimes(t, strong(4.05, 5, 6.04, 8.06, 8.07), []float64{5.05, 9.06}, 1e-14)
	// The end of the refractory time belongs to it, as for the stepped model.
	wantTimes(t, strong(4, 6), []float64{5}, 1e-14)
	wantTimes(t, strong(4, 6.1), []float64{5, 7.1}, 1e-14)
}

func TestEventNeuronsStartFromInitialValues(t *testing.T) {
	m := DefaultLIFDelta()
	m.IE = 400
	net := sim.New(sim.Options{Workers: 1})
	pop := net.Populate("p", 2, LIFDeltaEvent(m)).Initial("V", sim.Constant(-60))
	above := net.Populate("above", 1, LIFDeltaEvent(m)).Initial("V", sim.Constant(-50))
	rec, recAbove := net.RecordSpikes(sim.SpikeOptions{}, pop), net.RecordSpikes(sim.SpikeOptions{}, above)
	simulate(t, net, 30)
	times, ids := rec.Trains()
	first := 10 * math.Log(6)
	wantTimes(t, times, []float64{first, first}, 1e-9)
	if !slices.Equal(ids, []int32{0, 1}) {
		t.Errorf("ids %v", ids)
	}
	times, _ = recAbove.Trains()
	wantTimes(t, times[:1], []float64{0}, 1e-12) // at once: the first instant after 0
	if rec.Spikes()[0].At.Tick < 1 {
		t.Errorf("a spike at tick %d", rec.Spikes()[0].At.Tick)
	}

	// A pause resets the neurons; time goes on.
	at := net.Now()
	rec.Clear()
	if err := net.Quiet(1); err != nil {
		t.Fatal(err)
	}
	simulate(t, net, 30)
	times, _ = rec.Trains()
	wantTimes(t, times, []float64{at + first, at + first}, 1e-9)

	rec.Clear()
	if err := net.Reset(0); err != nil {
		t.Fatal(err)
	}
	simulate(t, net, 30)
	times, _ = rec.Trains()
	wantTimes(t, times, []float64{first, first}, 1e-9)
}

func TestStateBetweenEventsIsSampled(t *testing.T) {
	m := DefaultLIFDelta()
	m.IE, m.TRef = 100, 3
	net := sim.New(sim.Options{Workers: 2})
	src := net.Populate("src", 1, SpikeListEvent{Times: [][]float64{{4.55, 10.25}}})
	pop := net.Populate("p", 3, LIFDeltaEvent(m))
	net.Connect(src, pop, pairwise(1), sim.Synapse{Weight: sim.Constant(11), Delay: sim.Constant(0.5)})
	rec := net.RecordState(pop, sim.StateOptions{Variable: "V", Interval: 0.7, Neurons: []int{2}})
	simulate(t, net, 21)
	v := func(x float64) float64 {
		up := func(v0, ms float64) float64 { return -66 + (v0+66)*math.Exp(-ms/10) }
		switch {
		case x < 5.05:
			return up(-70, x)
		case x < 10.75:
			return up(up(-70, 5.05)+11, x-5.05)
		case x < 13.75: // fired: -66 - 4 + … + 11 + 11 is above -55
			return -70
		}
		return up(-70, x-13.75)
	}
	if len(rec.Times()) != 30 {
		t.Fatalf("%d samples, want 30", len(rec.Times()))
	}
	for k, x := range rec.Values(0) {
		if ms := rec.Times()[k]; math.Abs(x-v(ms)) > 1e-11 {
			t.Errorf("V(%g ms) = %.12g, want %.12g", ms, x, v(ms))
		}
	}
}

func TestIntFire(t *testing.T) {
	m := IntFire{Tau: 10, TRef: 5}
	// 0.6 and, 3 ms later, 0.6: m = 0.6 exp(-0.3) + 0.6 > 1. Lost: 7.5 (refractory until 9.1).
	got := fire(t, m, 0.1, 40, heard{"m", 0.6, []float64{0.1, 3.1, 6.5, 8.15, 11.15}})
	wantTimes(t, got, []float64{4.1, 12.15}, 1e-13)
	// Exactly 1 is enough.
	wantTimes(t, fire(t, m, 0.1, 10, heard{"m", 0.5, []float64{1.23}}, heard{"m", 0.5, []float64{1.23}}), []float64{2.23}, 1e-14)
	if v := mustBlock(t, m, 1).Variables(); v[0].Name != "m" || v[0].Unit != "" {
		t.Errorf("variables %+v", v)
	}
}

func mustBlock(t testing.TB, m sim.Model, n int) sim.Block {
	t.Helper()
	b, err := m.NewBlock(sim.BlockSpec{N: n, Size: n, Clock: sim.Clock{DT: 0.1}, Key: sim.NewKey(1, "test")})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestDivergedStateStopsTheRun(t *testing.T) {
	net := sim.New(sim.Options{Workers: 1})
	src := net.Populate("src", 1, SpikeListEvent{Times: [][]float64{{1.55, 2.55}}})
	pop := net.Populate("p", 2, LIFDeltaEvent(DefaultLIFDelta()))
	net.Connect(src, pop.Range(1, 2), pairwise(1), sim.Synapse{Weight: sim.Constant(-1.7e308), Receptor: "v"})
	err := net.Run(context.Background(), 10)
	var state *sim.StateError
	if !errors.As(err, &state) || state.Population != "p" || state.Neuron != 1 || state.Variable != "V" {
		t.Errorf("error %v, want a StateError of neuron 1 of p", err)
	}
}

func TestEventModelsNameWhatIsWrong(t *testing.T) {
	lif, exp, qif := DefaultLIFDelta(), DefaultLIFExp(), QIFEvent(DefaultQIF())
	lif.VReset, exp.TauIn, qif.VPeak = -50, 0, math.NaN()
	backward := QIFEvent(DefaultQIF())
	backward.VCrit = -70
	for want, m := range map[string]sim.Model{
		"LIFDeltaEvent.VReset is -50 mV":                 LIFDeltaEvent(lif),
		"LIFExpEvent.TauIn is 0 ms":                      LIFExpEvent(exp),
		"QIFEvent.VCrit is -40 mV: want less than VPeak": qif,
		"QIFEvent.VCrit is -70 mV: want at least VRest":  backward,
		"IntFire.Tau is -1 ms":                           IntFire{Tau: -1},
		"PoissonSource.Rate is -3 Hz":                    PoissonSource{Rate: -3},
		"PoissonSourceEvent.Rate is +Inf":                PoissonSourceEvent{Rate: math.Inf(1)},
		"RegularSource.Interval is 0 ms":                 RegularSource{},
		"RegularSourceEvent.Phase is -1 ms":              RegularSourceEvent{Interval: 1, Phase: -1},
		"SpikeList.Times[1][0] is 0 ms":                  SpikeList{Times: [][]float64{{1}, {0}}},
		"SpikeListEvent.Times[0][1] is NaN":              SpikeListEvent{Times: [][]float64{{1, math.NaN()}}},
		"PiecewisePoisson.Times[1] is 3 ms":              PiecewisePoisson{Times: []float64{4, 3}, Rates: []float64{1, 2}},
		"PiecewisePoissonEvent has 1 Times and 2":        PiecewisePoissonEvent{Times: []float64{4}, Rates: []float64{1, 2}},
	} {
		if err := m.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%T: error %v, want %q", m, err, want)
		}
	}
}
