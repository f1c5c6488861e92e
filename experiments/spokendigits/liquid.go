package spokendigits

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync/atomic"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/experiments/dataset"
	"github.com/glia-sim/glia/networks/coding"
	"github.com/glia-sim/glia/networks/reservoir"
	"github.com/glia-sim/glia/networks/reservoir/tasks"
	"gonum.org/v1/gonum/mat"
)

// frameMS is how long the liquid is shown a frame.
const frameMS = 10.0

// machine turns recordings into features.
type machine struct {
	r          *experiments.Run
	utterances []dataset.Utterance
	windows    int // stretches of equal length into which each recording is cut

	energies, spikes, states *mat.Dense // a row per recording: the means over each stretch
	rate                     float64    // mean rate of the liquid [Hz]
}

func newMachine(r *experiments.Run, utterances []dataset.Utterance) *machine {
	return &machine{r: r, utterances: utterances, windows: r.Int("windows")}
}

// coder is how energies become spikes.
func (m *machine) coder() coding.Coder {
	switch m.r.Choice("coder") {
	case "latency":
		return coding.Latency{Lo: 0, Hi: 1, Threshold: 0.2}
	case "levels":
		c := coding.EvenLevels(4, 0, 1)
		c.Start = 0
		return c
	}
	return coding.Poisson{Lo: 0.1, Hi: 1, Rate: m.r.Float("input_rate"), Seed: m.r.Seed}
}

// liquid builds a network of integrate-and-fire neurons that the spikes of all bands drive. Neurons are biased below
// their threshold, each by an amount of its own, so that without sound few fire.
func (m *machine) liquid() (*reservoir.Spiking, error) {
	c := reservoir.DefaultLIF(m.r.Int("units"), m.r.Int("bands"))
	c.Density, c.Strength, c.Balance = m.r.Float("density"), m.r.Float("strength"), m.r.Float("balance")
	c.Seed, c.Step = m.r.Seed, frameMS
	c.BiasE, c.BiasI = [2]float64{0.5, 0.95}, [2]float64{0.5, 0.95}
	c.Traces = reservoir.Traces{Decay: m.r.Float("trace"), Rate: 200}
	c.Coder = m.coder()
	encoder, err := c.Coder.NewEncoder(m.r.Int("bands"), frameMS)
	if err != nil {
		return nil, err
	}
	// Each neuron hears few bands: neighbours on the scale, as in the auditory nerve, of either sign.
	rng := rand.New(rand.NewPCG(m.r.Seed, 71))
	c.In = reservoir.NewDense(c.Units, encoder.Channels())
	for k := range c.In.Data {
		if rng.Float64() < m.r.Float("input_density") {
			c.In.Data[k] = m.r.Float("input_scale") * (2*rng.Float64() - 0.6)
		}
	}
	return c.Build()
}

// outline says what there is to hear and to learn.
func (m *machine) outline() []experiments.Work {
	const ticks = frameMS / 0.1 // of a frame
	frames := 0.0
	for _, u := range m.utterances {
		frames += float64(len(u.Samples)/hop + 1)
	}
	units, rows, features := float64(m.r.Int("units")), len(m.utterances), m.r.Int("units")*m.windows
	readouts := 1
	if m.r.Bool("new_speakers") {
		readouts += 6
	}
	learn := 1.5 * float64(readouts) * tasks.RidgeOperations(rows, features, 10) // input spikes and energies have fewer features
	return []experiments.Work{
		{What: "recordings heard by the liquid", Copies: rows, Units: int(units), Steps: frames / float64(rows) * ticks, Operations: frames * ticks * units * 25, Bytes: 50 * units * units * m.r.Float("density")},
		{What: "readouts", Copies: 3 * readouts, Units: features, Steps: float64(rows), Operations: learn, Bytes: 16 * float64(features) * float64(features+rows)},
	}
}

// batch is the number of recordings that are kept together for a run that is resumed, 16 batches or more in all.
func (m *machine) batch() int { return min(25, (len(m.utterances)+15)/16) }

// heard holds the features of a batch of recordings, row after row.
type heard struct{ Energies, Spikes, States []float64 }

