package neurons

import (
	"math"
	"slices"
	"testing"

	"github.com/glia-sim/glia/sim"
)

// eventCase is a random network of one event-driven model: exact sources, an excitatory and an
// inhibitory population, distributed weights and delays.
type eventCase struct {
	model   sim.Model
	unit    float64 // size of a weight
	hz      float64 // of the sources
	delay   sim.Distribution
	drive   sim.Distribution // start values of V, or nil
	density float64
}

const (
	caseSources = 40
	caseEx      = 60
	caseIn      = 17
)

func eventCases() map[string]eventCase {
	lif := DefaultLIFDelta()
	lif.IE = 380 // just above rheobase: they fire by themselves, too
	exp := DefaultLIFExp()
	exp.IE, exp.TauEx, exp.TauIn = 360, 1.3, 4
	qif := DefaultQIF()
	qif.IE, qif.TRef = 72, 1.21
	infinite := DefaultQIF()
	infinite.VPeak = math.Inf(1)
	return map[string]eventCase{
		"IntFire":               {IntFire{Tau: 15, TRef: 2.2}, 0.3, 40, between{0.5, 5}, nil, 0.2},
		"IntFire, one delay":    {IntFire{Tau: 15, TRef: 2.2}, 0.3, 40, sim.Constant(1.5), nil, 0.2},
		"IntFire, long delays":  {IntFire{Tau: 15, TRef: 2.2}, 0.3, 40, between{0.1, 60}, nil, 0.2},
		"LIF delta":             {LIFDeltaEvent(lif), 3, 30, between{0.5, 5}, between{-70, -55.1}, 0.15},
		"LIF delta, two delays": {LIFDeltaEvent(lif), 3, 30, between{1, 1.1}, between{-70, -55.1}, 0.15},
		"LIF exp":               {LIFExpEvent(exp), 300, 30, between{0.5, 5}, between{-70, -55.1}, 0.15},
		"QIF":                   {QIFEvent(qif), 4, 40, between{0.5, 5}, between{-65, -45}, 0.15},
		"QIF without peak":      {QIFEvent(infinite), 8, 40, between{0.5, 5}, nil, 0.2},
	}
}

func (c eventCase) trains() [][]float64 {
	trains := poissonTrains(9, caseSources, c.hz, 400)
	// Some spikes of different sources coincide, so that sums of simultaneous input matter.
	for i := 1; i < len(trains); i += 3 {
		trains[i] = append(trains[i], trains[i-1][:len(trains[i-1])/2]...)
	}
	return trains
}

func (c eventCase) network(workers int) (*sim.Network, *sim.SpikeRecorder) {
	net := sim.New(sim.Options{Seed: 12, Workers: workers})
	src := net.Populate("src", caseSources, SpikeListEvent{Times: c.trains()})
	ex, in := net.Populate("ex", caseEx, c.model), net.Populate("in", caseIn, c.model)
	if c.drive != nil {
		ex.Initial("V", c.drive)
	}
	for _, target := range []sim.Selection{ex, in} {
		net.Connect(src, target, pairwise(c.density), sim.Synapse{Weight: between{0.8 * c.unit, 2.4 * c.unit}, Delay: c.delay})
		net.Connect(ex, target, pairwise(c.density), sim.Synapse{Weight: between{0.1 * c.unit, c.unit}, Delay: c.delay})
		net.Connect(in, target, pairwise(2*c.density), sim.Synapse{Weight: between{-2 * c.unit, 0}, Delay: c.delay})
	}
	return net, net.RecordSpikes(sim.SpikeOptions{}, src, ex, in)
}

func TestEventNetworksMatchTheSequentialReference(t *testing.T) {
	const ms = 300
	for name, c := range eventCases() {
		c.drive = nil // the reference starts at rest
		net, rec := c.network(1)
		simulate(t, net, ms)
		want := plainRun(t, net, c.trains(), ms)
		own := slices.DeleteFunc(slices.Clone(want), func(s sim.Spike) bool { return s.ID < caseSources })
		if len(own) < 200 || len(own) > 40000 {
			t.Errorf("%s: %d spikes: the case is too quiet or too loud", name, len(own))
		}
		sameSpikes(t, name, rec.Spikes(), want)
		for _, workers := range []int{2, 5} {
			net, rec := c.network(workers)
			simulate(t, net, ms)
			sameSpikes(t, name+", more workers", rec.Spikes(), want)
		}
	}
}

