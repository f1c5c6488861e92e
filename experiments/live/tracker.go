package live

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/glia-sim/glia/experiments"
)

// State says what a run is doing.
type State string

// The states of a run. The last three are those of a run folder.
const (
	Running     State = "running"
	Pausing     State = "pausing" // asked to pause, on the way to the next window
	Paused      State = "paused"
	Stopping    State = "stopping" // asked to stop, saving what was computed
	Silent      State = "silent"   // of another process that gives no sign of life
	Complete    State = "complete"
	Interrupted State = "interrupted"
	Failed      State = "failed"
)

// Ended reports whether nothing more comes.
func (s State) Ended() bool { return s == Complete || s == Interrupted || s == Failed }

// Status says how far a run is. Times on the clock leave out pauses.
type Status struct {
	State     State   `json:"state"`
	Phase     string  `json:"phase"`
	Done      float64 `json:"done"`         // of Total, in any unit
	Total     float64 `json:"total"`        // 0: not known
	Simulated float64 `json:"simulated_ms"` // model time of the phase [ms], 0: none
	PhaseWall float64 `json:"phase_wall"`   // since the phase began [s]
	Wall      float64 `json:"wall"`         // since the run began [s]
	// Spikes recorded in all and in this phase.
	Spikes      int64 `json:"spikes"`
	PhaseSpikes int64 `json:"phase_spikes"`
	Neurons     int   `json:"neurons"`
	Synapses    int64 `json:"synapses"`
}

// RealTimeFactor is wall time over model time: below 1 the simulation is faster than what it simulates.
// It is 0 where there is no model time.
func (s Status) RealTimeFactor() float64 {
	if s.Simulated <= 0 {
		return 0
	}
	return s.PhaseWall / (s.Simulated / 1000)
}

// SpikeRate is the number of spikes recorded per second of wall time in this phase.
func (s Status) SpikeRate() float64 {
	if s.PhaseWall <= 0 {
		return 0
	}
	return float64(s.PhaseSpikes) / s.PhaseWall
}

// Left estimates the wall time until the phase ends [s]; ok is false when there is nothing to go by.
func (s Status) Left() (seconds float64, ok bool) {
	if s.Total <= 0 || s.Done <= 0 || s.PhaseWall <= 0 || s.State.Ended() {
		return 0, false
	}
	done := min(s.Done, s.Total)
	return s.PhaseWall * (s.Total - done) / done, true
}

// Tracker follows a run. It is the run's Sink and Monitor, passes everything on to those it stands for,
// and gives the Status to any goroutine.
type Tracker struct {
	sink     experiments.Sink     // nil for none
	reporter experiments.Reporter // nil for none
	monitor  experiments.Monitor  // the reporter, if it is one
	gate     gate
	quit     <-chan struct{}

	spikes atomic.Int64
	// Last time of a spike in the phase [ms], as the bits of a float64. Kept apart from the rest because
	// it changes with every window.
	reached atomicFloat

	mu          sync.Mutex
	start       time.Time
	state       State // as set by hand; empty while the run is on
	phase       string
	phaseStart  time.Time
	phaseHeld   time.Duration // pauses before the phase
	done, total float64
	advanced    float64
	before      int64 // spikes before the phase
	counters    experiments.Counters
	populations []experiments.Population
	signals     []SignalValue // the latest of each
	end         time.Time     // zero while the run is on
	closing     bool          // what still comes belongs to a phase that is over
}

var (
	_ experiments.Sink    = (*Tracker)(nil)
	_ experiments.Monitor = (*Tracker)(nil)
)

// NewTracker follows a run on behalf of a sink and a reporter; either may be nil. A run that is paused
// goes on when quit is closed (nil: never), so that it can end.
func NewTracker(sink experiments.Sink, reporter experiments.Reporter, quit <-chan struct{}) *Tracker {
	now := time.Now()
	t := &Tracker{sink: sink, reporter: reporter, quit: quit, start: now, phaseStart: now}
	t.monitor, _ = reporter.(experiments.Monitor)
	return t
}

