package force

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/networks"
	"github.com/glia-sim/glia/viz"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
)

const (
	beat     = 250.0 // ms
	phrase   = 16    // beats
	lagStep  = 10    // ms between the lags that are tried
	songStep = 1.0   // ms between samples that are kept
)

// pitches are the outputs of the song, with their names.
var pitches = []string{"C4", "D4", "E4", "F4", "G4"}

// note is a pitch and how many beats it is held.
type note struct{ pitch, beats int }

// odeToJoy is the phrase in the form of Nicola & Clopath (2017): quarter notes, and a half note at the end.
var odeToJoy = []note{{2, 1}, {2, 1}, {3, 1}, {4, 1}, {4, 1}, {3, 1}, {2, 1}, {1, 1}, {0, 1}, {0, 1}, {1, 1}, {2, 1}, {2, 1}, {1, 1}, {1, 2}}

// song gives all outputs at a time [ms]: each note is half a sine over its length.
func song(t float64, into []float64) {
	clear(into)
	at := math.Mod(t, phrase*beat)
	for _, n := range odeToJoy {
		length := float64(n.beats) * beat
		if at < length {
			into[n.pitch] = math.Sin(math.Pi * at / length)
			return
		}
		at -= length
	}
}

const songEvery = 100 // steps between updates of the readout

// songStudy trains a spiking network on the song and lets it play alone. What it plays depends on size and training:
// with seed 1, 1000 neurons after 90 s have a correlation of 0.47 with the song and 54 % of the notes right, 2000 after
// 180 s 0.74 and 85 %, with the phrases right at first and confused some 10 s later. The published 0.9 is of 5000 neurons after 900 s.
type songStudy struct {
	f       networks.Force
	on, off int // steps where training begins and ends
	end     int
	seed    uint64

	songResult
}

// songResult is what it gives.
type songResult struct {
	Found         *record
	Spikes        [2]int    // before and after training
	Times         []float64 // of the spikes of a second from a little before on and off [ms]
	IDs           []int32
	Synapses      int
	SpikesOverall int
}

func newSong(r *experiments.Run) *songStudy {
	s := &songStudy{f: networks.IzhikevichSong(r.Int("song_neurons"), len(pitches)), seed: r.Seed}
	s.end = s.steps(r.Float("song_duration"))
	s.on, s.off = s.steps(1000), int(0.9*float64(s.end))
	return s
}

func (s *songStudy) steps(ms float64) int { return int(math.Round(ms / s.f.DT)) }

func (s *songStudy) run(ctx context.Context, p *progress) (err error) {
	s.songResult, err = stage(p, "song", float64(s.end), func() (songResult, error) { return s.measure(ctx, p) })
	return err
}

func (s *songStudy) measure(ctx context.Context, p *progress) (out songResult, err error) {
	n, err := s.f.Build(s.seed)
	if err != nil {
		return out, err
	}
	out.Synapses = n.Synapses()
	out.Found, err = loop{steps: s.end, learn: [2]int{s.on, s.off}, every: songEvery, workPerStep: 1, readout: n.Readout.Weights,
		channels: len(pitches), sample: s.steps(songStep),
		target: func(k int, into []float64) { song(float64(k+1)*s.f.DT, into) },
		after: func(k int) {
			out.SpikesOverall += len(n.Spikes)
			switch {
			case k < s.on:
				out.Spikes[0] += len(n.Spikes)
			case k >= s.off:
				out.Spikes[1] += len(n.Spikes)
			}
			for _, at := range [2]int{s.on, s.off} {
				if s.near(k, at) {
					for _, i := range n.Spikes {
						out.Times, out.IDs = append(out.Times, float64(k+1)*s.f.DT), append(out.IDs, i)
					}
				}
			}
		}}.run(ctx, n, p)
	return out, err
}

// near says whether a step is among those of the raster about another.
func (s *songStudy) near(k, at int) bool { return k >= at-s.steps(500) && k < at+s.steps(500) }

// match compares stretches of the output with the song that is shifted by the lag at which they agree best.
type match struct {
	lag, best, unshifted float64 // ms and correlations
	right, notes         int     // notes whose pitch has the largest mean output, of all that lie inside
}

// matchSong takes a stretch that begins at a time [ms], samples of all channels every songStep.
func matchSong(output []float64, start float64) match {
	channels := len(pitches)
	whole := make([]float64, phrase*beat/songStep*channels)
	for k := range len(whole) / channels {
		song(float64(k)*songStep, whole[k*channels:(k+1)*channels])
	}
	want := make([]float64, 0, len(output))
	correlate := func(lag float64) float64 {
		from := int(math.Round((start+lag)/songStep+1)) * channels % len(whole)
		for want = want[:0]; len(want) < len(output); from = 0 {
			want = append(want, whole[from:min(len(whole), from+len(output)-len(want))]...)
		}
		return stat.Correlation(output, want, nil)
	}
	m := match{best: math.Inf(-1), unshifted: correlate(0)}
	for lag := 0.0; lag < phrase*beat; lag += lagStep {
		if c := correlate(lag); c > m.best {
			m.best, m.lag = c, lag
		}
	}
	// Loudness of the pitches over each note that lies inside.
	length := float64(len(output)/channels) * songStep
	at := -math.Mod(start+m.lag, phrase*beat)
	for at < length {
		for _, n := range odeToJoy {
			from, to := at, at+float64(n.beats)*beat
			if at = to; from < 0 || to > length {
				continue
			}
			loud := make([]float64, channels)
			for k := int(from / songStep); k < int(to/songStep); k++ {
				floats.Add(loud, output[k*channels:(k+1)*channels])
			}
			m.notes++
			if floats.MaxIdx(loud) == n.pitch {
				m.right++
			}
		}
	}
	return m
}

