package force

import (
	"context"
	"fmt"
	"math"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/networks"
	"github.com/glia-sim/glia/viz"
	"gonum.org/v1/gonum/stat"
)

// spikingStudy trains and tests the spiking network.
type spikingStudy struct {
	f         networks.Force
	every     int // steps between updates of the readout
	phase     int // steps of each of the three phases
	frequency float64
	seed      uint64

	spikingResult
}

// spikingResult is what the spiking network gives.
type spikingResult struct {
	Found    *record
	Times    []float64 // of all spikes [ms]
	IDs      []int32
	Spikes   [3]int // per phase
	Synapses int
}

func newSpiking(r *experiments.Run) *spikingStudy {
	s := &spikingStudy{frequency: r.Float("frequency"), seed: r.Seed, every: 20}
	if r.Choice("cell") == "lif" {
		s.f, s.every = networks.LIFForce(r.Int("neurons"), 1), 50
	} else {
		s.f = networks.IzhikevichForce(r.Int("neurons"), 1)
	}
	s.phase = int(math.Round(r.Float("phase") / s.f.DT))
	return s
}

func (s *spikingStudy) work() float64 { return 3 * float64(s.phase) * s.perStep() }
func (s *spikingStudy) perStep() float64 {
	n := float64(s.f.Units)
	return 20*n + 1.5*n*n/float64(3*s.every)
}

func (s *spikingStudy) run(ctx context.Context, p *progress) (err error) {
	s.spikingResult, err = stage(p, "spiking network", s.work(), func() (spikingResult, error) { return s.measure(ctx, p) })
	return err
}

func (s *spikingStudy) measure(ctx context.Context, p *progress) (out spikingResult, err error) {
	n, err := s.f.Build(s.seed)
	if err != nil {
		return out, err
	}
	out.Synapses = n.Synapses()
	out.Found, err = loop{steps: 3 * s.phase, learn: [2]int{s.phase, 2 * s.phase}, every: s.every, workPerStep: s.perStep(), readout: n.Readout.Weights,
		channels: 1, sample: 1,
		target: func(k int, into []float64) {
			into[0] = math.Sin(2 * math.Pi * s.frequency * float64(k+1) * s.f.DT / 1000)
		},
		after: func(k int) {
			out.Spikes[k/s.phase] += len(n.Spikes)
			for _, i := range n.Spikes {
				out.Times, out.IDs = append(out.Times, float64(k+1)*s.f.DT), append(out.IDs, i)
			}
		}}.run(ctx, n, p)
	return out, err
}

// steps of a time in ms.
func (s *spikingStudy) ms(t float64) int { return int(math.Round(t / s.f.DT)) }

// power is the amplitude of a frequency in the output from step lo up to hi.
func (s *spikingStudy) power(hz float64, lo, hi int) float64 {
	var re, im float64
	for k := lo; k < hi; k += 10 { // 0.4 ms
		sin, cos := math.Sincos(2 * math.Pi * hz * float64(k) * s.f.DT / 1000)
		re += s.Found.Output[k] * cos
		im += s.Found.Output[k] * sin
	}
	return math.Hypot(re, im)
}

// dominant is the frequency of the largest amplitude, from half to twice the sine's.
func (s *spikingStudy) dominant(lo, hi int) float64 {
	best, top := math.NaN(), 0.0
	for x := 0.5; x <= 2; x += 0.001 {
		if a := s.power(x*s.frequency, lo, hi); a > top {
			best, top = x*s.frequency, a
		}
	}
	return best
}

// correlation is the largest over lags of up to a period, from step lo up to hi.
func (s *spikingStudy) correlation(lo, hi int) float64 {
	best := math.Inf(-1)
	var z, f []float64
	for k := lo; k < hi; k += 10 {
		z = append(z, s.Found.Output[k])
	}
	period := 1000 / s.frequency
	for lag := range 100 {
		f = f[:0]
		for k := lo; k < hi; k += 10 {
			f = append(f, math.Sin(2*math.Pi*s.frequency*(float64(k+1)*s.f.DT+float64(lag)/100*period)/1000))
		}
		best = max(best, stat.Correlation(z, f, nil))
	}
	return best
}

