package validation

import (
	"context"
	"fmt"

	"github.com/glia-sim/glia/analysis"
	"github.com/glia-sim/glia/sim"
)

// recordAll runs a network and gives all its spikes (global ids).
func recordAll(ctx context.Context, net *sim.Network, ms float64) (analysis.Spikes, error) {
	var all []sim.Selection
	for _, p := range net.Populations() {
		all = append(all, p)
	}
	rec := net.RecordSpikes(sim.SpikeOptions{}, all...)
	if err := net.Run(ctx, ms); err != nil {
		return analysis.Spikes{}, err
	}
	times, ids := rec.Trains()
	return analysis.Spikes{Times: times, IDs: ids}, nil
}

// activity are the statistics of one population between two times, by the name of the quantity.
type activity map[string]float64

// measure gives the statistics of the neurons lo to hi-1 between two times [ms]: mean rate [Hz], mean CV
// of the inter-spike intervals over neurons with minIntervals of them, mean correlation of spike counts
// in bins of 2 ms over the pairs of 200 neurons, Fano factor of the population's count per bin ms.
func measure(s analysis.Spikes, lo, hi int32, from, to float64, minIntervals int, bin float64) (activity, error) {
	w := s.Window(from, to)
	r := analysis.MeanRate(w.Subset(lo, hi), int(hi-lo), from, to)
	irregularity, n := analysis.MeanCV(w, lo, hi, minIntervals)
	if n == 0 {
		return nil, fmt.Errorf("no neuron has %d intervals", minIntervals)
	}
	a := activity{rate: r, all: r, cv: irregularity}
	c, err := analysis.MeanCorrelation(w, lo, hi, from, to, analysis.CorrelationOptions{Bin: 2, PairsFrom: 200, Seed: 1})
	if err != nil {
		return nil, err
	}
	a[corr] = c.Mean
	if a[fano], err = analysis.PopulationFano(w.Subset(lo, hi), from, to, bin); err != nil {
		return nil, err
	}
	return a, nil
}

// band is what a statistic of a network may be: the mean over the reference's seeds, and how far the
// mean over ours may lie from it.
type band struct {
	quantity, unit   string
	reference, bound float64
}

// rowsOf holds the mean of some realisations against bands.
func rowsOf(subject string, realisations []activity, bands []band) []Row {
	var rows []Row
	for _, b := range bands {
		mean := 0.0
		for _, a := range realisations {
			mean += a[b.quantity] / float64(len(realisations))
		}
		r := compare(b.quantity, b.unit, mean, b.reference, b.bound)
		r.Subject = subject
		rows = append(rows, r)
	}
	return rows
}

// peak adds the frequency of the largest line of the spectrum of the population's spike count per ms,
// between two frequencies [Hz].
func (a activity) peak(s analysis.Spikes, lo, hi int32, from, to, least, most float64, name string) error {
	w := analysis.DefaultWelch()
	w.Segment = min(w.Segment, to-from)
	spectrum, err := analysis.PopulationSpectrum(s.Window(from, to).Subset(lo, hi), from, to, 1, w)
	if err != nil {
		return err
	}
	a[name], _ = spectrum.Peak(least, most)
	return nil
}