func runSong(ctx context.Context, r *experiments.Run) error {
	r.Phase("train and test")
	s := newSong(r)
	p := newProgress(r)
	p.total = float64(s.end)
	if err := r.Outline(func() []experiments.Work {
		n := float64(s.f.Units)
		return []experiments.Work{{What: "spiking networks", Copies: 1, Units: s.f.Units, Steps: float64(s.end), Operations: float64(s.end) * (20*n + 1.5*n*n/songEvery), Bytes: 8 * 1.1 * n * n}}
	}); err != nil {
		return err
	}
	if err := s.run(ctx, p); err != nil {
		return err
	}
	return s.report(r)
}

func (s *songStudy) report(r *experiments.Run) error {
	population, err := r.AddPopulation("izhikevich", s.f.Units)
	if err != nil {
		return err
	}
	if err := r.AddSpikes(s.Times, s.IDs); err != nil {
		return err
	}
	r.Count(func(c *experiments.Counters) {
		c.Synapses, c.DT = int64(s.Synapses), s.f.DT
		c.SynapticEvents = int64(float64(s.SpikesOverall) * float64(s.Synapses) / float64(s.f.Units))
	})
	channels, sample := len(pitches), s.steps(songStep)
	on, off, end := s.on/sample, s.off/sample, s.end/sample
	width := min(int(phrase*beat/songStep), end-off)
	var best, plain []float64
	var right, notes int
	for lo := off; lo+width <= end; lo += width {
		m := matchSong(s.Found.Output[lo*channels:(lo+width)*channels], float64(lo)*songStep)
		best, plain = append(best, m.best), append(plain, m.unshifted)
		right, notes = right+m.right, notes+m.notes
	}
	rate := func(spikes, steps int) float64 {
		return float64(spikes) / float64(s.f.Units) / (float64(steps) * s.f.DT / 1000)
	}
	if err := r.Metrics(map[string]float64{
		"song_correlation": stat.Mean(best, nil), "song_correlation_first": best[0], "song_correlation_0": stat.Mean(plain, nil), "song_notes": float64(right) / float64(notes),
		"song_train_error": s.Found.rootError((off-width)*channels, off*channels),
		"song_rate_before": rate(s.Spikes[0], s.on), "song_rate_after": rate(s.Spikes[1], s.end-s.off),
	}); err != nil {
		return err
	}
	// A row for each pitch, with a gap between them.
	const row = 1.5
	curves := []viz.Series{{Name: "song"}, {Name: "output"}}
	for n, values := range [][]float64{s.Found.Target, s.Found.Output} {
		c := &curves[n]
		for pitch := range pitches {
			for k := end - width; k < end; k++ {
				c.X, c.Y = append(c.X, float64(k+1)*songStep/1000), append(c.Y, values[k*channels+pitch]+row*float64(pitch))
			}
			c.X, c.Y = append(c.X, math.NaN()), append(c.Y, math.NaN())
		}
	}
	if err := r.Figure("song_end", fmt.Sprintf("The song and the five outputs of %d neurons in the last phrase of the test, %.3g s after training ended. From below %s, "+
		"each shifted by %g", s.f.Units, float64(s.end-s.off)*s.f.DT/1000, strings.Join(pitches, ", "), row), viz.Line{
		Title: "Ode to Joy: end of the test", X: viz.Axis{Label: "Time", Unit: "s"}, Y: viz.Axis{Label: "Output, shifted"}, Series: curves}); err != nil {
		return err
	}
	marks := []viz.RefLine{{Value: float64(on) * songStep / 1000, Label: "training begins", Vertical: true}, {Value: float64(off) * songStep / 1000, Label: "training ends", Vertical: true}}
	if err := r.Figure("song_error", "Mean absolute error over all outputs, in pieces of a second", viz.Line{Title: "Ode to Joy: error", X: viz.Axis{Label: "Time", Unit: "s"},
		Y: viz.Axis{Label: "Error", Log: true}, Series: []viz.Series{s.Found.errors("error", int(1000/songStep)*channels, songStep/1000/float64(channels))}, Lines: marks}); err != nil {
		return err
	}
	for _, w := range []struct {
		name string
		at   int
	}{{"raster_begin", s.on}, {"raster_alone", s.off}} {
		at := float64(w.at) * s.f.DT
		if err := r.Figure(w.name, "Spikes of 60 neurons and the rate of all, 400 ms before and after", viz.Raster{Title: "Spikes", Times: s.Times, IDs: s.IDs,
			Populations: []viz.Population{{Name: population.Name, First: int32(population.First), Size: population.Size}}, Show: 60, Start: at - 400, Stop: at + 400}); err != nil {
			return err
		}
	}
	return nil
}
