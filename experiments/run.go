package experiments

import (
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"sync"
	"time"
)

// Renderer draws a figure as SVG. The pictures of package viz are Renderers.
type Renderer interface {
	Render(w io.Writer) error
}

// Sink keeps what a run produces. Calls come one at a time.
type Sink interface {
	// WritePopulations receives the complete table each time it changes.
	WritePopulations([]Population) error
	// WriteSpikes receives the next spikes in (time, id) order. The slices are
	// valid during the call only.
	WriteSpikes([]Spike) error
	// WriteFigure receives a figure to render and keep.
	WriteFigure(name, caption string, r Renderer) error
	// WriteMetrics receives all results so far each time one is added.
	WriteMetrics([]Result) error
}

// Reporter tells the user how a run is getting on. Calls come one at a time.
type Reporter interface {
	// Phase opens a named phase; the empty name closes the last one.
	Phase(name string)
	// Progress says how far the phase is; total 0 means not known.
	Progress(done, total float64)
	// Log shows one line of text.
	Log(line string)
}

// Options say how a run is carried out; none of them changes its result, Seed
// and Data apart.
type Options struct {
	Seed     uint64   // seed of all random streams
	Workers  int      // goroutines of the engine; 0 means GOMAXPROCS
	Data     string   // directory of the user's data set, empty for none
	Sink     Sink     // where results go; nil keeps only what Run can return
	Reporter Reporter // where progress goes; nil for nowhere

	Store           Store         // where checkpoints and results of stages go; nil for nowhere
	CheckpointEvery time.Duration // wall time between checkpoints; 0 for those of a stop only
	StageWorth      time.Duration // stages that took less are not kept; 0 means 50 ms
	Resume          *Checkpoint   // to go on from; nil to begin

	Limits Limits // where to stop
	DryRun bool   // end with ErrDryRun where the first network would be built or the first stage begin
}

// Counters describe the size of a run and the work done.
type Counters struct {
	Neurons        int     // neurons simulated
	Synapses       int64   // synapses built
	SynapticEvents int64   // spikes delivered to synapses
	DT             float64 // resolution of the time grid [ms]
}

// Phase is a finished phase of a run with the wall time it took.
type Phase struct {
	Name    string
	Seconds float64
}

// Figure is a figure that was handed to the sink.
type Figure struct {
	Name, Caption string
}

// Result is a measured metric, with the published value it is held against.
type Result struct {
	Metric
	Value  float64
	Target *Target // nil when no published value applies to this run
}

// OK reports whether the value meets the target; known is false when there is
// no target.
func (r Result) OK() (ok, known bool) {
	if r.Target == nil {
		return false, false
	}
	return r.Target.Meets(r.Value), true
}

// Run is what a running experiment sees of the world: its parameters (the
// embedded Values) and where to report. Progress and Logf may be called from
// any goroutine, the other methods too, but then their order is the caller's
// affair.
type Run struct {
	Values
	Seed    uint64 // seed of all random streams
	Workers int    // goroutines the engine should use, at least 1
	Data    string // directory of the user's data set, empty for none

	experiment *Experiment
	sink       Sink
	reporter   Reporter
	monitor    Monitor // the reporter, if it is one

	mu          sync.Mutex
	data        string
	counters    Counters
	phases      []Phase
	phase       string
	phaseStart  time.Time
	results     []Result
	figures     []Figure
	populations []Population
	spikes      spikeStream

	keep    checkpoints
	limits  Limits
	rates   rateGuard
	dry     bool
	planned []PlannedNetwork
	outline []Work
}

// NewRun prepares a run of the experiment with the given parameter values.
func NewRun(e *Experiment, v Values, o Options) *Run {
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	r := &Run{
		Values: v, Seed: o.Seed, Workers: o.Workers, Data: o.Data,
		experiment: e, sink: o.Sink, reporter: o.Reporter, limits: o.Limits, dry: o.DryRun,
	}
	r.monitor, _ = o.Reporter.(Monitor)
	r.spikes.init(r.emit)
	r.keep.init(o)
	r.rates.bound = o.Limits.Rate
	if o.Resume != nil {
		r.spikes.have = o.Resume.Spikes.Written
	}
	return r
}

// Experiment returns the experiment being run.
func (r *Run) Experiment() *Experiment { return r.experiment }

// UseData records which data set the run works on, such as "mnist" or
// "generated digits": conditions on data refer to this name.
func (r *Run) UseData(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.data = name
}

