package validation

import (
	"context"
	"math"

	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/synapses"
)

// Spike times of event-driven neurons are held to this against closed forms [ms].
const exactTimes = 1e-9

func eventComparisons() []Comparison {
	return []Comparison{
		{Name: "events/lif-delta", Group: Events, Run: lifDeltaEvents,
			Source: "TauM ln((V∞-V)/(V∞-VTh)); Mattia and Del Giudice 2000"},
		{Name: "events/lif-exp", Group: Events, Run: lifExpEvents,
			Source: "V(t) in closed form; its crossing by a quadratic where TauEx = TauM/2, else by bisection"},
		{Name: "events/qif", Group: Events, Run: qifEvents,
			Source: "phase of tan; Ermentrout and Kopell 1986"},
		{Name: "events/intfire", Group: Events, Run: intFireEvents,
			Source: "sum of decayed weights; NEURON's IntFire1"},
		{Name: "events/off-grid-times", Group: Events, Run: offGridTimes,
			Source: "time of the source plus delays"},
		{Name: "events/network", Group: Events, Run: eventNetwork,
			Source: "sequential simulation with one sorted list of events (eventlist.go)"},
	}
}

func lifDeltaEvents(ctx context.Context) ([]Row, error) {
	m := neurons.DefaultLIFDelta()
	m.IE, m.VReset, m.TRef = 400, -63.7, 2.03
	vInf := m.EL + m.TauM*m.IE/m.C
	climb := func(from float64) float64 { return m.TauM * math.Log((vInf-from)/(vInf-m.VTh)) }
	const ms = 2000.0
	var want []float64
	for t := climb(m.EL); t <= ms; t += m.TRef + climb(m.VReset) {
		want = append(want, t)
	}
	free, err := eventTrain(ctx, neurons.LIFDeltaEvent(m), 0.1, ms)
	if err != nil {
		return nil, err
	}

	// Two spikes on the way up, one in the refractory time, which is lost, and one strong enough to fire.
	kicks := []heard{{[]float64{3.217, 5.9001, 24.4}, 1.3, 0.7, ""}, {[]float64{50.5}, 40, 0.5, ""}}
	var kicked []float64
	v, now, hold := m.EL, 0.0, 0.0
	next := func() float64 { return now + climb(v) }
	for _, k := range []struct{ at, w float64 }{{3.917, 1.3}, {6.6001, 1.3}, {25.1, 1.3}, {51, 40}} {
		for next() < k.at {
			now = next()
			kicked = append(kicked, now)
			v, now, hold = m.VReset, now+m.TRef, now+m.TRef
		}
		if k.at <= hold {
			continue
		}
		v, now = vInf+(v-vInf)*math.Exp(-(k.at-now)/m.TauM)+k.w, k.at
		if v >= m.VTh {
			kicked = append(kicked, now)
			v, now, hold = m.VReset, now+m.TRef, now+m.TRef
		}
	}
	for ; next() <= 100; v, now = m.VReset, now+m.TRef {
		now = next()
		kicked = append(kicked, now)
	}
	got, err := eventTrain(ctx, neurons.LIFDeltaEvent(m), 0.1, 100, kicks...)
	return []Row{
		spikeTimes("spikes, constant current, 2 s", free, want, exactTimes),
		spikeTimes("spikes, constant current and input", got, kicked, exactTimes),
	}, err
}