func (s *spikingStudy) report(r *experiments.Run) error {
	population, err := r.AddPopulation(r.Choice("cell"), s.f.Units)
	if err != nil {
		return err
	}
	if err := r.AddSpikes(s.Times, s.IDs); err != nil {
		return err
	}
	r.Count(func(c *experiments.Counters) {
		c.Synapses, c.DT = int64(s.Synapses), s.f.DT
		c.SynapticEvents = int64(float64(len(s.Times)) * float64(s.Synapses) / float64(s.f.Units))
	})
	on, off, end := s.phase, 2*s.phase, 3*s.phase
	rate := func(phase int) float64 {
		return float64(s.Spikes[phase]) / float64(s.f.Units) / (float64(s.phase) * s.f.DT / 1000)
	}
	var square float64
	for _, z := range s.Found.Output[off:] {
		square += z * z / float64(s.phase)
	}
	var seconds []float64
	second := min(s.ms(1000), s.phase)
	for lo := off; lo+second <= end; lo += second {
		seconds = append(seconds, s.correlation(lo, lo+second))
	}
	if err := r.Metrics(map[string]float64{
		"spiking_rate_before": rate(0), "spiking_rate_after": rate(2),
		"spiking_train_error": s.Found.rootError(off-s.phase/5, off), "spiking_error_500": s.Found.rootError(off, off+s.ms(500)),
		"spiking_error_end": s.Found.rootError(end-s.ms(500), end), "spiking_amplitude": math.Sqrt(2 * square),
		"spiking_frequency": s.dominant(off, end), "spiking_correlation": stat.Mean(seconds, nil), "spiking_correlation_all": s.correlation(off, end),
	}); err != nil {
		return err
	}
	time := viz.Axis{Label: "Time", Unit: "ms"}
	marks := []viz.RefLine{{Value: float64(on) * s.f.DT, Label: "training begins", Vertical: true}, {Value: float64(off) * s.f.DT, Label: "training ends", Vertical: true}}
	for _, w := range []struct {
		name, title string
		lo, hi      int
		lines       []viz.RefLine
	}{
		{"spiking_begin", "Spiking network: training begins", on - s.ms(300), on + s.ms(700), marks[:1]},
		{"spiking_alone", "Spiking network: training ends", off - s.ms(500), off + s.ms(1000), marks[1:]},
		{"spiking_end", "Spiking network: end of the test", end - s.ms(1000), end, nil},
	} {
		if err := r.Figure(w.name, fmt.Sprintf("A sine of %g Hz and the output of %d neurons", s.frequency, s.f.Units), viz.Line{
			Title: w.title, X: time, Y: viz.Axis{Label: "Output"}, Lines: w.lines, Series: s.Found.window(w.lo, w.hi, s.f.DT)}); err != nil {
			return err
		}
	}
	if err := r.Figure("spiking_error", "Mean absolute error in pieces of 50 ms", viz.Line{Title: "Spiking network: error", X: time, Y: viz.Axis{Label: "Error", Log: true},
		Series: []viz.Series{s.Found.errors("error", s.ms(50), s.f.DT)}, Lines: marks}); err != nil {
		return err
	}
	if err := r.Figure("spiking_readout", "Length of the readout's weights", viz.Line{Title: "Spiking network: readout", X: time, Y: viz.Axis{Label: "|phi|"},
		Series: []viz.Series{s.Found.lengths("readout", s.f.DT)}, Lines: marks}); err != nil {
		return err
	}
	for _, w := range []struct {
		name string
		at   int
	}{{"raster_begin", on}, {"raster_alone", off}} {
		lo, hi := float64(w.at)*s.f.DT-400, float64(w.at)*s.f.DT+400
		if err := r.Figure(w.name, "Spikes of 60 neurons and the rate of all, 400 ms before and after", viz.Raster{Title: "Spikes", Times: s.Times, IDs: s.IDs,
			Populations: []viz.Population{{Name: population.Name, First: int32(population.First), Size: population.Size}}, Show: 60, Start: lo, Stop: hi}); err != nil {
			return err
		}
	}
	return nil
}