// DataName returns the name given to UseData.
func (r *Run) DataName() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.data
}

// Phase ends the phase before and starts timing a new one, such as "build" or
// "simulate". Times of phases of the same name add up.
func (r *Run) Phase(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.endPhase()
	r.phase, r.phaseStart = name, time.Now()
	if r.reporter != nil {
		r.reporter.Phase(name)
	}
}

func (r *Run) endPhase() {
	if r.phase == "" {
		return
	}
	r.phases = r.elapsed()
	r.phase = ""
}

// Progress tells how much of the current phase is done, in any unit. A total
// of 0 says that the end is not known.
func (r *Run) Progress(done, total float64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.reporter != nil {
		r.reporter.Progress(done, total)
	}
}

// Logf shows the user one line.
func (r *Run) Logf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.reporter != nil {
		r.reporter.Log(fmt.Sprintf(format, args...))
	}
}

// Metric records the value of a declared metric and holds it against the first
// target whose conditions this run meets. A second value for the same name
// replaces the first. NaN is a legal value, of a quantity that could not be
// measured; it meets no target. It panics when the experiment does not declare
// the name. The error is the sink's.
func (r *Run) Metric(name string, value float64) (Result, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	m, ok := r.experiment.metric(name)
	if !ok {
		panic(fmt.Sprintf("experiments: metric %q is not declared by %q", name, r.experiment.Name))
	}
	result := Result{Metric: m, Value: value}
	if t, ok := r.experiment.TargetFor(name, r.Values, r.data); ok {
		result.Target = &t
	}
	if i := slices.IndexFunc(r.results, func(x Result) bool { return x.Name == name }); i >= 0 {
		r.results[i] = result
	} else {
		r.results = append(r.results, result)
	}
	if r.sink == nil {
		return result, nil
	}
	return result, r.sink.WriteMetrics(slices.Clone(r.results))
}

// TargetOf gives the published value that a metric of this run would be held against, as a result
// without a value; ok is false when the experiment does not declare the metric.
func (r *Run) TargetOf(metric string) (result Result, ok bool) {
	m, ok := r.experiment.metric(metric)
	result = Result{Metric: m, Value: math.NaN()}
	if t, found := r.experiment.TargetFor(metric, r.Values, r.DataName()); ok && found {
		result.Target = &t
	}
	return result, ok
}

// Figure hands over a figure. The name becomes the file name and must be
// lower-case letters, digits, - and _. The error is that of the name, the
// renderer or the sink.
func (r *Run) Figure(name, caption string, f Renderer) error {
	if !validName(name) {
		return fmt.Errorf("figure name %q must be lower-case letters, digits, - and _", name)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if slices.ContainsFunc(r.figures, func(x Figure) bool { return x.Name == name }) {
		return fmt.Errorf("figure %q was drawn before", name)
	}
	if r.sink != nil {
		if err := r.sink.WriteFigure(name, caption, f); err != nil {
			return fmt.Errorf("figure %q: %w", name, err)
		}
	}
	r.figures = append(r.figures, Figure{name, caption})
	return nil
}

// Count changes the counters: run.Count(func(c *Counters) { c.DT = 0.1 }).
func (r *Run) Count(change func(*Counters)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change(&r.counters)
	r.counted()
}

func (r *Run) counted() {
	if r.monitor != nil {
		r.monitor.Counted(r.counters)
	}
}

// Close ends the last phase and passes on the spikes that wait for later ones.
// It is called once, by whoever carries the run out, also after a failure.
func (r *Run) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.endPhase()
	if r.reporter != nil {
		r.reporter.Phase("")
	}
	return r.spikes.flush()
}

// Counters returns the counters.
func (r *Run) Counters() Counters {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.counters
}

// Phases returns the finished phases in the order they began.
func (r *Run) Phases() []Phase {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.phases)
}

// Results returns the metrics in the order they were first recorded.
func (r *Run) Results() []Result {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.results)
}

// Result returns the recorded metric of the given name; its value is NaN and
// ok false when there is none.
func (r *Run) Result(name string) (result Result, ok bool) {
	for _, x := range r.Results() {
		if x.Name == name {
			return x, true
		}
	}
	return Result{Value: math.NaN()}, false
}

// Figures returns the figures drawn so far.
func (r *Run) Figures() []Figure {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.figures)
}