// lifExpEvents gives a neuron one strong synaptic current, which makes it fire several times while the
// current decays.
func lifExpEvents(ctx context.Context) ([]Row, error) {
	var rows []Row
	for _, c := range []struct {
		quantity    string
		tauEx, w    float64
		quadratic   bool
		drive, tRef float64
	}{
		{"spikes, TauEx = TauM/2", 5, 3000, true, 0, 2},
		{"spikes, TauEx = TauM/2, constant current", 5, 2500, true, 300, 1.37},
		{"spikes, TauEx 1.3 ms", 1.3, 20000, false, 0, 0.41},
		{"spikes, TauEx = TauM", 10, 2500, false, 200, 2},
		{"spikes, TauEx 30 ms, constant current", 30, 900, false, 350, 2},
	} {
		m := neurons.DefaultLIFExp()
		m.TauEx, m.TRef, m.IE, m.VReset = c.tauEx, c.tRef, c.drive, -68
		const at, ms = 1.2345, 60.0
		got, err := eventTrain(ctx, neurons.LIFExpEvent(m), 0.1, ms, heard{[]float64{at}, c.w, 1.5, "ex"})
		if err != nil {
			return nil, err
		}
		start, r := at+1.5, m.TauM/m.C
		// Before the current starts the constant drive, below threshold, has raised V.
		v := m.EL + r*m.IE*-math.Expm1(-start/m.TauM)
		var want []float64
		for now := start; ; {
			i0 := c.w * math.Exp(-(now-start)/c.tauEx)
			t := lifExpCrossing(m, v, i0, ms, c.quadratic)
			if now += t; math.IsInf(t, 1) || now > ms {
				break
			}
			want = append(want, now)
			v, now = m.VReset, now+m.TRef
		}
		rows = append(rows, spikeTimes(c.quantity, got, want, exactTimes))
	}
	return rows, nil
}

// lifExpCrossing gives the time after which V, now v, reaches the threshold under a synaptic current
// that is now i0 and decays, or +Inf.
func lifExpCrossing(m neurons.LIFExp, v, i0, longest float64, quadratic bool) float64 {
	r := m.TauM / m.C
	vInf := m.EL + r*m.IE
	if quadratic {
		// With x = exp(-t/TauM): V = V∞ + (v - V∞ + A) x - A x², A = i0 TauM/C.
		a := i0 * m.TauM / m.C
		b, c := v-vInf+a, m.VTh-vInf
		d := b*b - 4*a*c
		if d < 0 {
			return math.Inf(1)
		}
		// The earlier crossing is the larger x. Where V∞ is below threshold both roots are positive.
		x := (b + math.Sqrt(d)) / (2 * a)
		if x <= 0 || x > 1 {
			return math.Inf(1)
		}
		return -m.TauM * math.Log(x)
	}
	gap := 1/m.TauM - 1/m.TauEx
	at := func(t float64) float64 {
		syn := t * math.Exp(-t/m.TauM)
		if gap != 0 {
			syn = math.Exp(-t/m.TauM) * math.Expm1(gap*t) / gap
		}
		return vInf + (v-vInf)*math.Exp(-t/m.TauM) + i0/m.C*syn - m.VTh
	}
	const step = 1.0 / 64 // ms: far below any feature of V
	for t := 0.0; t < longest; t += step {
		if at(t+step) >= 0 {
			return bisect(at, t, t+step)
		}
	}
	return math.Inf(1)
}