func TestEventNetworksRunInParts(t *testing.T) {
	for name, c := range eventCases() {
		net, rec := c.network(2)
		simulate(t, net, 300)
		want := slices.Clone(rec.Spikes())
		parts, partsRec := c.network(3)
		simulate(t, parts, 0.1, 99.9, 0.3, 0.4, 100, 99.3)
		sameSpikes(t, name, partsRec.Spikes(), want)

		// Windows that a timer cuts elsewhere, and a sampled state, change nothing.
		timed, timedRec := c.network(1)
		timed.Every(0.7, func(float64) error { return nil })
		timed.RecordState(timed.Populations()[1], sim.StateOptions{Variable: variableOf(c.model), Interval: 1.3})
		simulate(t, timed, 300)
		sameSpikes(t, name+", with timers", timedRec.Spikes(), want)

		if err := parts.Reset(0); err != nil {
			t.Fatal(err)
		}
		partsRec.Clear()
		simulate(t, parts, 300)
		sameSpikes(t, name+", repeated", partsRec.Spikes(), want)
	}
}

func variableOf(m sim.Model) string {
	if _, ok := m.(IntFire); ok {
		return "m"
	}
	return "V"
}

// counted counts how often neurons are touched.
type counted struct {
	sim.Model
	touches *int
}

type countedBlock struct {
	sim.EventDriven
	touches *int
}

func (c counted) NewBlock(b sim.BlockSpec) (sim.Block, error) {
	block, err := c.Model.NewBlock(b)
	if err != nil {
		return nil, err
	}
	return countedBlock{block.(sim.EventDriven), c.touches}, nil
}

func (c countedBlock) Advance(a *sim.Arrivals, out *sim.Emitter) {
	*c.touches += len(a.Neurons)
	c.EventDriven.Advance(a, out)
}

// The cost of event-driven neurons follows events: none without input, and the same at any resolution.
func TestCostFollowsEvents(t *testing.T) {
	var touches, spikes []int
	for _, dt := range []float64{0.5, 0.1, 0.01} {
		n := 0
		net := sim.New(sim.Options{Seed: 1, DT: dt, Workers: 1})
		src := net.Populate("src", 20, PoissonSourceEvent{Rate: 20})
		pop := net.Populate("p", 50, counted{IntFire{Tau: 15, TRef: 2}, &n})
		silent := 0
		net.Populate("silent", 1000, counted{LIFDeltaEvent(DefaultLIFDelta()), &silent})
		net.Connect(src, pop, pairwise(0.3), sim.Synapse{Weight: sim.Constant(0.4), Delay: sim.Constant(2)})
		net.Connect(pop, pop, pairwise(0.1), sim.Synapse{Weight: sim.Constant(0.1), Delay: sim.Constant(1)})
		rec := net.RecordSpikes(sim.SpikeOptions{}, pop)
		simulate(t, net, 1000)
		touches, spikes = append(touches, n), append(spikes, len(rec.Spikes()))
		// Fewer where neurons fire at one instant and their spikes arrive together.
		if int64(n) > net.Counts().SynapticEvents {
			t.Errorf("dt %g: %d touches for %d synaptic events", dt, n, net.Counts().SynapticEvents)
		}
		if silent != 0 {
			t.Errorf("dt %g: neurons without input are touched %d times", dt, silent)
		}
	}
	if touches[0] < 2000 || touches[1] != touches[0] || touches[2] != touches[0] || spikes[1] != spikes[0] || spikes[2] != spikes[0] {
		t.Errorf("touches %v, spikes %v: want the same at each resolution", touches, spikes)
	}
}

// Exact times go through delays, neurons and recorders without loss, late in a long run as well.
func TestExactTimesSurviveDelays(t *testing.T) {
	const late = 1e7 // ms
	times := []float64{0.3712, 17.00001, late + 0.123456}
	net := sim.New(sim.Options{Workers: 1})
	last := net.Populate("0", 1, SpikeListEvent{Times: [][]float64{times}})
	for k, name := range []string{"1", "2", "3"} {
		next := net.Populate(name, 1, IntFire{Tau: 10})
		net.Connect(last, next, pairwise(1), sim.Synapse{Delay: sim.Constant(float64(k) + 0.7)})
		last = next
	}
	rec := net.RecordSpikes(sim.SpikeOptions{}, last)
	simulate(t, net, late+50)
	for k, s := range rec.Spikes() {
		start := exactly(net.Clock(), times[k])
		if want := (sim.Instant{Tick: start.Tick + 51, Lag: start.Lag}); s.At != want {
			t.Errorf("spike %d at %+v, want %+v", k, s.At, want)
		}
	}
	if len(rec.Spikes()) != 3 {
		t.Errorf("%d spikes, want 3", len(rec.Spikes()))
	}
}

