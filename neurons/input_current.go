package neurons

import (
	"fmt"
	"slices"

	"github.com/glia-sim/glia/sim"
)

// The devices here follow one convention of time, which is NEST's: a current that is set at a and
// removed at b, through a delay d, flows from a+d to b+d, hence in the steps that end at
//
//	a+d+dt <= t <= b+d
//
// and V(a+d+dt) is the first that it changes. All times are multiples of dt. Connect them to the
// receptor sim.Current.

// DC is a constant current.
type DC struct {
	Amplitude float64 // pA, or the unit of the model
	Start     float64 // from then on [ms]
	Stop      float64 // until then [ms]; 0 means without end
	Delay     float64 // ms; 0 by default, where NEST has 1
}

// Validate names the first parameter out of range.
func (d DC) Validate() error {
	p := params{model: "DC"}
	p.finite("Amplitude", d.Amplitude, "pA")
	checkWindow(&p, d.Start, d.Stop, d.Delay)
	return p.err
}

// NewInput makes the part that drives a block.
func (d DC) NewInput(b sim.BlockSpec) (sim.InputBlock, error) {
	w, err := newWindow(b.Clock, "DC", d.Start, d.Stop, d.Delay)
	return &dcInput{w, d.Amplitude}, err
}

type dcInput struct {
	window
	amplitude float64
}

func (d *dcInput) Add(t sim.Tick, in []float64) {
	if d.holds(t) {
		addAll(in, d.amplitude)
	}
}

// State is empty: the current follows from the time.
func (d *dcInput) State(*sim.Codec) {}

func addAll(in []float64, x float64) {
	for i := range in {
		in[i] += x
	}
}

// StepCurrent is a current that changes in steps.
type StepCurrent struct {
	Times      []float64 // at which the current changes [ms], rising; before the first it is 0
	Amplitudes []float64 // from each of the times on [pA, or the unit of the model]
	Delay      float64   // ms; 0 by default, where NEST has 1
}

// Validate names the first parameter out of range.
func (s StepCurrent) Validate() error {
	if err := risingTimes("StepCurrent", s.Times, "Amplitudes", s.Amplitudes); err != nil {
		return err
	}
	p := params{model: "StepCurrent"}
	for k, a := range s.Amplitudes {
		p.finite(fmt.Sprintf("Amplitudes[%d]", k), a, "pA")
	}
	p.notNegative("Delay", s.Delay, "ms")
	return p.err
}

// NewInput makes the part that drives a block.
func (s StepCurrent) NewInput(b sim.BlockSpec) (sim.InputBlock, error) {
	d, err := b.Clock.Ticks(s.Delay, "StepCurrent.Delay")
	if err != nil {
		return nil, err
	}
	in := &stepInput{amplitude: slices.Clone(s.Amplitudes)}
	for k, ms := range s.Times {
		t, err := b.Clock.Ticks(ms, fmt.Sprintf("StepCurrent.Times[%d]", k))
		if err != nil {
			return nil, err
		}
		if k > 0 && t+d <= in.after[k-1] {
			return nil, fmt.Errorf("neurons: StepCurrent.Times[%d] is %g ms: want a later step than the time before it, %g ms (dt = %g ms)", k, ms, s.Times[k-1], b.Clock.DT)
		}
		in.after = append(in.after, t+d)
	}
	return in, nil
}

type stepInput struct {
	after     []sim.Tick // tick after which the amplitude holds
	amplitude []float64
	k         int // steps whose time has come
}

func (s *stepInput) Add(t sim.Tick, in []float64) {
	if s.k > 0 && t <= s.after[s.k-1] {
		s.k = 0 // time was put back
	}
	for s.k < len(s.after) && t > s.after[s.k] {
		s.k++
	}
	if s.k > 0 {
		addAll(in, s.amplitude[s.k-1])
	}
}

// State is empty: Add finds its step by the time.
func (s *stepInput) State(*sim.Codec) {}

func (s *stepInput) Active() (from, to sim.Tick) {
	last := len(s.after) - 1
	if s.amplitude[last] == 0 {
		return s.after[0] + 1, s.after[last]
	}
	return s.after[0] + 1, never.Tick
}

// window is the stretch of ticks in which a device acts.
type window struct{ from, to sim.Tick }

func checkWindow(p *params, start, stop, delay float64) {
	p.notNegative("Start", start, "ms")
	p.notNegative("Stop", stop, "ms")
	if stop != 0 && stop <= start {
		p.complain("Stop", stop, "ms", fmt.Sprintf("more than Start, which is %g ms, or 0 for no end", start))
	}
	p.notNegative("Delay", delay, "ms")
}

func newWindow(c sim.Clock, device string, start, stop, delay float64) (w window, err error) {
	tick := func(ms float64, field string) (t sim.Tick) {
		if err == nil {
			t, err = c.Ticks(ms, device+"."+field)
		}
		return t
	}
	a, b, d := tick(start, "Start"), tick(stop, "Stop"), tick(delay, "Delay")
	w = window{a + d + 1, b + d}
	if stop == 0 {
		w.to = never.Tick
	}
	return w, err
}

func (w *window) holds(t sim.Tick) bool { return t >= w.from && t <= w.to }

// Active tells the engine when to call Add.
func (w *window) Active() (from, to sim.Tick) { return w.from, w.to }