// qifEvents holds C V' = K (V-VRest)(V-VCrit) + IE against x = s tan(a s t + phase), with x the distance
// of V from the middle of VRest and VCrit, a = K/C and s² = IE/K - ((VCrit-VRest)/2)².
func qifEvents(ctx context.Context) ([]Row, error) {
	m := neurons.DefaultQIF()
	m.IE, m.TRef, m.VReset = 150, 1.21, -70
	half, middle, a := (m.VCrit-m.VRest)/2, (m.VRest+m.VCrit)/2, m.K/m.C
	s := math.Sqrt(m.IE/m.K - half*half)
	climb := func(from float64) float64 {
		return (math.Atan((m.VPeak-middle)/s) - math.Atan((from-middle)/s)) / (a * s)
	}
	const ms = 2000.0
	var want []float64
	for t := climb(m.VRest); t <= ms; t += m.TRef + climb(m.VReset) {
		want = append(want, t)
	}
	free, err := eventTrain(ctx, neurons.QIFEvent(m), 0.1, ms)
	if err != nil {
		return nil, err
	}
	// One kick before the first spike.
	const at, w = 4.0071, 6.5
	v := middle + s*math.Tan(a*s*at+math.Atan((m.VRest-middle)/s)) + w
	kicked := []float64{at + climb(v)}
	for t := kicked[0] + m.TRef + climb(m.VReset); t <= 200; t += m.TRef + climb(m.VReset) {
		kicked = append(kicked, t)
	}
	got, err := eventTrain(ctx, neurons.QIFEvent(m), 0.1, 200, heard{[]float64{at - 1}, w, 1, ""})
	if err != nil {
		return nil, err
	}
	// Without a peak the canonical model blows up in a finite time.
	inf := m
	inf.VPeak = math.Inf(1)
	period := (math.Pi/2 - math.Atan((m.VReset-middle)/s)) / (a * s)
	first := (math.Pi/2 - math.Atan((m.VRest-middle)/s)) / (a * s)
	var blow []float64
	for t := first; t <= 500; t += m.TRef + period {
		blow = append(blow, t)
	}
	infinite, err := eventTrain(ctx, neurons.QIFEvent(inf), 0.1, 500)
	return []Row{
		spikeTimes("spikes, constant current, 2 s", free, want, exactTimes),
		spikeTimes("spikes, constant current and input", got, kicked, exactTimes),
		spikeTimes("spikes, no peak (theta neuron)", infinite, blow, exactTimes),
	}, err
}

// intFireEvents: regular input of weight w and interval h; m before the n-th arrival is
// w (q + q² + … ), q = exp(-h/Tau), so that the number of arrivals per spike is known.
func intFireEvents(ctx context.Context) ([]Row, error) {
	m := neurons.IntFire{Tau: 15, TRef: 2.2}
	const h, w, ms = 1.37, 0.23, 1000.0
	q := math.Exp(-h / m.Tau)
	// w (1 - q^n)/(1 - q) >= 1 after n arrivals.
	need := math.Ceil(math.Log1p(-(1-q)/w) / math.Log(q))
	var train, want []float64
	for k := 1.0; k*h <= ms; k++ {
		train = append(train, k*h)
	}
	lost := math.Floor(m.TRef / h) // arrivals while refractory
	for k := need; ; k += lost + need {
		at := k*h + 0.5
		if at > ms {
			break
		}
		want = append(want, at)
	}
	got, err := eventTrain(ctx, m, 0.1, ms, heard{train, w, 0.5, ""})
	return []Row{spikeTimes("spikes, regular input", got, want, exactTimes)}, err
}

// offGridTimes sends spikes with times inside the steps through a chain of neurons with long and short
// delays, early and late in a long run.
func offGridTimes(ctx context.Context) ([]Row, error) {
	const late = 1e6 // ms
	times := []float64{0.3712, 17.00001, 99.999, late + 0.123456}
	delays := []float64{0.1, 100, 1.7, 33.3}
	net := sim.New(sim.Options{DT: 0.1, Workers: 1})
	last := net.Populate("source", 1, neurons.SpikeListEvent{Times: [][]float64{times}})
	total := 0.0
	for k, d := range delays {
		next := net.Populate(string(rune('a'+k)), 1, neurons.IntFire{Tau: 10})
		net.Connect(last, next, synapses.AllToAll{}, sim.Synapse{Weight: sim.Constant(1.5), Delay: sim.Constant(d)})
		last, total = next, total+d
	}
	spikes := net.RecordSpikes(sim.SpikeOptions{}, last)
	if err := net.Run(ctx, late+200); err != nil {
		return nil, err
	}
	got, _ := spikes.Trains()
	var want []float64
	for _, t := range times {
		want = append(want, t+total)
	}
	return []Row{spikeTimes("spikes after delays of 0.1 to 100 ms, up to 1000 s", got, want, exactTimes)}, nil
}