// listen fills the features, batch by batch on all workers: each has a copy of the same liquid, which starts
// afresh with every recording.
func (m *machine) listen(ctx context.Context) error {
	workers := min(m.r.Workers, len(m.utterances))
	liquids, ears := make(chan *reservoir.Spiking, workers), make(chan *ear, workers)
	units := 0
	for k := range workers {
		l, err := m.liquid()
		if err != nil {
			return err
		}
		units = l.Units()
		if k == 0 {
			n := l.Net.Counts()
			m.r.Count(func(c *experiments.Counters) { c.Neurons, c.Synapses, c.DT = units, n.Synapses, l.Net.Clock().DT })
		}
		liquids <- l
		ears <- newEar(m.r.Int("bands"))
	}
	encoder, err := m.coder().NewEncoder(m.r.Int("bands"), frameMS)
	if err != nil {
		return err
	}
	rows, channels := len(m.utterances), encoder.Channels()
	m.energies = mat.NewDense(rows, m.r.Int("bands")*m.windows, nil)
	m.spikes = mat.NewDense(rows, channels*m.windows, nil)
	m.states = mat.NewDense(rows, units*m.windows, nil)
	var done atomic.Int64
	batch := m.batch()
	err = tasks.Each(ctx, workers, (rows+batch-1)/batch, func(k int) error {
		from, to := k*batch, min((k+1)*batch, rows)
		l, e := <-liquids, <-ears
		defer func() {
			liquids <- l
			ears <- e
		}()
		presented := 0
		got, err := experiments.Keep(m.r, fmt.Sprintf("recordings %d to %d", from, to-1), func() (heard, error) {
			for i := from; i < to; i++ {
				if err := ctx.Err(); err != nil {
					return heard{}, err
				}
				if err := m.present(i, l, e); err != nil {
					return heard{}, err
				}
				presented++
				m.r.Progress(float64(done.Add(1)), float64(rows))
			}
			return heard{rowsFrom(m.energies, from, to), rowsFrom(m.spikes, from, to), rowsFrom(m.states, from, to)}, nil
		})
		if err != nil || presented > 0 {
			return err
		}
		copy(rowsFrom(m.energies, from, to), got.Energies)
		copy(rowsFrom(m.spikes, from, to), got.Spikes)
		copy(rowsFrom(m.states, from, to), got.States)
		m.r.Progress(float64(done.Add(int64(to-from))), float64(rows))
		return nil
	})
	m.rate = 200 * mat.Sum(m.states) / float64(rows*units*m.windows)
	return err
}

// rowsFrom are the elements of rows from up to to.
func rowsFrom(x *mat.Dense, from, to int) []float64 {
	raw := x.RawMatrix()
	return raw.Data[from*raw.Stride : to*raw.Stride]
}

// hear returns the frames of a recording.
func (m *machine) hear(i int, e *ear) [][]float64 {
	u := m.utterances[i]
	x := make([]float64, len(u.Samples))
	for t, s := range u.Samples {
		x[t] = float64(s) / 32768
	}
	return e.hear(x)
}

// present shows one recording.
func (m *machine) present(i int, l *reservoir.Spiking, e *ear) error {
	frames := m.hear(i, e)
	encoder, err := m.coder().NewEncoder(len(frames[0]), frameMS)
	if err != nil {
		return err
	}
	trial := uint64(i)
	encoder.Reset(trial)
	l.Trial = trial
	l.Reset()
	var spikes []coding.Spike
	counts := make([]float64, encoder.Channels())
	for t, frame := range frames {
		w := t * m.windows / len(frames)
		// The number of frames in this stretch.
		lo, hi := (w*len(frames)+m.windows-1)/m.windows, ((w+1)*len(frames)+m.windows-1)/m.windows
		share := 1 / float64(hi-lo)
		if err := l.Step(frame); err != nil {
			return fmt.Errorf("recording %d: %w", i, err)
		}
		spikes = encoder.Encode(spikes[:0], frame)
		clear(counts)
		for _, s := range spikes {
			counts[s.Channel]++
		}
		addTo(m.energies.RawRowView(i), w, share, frame)
		addTo(m.spikes.RawRowView(i), w, share, counts)
		addTo(m.states.RawRowView(i), w, share, l.State())
	}
	return nil
}

// addTo adds a share of x to the features of stretch w.
func addTo(row []float64, w int, share float64, x []float64) {
	part := row[w*len(x) : (w+1)*len(x)]
	for k, v := range x {
		part[k] += share * v
	}
}
