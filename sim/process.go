package sim

import "fmt"

// Modulator is a named signal (astrocyte output, dopamine, error, attention) that slow processes write
// between windows and plasticity rules read. It has one value, or one per domain.
type Modulator struct {
	Name   string
	Values []float64
}

// NewModulator makes a modulator of one value.
func NewModulator(name string, value float64) *Modulator {
	return &Modulator{Name: name, Values: []float64{value}}
}

// Value gives the (first) value; a nil modulator counts as 1.
func (m *Modulator) Value() float64 {
	if m == nil {
		return 1
	}
	return m.Values[0]
}

// Process is something slow beside the neurons (an astrocyte, a homeostatic controller): the engine
// calls it on its own timer, between windows, with no worker running. It reads Counters and writes
// Modulators.
type Process interface {
	Validate() error
	// Update carries the process over the interval that ends now [ms].
	Update(now float64) error
	// Reset puts the process back to its state at time 0.
	Reset()
	// State lists what evolves, by Values, and the modulators that the process writes.
	State(c *Codec)
}

// timer is an entry of the network's agenda.
type timer struct {
	first, next, every Tick
	fire               func(Tick) error
	process            Process
}

// AddProcess lets a process act every interval ms.
func (n *Network) AddProcess(p Process, interval float64) {
	if err := p.Validate(); err != nil {
		n.fail(fmt.Errorf("sim: process: %w", err))
		return
	}
	if t := n.every(interval, func(now float64) error { return p.Update(now) }); t != nil {
		t.process = p
	}
}

// Every calls f each interval ms, first after one interval; it gets the time [ms]. An error stops the
// run. Calls of the same time are made in the order of their Every.
func (n *Network) Every(interval float64, f func(now float64) error) { n.every(interval, f) }

func (n *Network) every(interval float64, f func(now float64) error) *timer {
	ticks, err := n.clock.Ticks(interval, "interval")
	if err == nil && ticks < 1 {
		err = fmt.Errorf("sim: interval is %g ms: want at least dt = %g ms", interval, n.clock.DT)
	}
	if err != nil {
		n.fail(err)
		return nil
	}
	t := &timer{first: ticks, next: n.now + ticks, every: ticks, fire: func(t Tick) error { return f(n.clock.MS(t)) }}
	n.timers = append(n.timers, t)
	return t
}

// At calls f once, at ms milliseconds from the start of the run.
func (n *Network) At(ms float64, f func(now float64) error) {
	t, err := n.clock.Ticks(ms, "time of a callback")
	if err == nil && t <= n.now {
		err = fmt.Errorf("sim: callback at %g ms: want a time after %g ms", ms, n.Now())
	}
	if err != nil {
		n.fail(err)
		return
	}
	n.timers = append(n.timers, &timer{first: t, next: t, fire: func(t Tick) error { return f(n.clock.MS(t)) }})
}