// Status returns how far the run is.
func (t *Tracker) Status() Status {
	held, holding := t.gate.waited()
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	if !t.end.IsZero() {
		now = t.end
	}
	s := Status{
		State: t.state, Phase: t.phase, Done: t.done, Total: t.total,
		Simulated: max(t.advanced, t.reached.load()), Spikes: t.spikes.Load(),
		PhaseWall: max(0, (now.Sub(t.phaseStart) - (held - t.phaseHeld)).Seconds()),
		Wall:      max(0, (now.Sub(t.start) - held).Seconds()),
		Neurons:   t.counters.Neurons, Synapses: t.counters.Synapses,
	}
	s.PhaseSpikes = s.Spikes - t.before
	switch {
	case s.State != "":
	case holding:
		s.State = Paused
	case t.gate.shut.Load():
		s.State = Pausing
	default:
		s.State = Running
	}
	return s
}

// Pause holds the run up at the end of the window it is in; Resume lets it go on.
func (t *Tracker) Pause() { t.gate.close() }

// Resume lets a paused run go on.
func (t *Tracker) Resume() { t.gate.open() }

// Stopping says that the run was asked to stop.
func (t *Tracker) Stopping() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.end.IsZero() {
		t.state = Stopping
	}
}

// End says how the run ended.
func (t *Tracker) End(s State) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.state, t.end = s, time.Now()
}

// Phase opens a phase.
func (t *Tracker) Phase(name string) {
	t.gate.pass(t.quit)
	if t.reporter != nil {
		t.reporter.Phase(name) // while the Status is still that of the phase before
	}
	held, _ := t.gate.waited()
	t.mu.Lock()
	if name != "" { // the last phase stays in sight
		t.phase, t.phaseStart, t.phaseHeld = name, time.Now(), held
		t.done, t.total, t.advanced, t.before = 0, 0, 0, t.spikes.Load()
		t.signals = nil // of another time, perhaps
		t.reached.store(0)
	}
	t.closing = name == ""
	t.mu.Unlock()
}

// Progress says how far the phase is, and waits while the run is paused.
func (t *Tracker) Progress(done, total float64) {
	t.mu.Lock()
	t.done, t.total = done, total
	t.mu.Unlock()
	if t.reporter != nil {
		t.reporter.Progress(done, total)
	}
	t.gate.pass(t.quit)
}

// Log shows one line.
func (t *Tracker) Log(line string) {
	if t.reporter != nil {
		t.reporter.Log(line)
	}
}

// Simulated says how much model time of the phase is over.
func (t *Tracker) Simulated(ms float64) {
	t.mu.Lock()
	t.advanced = ms
	t.mu.Unlock()
	if t.monitor != nil {
		t.monitor.Simulated(ms)
	}
}

// Counted receives the counters.
func (t *Tracker) Counted(c experiments.Counters) {
	t.mu.Lock()
	t.counters = c
	t.mu.Unlock()
	if t.monitor != nil {
		t.monitor.Counted(c)
	}
}

// Signal keeps the latest value of a signal.
func (t *Tracker) Signal(name, unit string, ms, value float64) {
	t.mu.Lock()
	x := SignalValue{name, unit, ms, value}
	if k := slices.IndexFunc(t.signals, func(s SignalValue) bool { return s.Name == name }); k >= 0 {
		t.signals[k] = x
	} else if len(t.signals) < maxSignals {
		t.signals = append(t.signals, x)
	}
	t.mu.Unlock()
	if t.monitor != nil {
		t.monitor.Signal(name, unit, ms, value)
	}
}

// WritePopulations keeps the table and passes it on.
func (t *Tracker) WritePopulations(p []experiments.Population) error {
	t.mu.Lock()
	t.populations = p
	t.mu.Unlock()
	if t.sink == nil {
		return nil
	}
	return t.sink.WritePopulations(p)
}

// WriteSpikes counts spikes and passes them on, and waits while the run is paused.
func (t *Tracker) WriteSpikes(s []experiments.Spike) error {
	t.spikes.Add(int64(len(s)))
	if t.closing { // only this goroutine writes it
		t.mu.Lock()
		t.before += int64(len(s))
		t.mu.Unlock()
	} else if len(s) > 0 {
		t.reached.store(s[len(s)-1].Time)
	}
	var err error
	if t.sink != nil {
		err = t.sink.WriteSpikes(s)
	}
	t.gate.pass(t.quit)
	return err
}

// WriteFigure passes a figure on.
func (t *Tracker) WriteFigure(name, caption string, r experiments.Renderer) error {
	if t.sink == nil {
		return nil
	}
	return t.sink.WriteFigure(name, caption, r)
}

// WriteMetrics passes the results on.
func (t *Tracker) WriteMetrics(results []experiments.Result) error {
	if t.sink == nil {
		return nil
	}
	return t.sink.WriteMetrics(results)
}
