package bench

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"time"

	"github.com/glia-sim/glia/sim"
)

// seed of all networks: trials differ by what the machine does and by nothing else.
const seed = 1

// options of a network of the trial.
func (t *Trial) options() sim.Options { return sim.Options{Seed: seed, DT: 0.1, Workers: t.Workers} }

// construct times what describe and the engine do until a network could run [s].
func construct[N any](ctx context.Context, describe func() (N, error), net func(N) *sim.Network) (n N, seconds float64, err error) {
	start := time.Now()
	if n, err = describe(); err != nil {
		return n, 0, err
	}
	err = net(n).Build(ctx)
	return n, time.Since(start).Seconds(), err
}

// span is what a measured stretch of model time has cost.
type span struct {
	model       float64 // s of model time
	wall        float64 // s
	cpu         float64 // s of all threads together; 0 where the system does not say
	spikes      int64
	events      int64 // synaptic events
	allocations uint64
	neurons     int
	ticks       float64
}

func (s span) wallPerModel() float64        { return s.wall / s.model }
func (s span) cpuPerModel() float64         { return s.cpu / s.model }
func (s span) rate() float64                { return float64(s.spikes) / float64(s.neurons) / s.model }
func (s span) allocationsPerStep() float64  { return float64(s.allocations) / s.ticks }
func (s span) eventsPerCoreSecond() float64 { return float64(s.events) / s.cpu }

// simulate runs a network that was built, first for warmup ms, then measured for duration ms.
func (t *Trial) simulate(ctx context.Context, net *sim.Network, warmup, duration float64) (span, error) {
	if err := net.Run(ctx, warmup); err != nil {
		return span{}, err
	}
	return t.measure(net, func() error { return net.Run(ctx, duration) })
}

// measure takes the cost of running a network. What the construction has left behind is collected before, so
// that no collection of it falls into the time.
func (t *Trial) measure(net *sim.Network, run func() error) (span, error) {
	runtime.GC()
	stop, err := t.profile()
	if err != nil {
		return span{}, err
	}
	var before, after runtime.MemStats
	counts, modelStart := net.Counts(), net.Now()
	runtime.ReadMemStats(&before)
	cpu, _ := processorTime()
	start := time.Now()
	err = run()
	s := span{wall: time.Since(start).Seconds()}
	if end, ok := processorTime(); ok {
		s.cpu = end - cpu
	}
	runtime.ReadMemStats(&after)
	if stopErr := stop(); err == nil {
		err = stopErr
	}
	if err != nil {
		return span{}, err
	}
	c := net.Counts()
	s.model = (net.Now() - modelStart) / 1000
	s.ticks = (net.Now() - modelStart) / net.Clock().DT
	s.spikes, s.events, s.neurons = c.Spikes-counts.Spikes, c.SynapticEvents-counts.SynapticEvents, c.Neurons
	s.allocations = after.Mallocs - before.Mallocs
	return s, nil
}

// profile writes a CPU profile from now to the call of stop, if one was asked for. Only the first stretch of
// a trial is profiled.
func (t *Trial) profile() (stop func() error, err error) {
	if t.Profile == "" {
		return func() error { return nil }, nil
	}
	file, err := os.Create(t.Profile)
	if err != nil {
		return nil, fmt.Errorf("cannot write a profile: %w", err)
	}
	t.Profile = ""
	if err := pprof.StartCPUProfile(file); err != nil {
		file.Close()
		return nil, err
	}
	return func() error {
		pprof.StopCPUProfile()
		return file.Close()
	}, nil
}

// held is the resident set without what the garbage collector can give back [bytes].
func held() (bytes int64, ok bool) {
	debug.FreeOSMemory()
	return residentMemory()
}

// reportPeak reports the largest resident set of the process so far [GB].
func (t *Trial) reportPeak() {
	if bytes, ok := peakMemory(); ok {
		t.Report("peak_memory", float64(bytes)/1e9)
	}
}

// reportCPU reports a measure that is made of processor time, where that is known.
func (t *Trial) reportCPU(measure string, s span, value float64) {
	if s.cpu > 0 {
		t.Report(measure, value)
	}
}

// The measures that most benchmarks share.

func wallMeasure(reach float64) Measure {
	return Measure{Name: "wall_time", Unit: "s/model s", Meaning: "wall time for one second of model time", Reach: reach}
}

func coreMeasure(reach float64) Measure {
	return Measure{Name: "core_time", Unit: "core s/model s", Meaning: "processor time of all threads for one second of model time", Reach: reach}
}

func rateMeasure() Measure {
	return Measure{Name: "rate", Unit: "Hz", Meaning: "mean rate of all neurons, to see that the network does what it should"}
}

func constructionMeasure(reach float64) Measure {
	return Measure{Name: "construction", Unit: "s", Meaning: "wall time until the network can run", Reach: reach}
}

func peakMeasure(reach float64) Measure {
	return Measure{Name: "peak_memory", Unit: "GB", Meaning: "largest resident set of the process, program and construction included", Reach: reach}
}

// allocationsMeasure asks for none per step. What a call of Run allocates once counts as well, so the
// bound is not 0.
func allocationsMeasure() Measure {
	return Measure{Name: "allocations", Unit: "1/step", Meaning: "memory allocations per step", Reach: 0.05}
}