// Where all input comes on the grid and V crosses the threshold only at arrivals, the event-driven form
// gives the stepped one's spikes.
func TestEventAndSteppedLIFDeltaFireAlike(t *testing.T) {
	for _, ie := range []float64{0, 300, 370} { // V∞ below threshold
		trains := make([][]sim.Spike, 0, 2)
		for _, event := range []bool{false, true} {
			m := DefaultLIFDelta()
			m.IE = ie
			var model sim.Model = m
			if event {
				model = LIFDeltaEvent(m)
			}
			net := sim.New(sim.Options{Seed: 4, Workers: 2})
			src := net.Populate("src", 100, PoissonSource{Rate: 30})
			ex, in := net.Populate("ex", 80, model), net.Populate("in", 20, model)
			for _, target := range []sim.Selection{ex, in} {
				net.Connect(src, target, pairwise(0.2), sim.Synapse{Weight: between{1, 5}, Delay: between{0.5, 3}})
				net.Connect(ex, target, pairwise(0.2), sim.Synapse{Weight: between{0.1, 1}, Delay: between{0.5, 3}})
				net.Connect(in, target, pairwise(0.2), sim.Synapse{Weight: between{-3, -1}, Delay: between{0.5, 3}})
			}
			rec := net.RecordSpikes(sim.SpikeOptions{}, ex, in)
			simulate(t, net, 500)
			trains = append(trains, rec.Spikes())
		}
		if len(trains[0]) < 500 {
			t.Errorf("IE %g: %d spikes", ie, len(trains[0]))
		}
		sameSpikes(t, "event-driven", trains[1], trains[0])
	}
}

// Stepped and event-driven populations that drive one another.
func TestMixedNetworkDoesNotDependOnWorkers(t *testing.T) {
	network := func(workers int, ms ...float64) []sim.Spike {
		lif, exp := DefaultLIFDelta(), DefaultLIFExp()
		lif.IE, exp.IE = 380, 380
		net := sim.New(sim.Options{Seed: 8, Workers: workers})
		src := net.Populate("src", 30, PoissonSourceEvent{Rate: 40})
		pops := []*sim.Population{
			net.Populate("stepped delta", 41, lif), net.Populate("event delta", 37, LIFDeltaEvent(lif)),
			net.Populate("stepped exp", 29, exp), net.Populate("event exp", 31, LIFExpEvent(exp)),
			net.Populate("qif", 23, QIFEvent(DefaultQIF())), net.Populate("intfire", 19, DefaultIntFire()),
		}
		unit := []float64{2, 2, 250, 250, 6, 0.2}
		net.Drive(pops[0], "v", PoissonDrive{Rate: 300, Weight: 1})
		net.Drive(pops[2], sim.Current, NoiseCurrent{SD: 100})
		for k, target := range pops {
			net.Connect(src, target, pairwise(0.2), sim.Synapse{Weight: between{unit[k], 2 * unit[k]}, Delay: between{0.3, 4}})
			for j, source := range pops {
				lo, hi := 0.0, 0.3*unit[k]
				if j%2 == 1 {
					lo, hi = -0.6*unit[k], 0
				}
				net.Connect(source, target, pairwise(0.15), sim.Synapse{Weight: between{lo, hi}, Delay: between{0.3, 4 + 10*float64(j%3)}})
			}
		}
		rec := net.RecordSpikes(sim.SpikeOptions{}, src, pops[0], pops[1], pops[2], pops[3], pops[4], pops[5])
		simulate(t, net, ms...)
		return rec.Spikes()
	}
	want := network(1, 300)
	fired := map[int]int{}
	for _, s := range want {
		for k, first := range []int32{0, 30, 71, 108, 137, 168, 191} {
			if s.ID >= first {
				fired[k]++
			}
		}
	}
	for k := 0; k < 7; k++ {
		if n := fired[k] - fired[k+1]; n < 20 {
			t.Errorf("population %d fires %d spikes: too quiet for the test", k, n)
		}
	}
	for _, workers := range []int{2, 3, 7} {
		sameSpikes(t, "workers", network(workers, 300), want)
	}
	sameSpikes(t, "in two runs", network(2, 200, 100), want)
}
