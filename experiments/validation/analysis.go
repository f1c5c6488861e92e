package validation

import (
	"context"
	"math"
	"slices"

	"github.com/glia-sim/glia/analysis"
	"github.com/glia-sim/glia/sim"
)

func analysisComparisons() []Comparison {
	return []Comparison{
		{Name: "analysis/spectrum", Group: Analysis, Run: spectrumNormalisation, Source: "Parseval's theorem; a Poisson process has the flat density 2 rate"},
		{Name: "analysis/intervals", Group: Analysis, Run: intervalStatistics, Source: "gamma processes: CV 1/sqrt(k); Poisson counts: Fano factor 1"},
		{Name: "analysis/correlation", Group: Analysis, Run: correlationOfShared, Source: "trains that share a fraction c of their spikes: correlation c"},
		{Name: "analysis/multistep", Group: Analysis, Run: multistep, Source: "driven branching process of known m; Wilting and Priesemann 2018"},
	}
}

// renewal gives spike times [ms] whose intervals are sums of k exponential ones, mean interval 1000/hz.
func renewal(r *sim.Rand, hz float64, k int, ms float64) []float64 {
	var times []float64
	for t := 0.0; ; {
		for range k {
			t += -math.Log1p(-r.Float64()) * 1000 / hz / float64(k)
		}
		if t >= ms {
			return times
		}
		times = append(times, t)
	}
}

func spectrumNormalisation(context.Context) ([]Row, error) {
	w := analysis.DefaultWelch()
	w.Scaling = analysis.Density
	// A sine of amplitude 3 at 40 Hz, which is a line: its variance is 4.5.
	x := make([]float64, 8000)
	for i := range x {
		x[i] = 3 * math.Sin(2*math.Pi*0.040*float64(i))
	}
	sine, err := analysis.PowerSpectrum(x, 1, w)
	if err != nil {
		return nil, err
	}
	f, _ := sine.Peak(1, 500)
	// 100 neurons of 20 Hz: the density is 2·2000 per second over bins of 1 ms, per Hz.
	const ms, hz, n = 60000, 20.0, 100
	r := sim.NewRand(sim.NewKey(5, "spectrum"))
	var s analysis.Spikes
	for i := range n {
		for _, t := range renewal(r, hz, 1, ms) {
			s.Times, s.IDs = append(s.Times, t), append(s.IDs, int32(i))
		}
	}
	noise, err := analysis.PopulationSpectrum(s.Sorted(), 0, ms, 1, w)
	if err != nil {
		return nil, err
	}
	const want = 2 * hz * n * 1e-6 // counts per 1 ms bin have the variance 2 and 1000 bins a second
	lines := float64(len(noise.Freq) - 2)
	mean := (noise.Band(1, 499)) / lines
	// Each line is an average over segments that overlap by half: about 9/11 as many independent ones, of
	// relative scatter 1 each; neighbouring lines are correlated by the Hann window.
	sd := want / math.Sqrt(float64(noise.Segments)*lines/2)
	return []Row{
		compare("variance of a sine from the density", "1", sine.Band(0, 500), 4.5, 1e-4),
		compare("frequency of the sine", "Hz", f, 40, 0),
		normalScore("density of a Poisson process", "1/Hz", mean, want, sd),
	}, nil
}

func intervalStatistics(context.Context) ([]Row, error) {
	var rows []Row
	r := sim.NewRand(sim.NewKey(6, "intervals"))
	for _, k := range []int{1, 4} {
		const neurons, ms, hz = 200, 100000.0, 20.0
		var s analysis.Spikes
		for i := range neurons {
			for _, t := range renewal(r, hz, k, ms) {
				s.Times, s.IDs = append(s.Times, t), append(s.IDs, int32(i))
			}
		}
		s = s.Sorted()
		values := analysis.CVs(s, 0, neurons, 2)
		scatter := analysis.SampleSD(values) / math.Sqrt(neurons)
		want := 1 / math.Sqrt(float64(k))
		// A CV of n intervals is low by about CV/(4n) (k+…): some 0.0005 here, less than its scatter.
		row := normalScore("CV of a gamma process", "1", analysis.Mean(values), want, scatter+5e-4*want)
		if k == 1 {
			row.Quantity = "CV of a Poisson process"
			f, err := analysis.PopulationFano(s, 0, ms, 5)
			if err != nil {
				return nil, err
			}
			rows = append(rows, normalScore("Fano factor of Poisson counts, 5 ms", "1", f, 1, math.Sqrt(2*5/ms)))
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func correlationOfShared(context.Context) ([]Row, error) {
	const n, ms, hz = 100, 60000.0, 20.0
	var rows []Row
	for _, c := range []float64{0, 0.1} {
		r := sim.NewRand(sim.NewKey(7, "shared"))
		shared := renewal(r, hz*c+1e-9, 1, ms)
		var s analysis.Spikes
		for i := range n {
			train := append(renewal(r, hz*(1-c), 1, ms), shared...)
			slices.Sort(train)
			for _, t := range train {
				s.Times, s.IDs = append(s.Times, t), append(s.IDs, int32(i))
			}
		}
		got, err := analysis.MeanCorrelation(s.Sorted(), 0, n, 0, ms, analysis.CorrelationOptions{Bin: 2, PairsFrom: n, Seed: 1})
		if err != nil {
			return nil, err
		}
		// The mean over pairs scatters with the number of shared spikes and of coincidences by chance.
		bins := ms / 2
		sd := math.Sqrt(2/(n*(n-1)*bins) + 2*c/(hz*ms/1000))
		name := "correlation of independent trains"
		if c > 0 {
			name = "correlation of trains that share a tenth"
		}
		rows = append(rows, normalScore(name, "1", got.Mean, c, sd))
	}
	return rows, nil
}

// multistep estimates the branching parameter of a process of which a tenth is seen.
func multistep(context.Context) ([]Row, error) {
	const m, drive, seen, bins = 0.95, 20.0, 0.1, 60000
	r := sim.NewRand(sim.NewKey(8, "branching"))
	a := drive / (1 - m)
	x := make([]float64, bins)
	for k := range x {
		// The sum of a Poisson variables of mean m, plus the drive, is nearly normal at these numbers.
		mean := m*a + drive
		a = max(0, math.Round(mean+math.Sqrt(mean)*r.NormFloat64()))
		x[k] = max(0, math.Round(seen*a+math.Sqrt(a*seen*(1-seen))*r.NormFloat64()))
	}
	fit, err := analysis.MultistepRegression(x, analysis.MultistepOptions{})
	if err != nil {
		return nil, err
	}
	return []Row{compare("branching parameter, a tenth of the neurons seen", "1", fit.M, m, 0.01)}, nil
}
