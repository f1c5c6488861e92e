package nalsm

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"sync/atomic"

	"github.com/glia-sim/glia/analysis"
	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/networks"
	"github.com/glia-sim/glia/sim"
)

// machine carries the protocol out: one network per worker, all alike, since after the initialisation
// every image is independent of the others.
type machine struct {
	run              *experiments.Run
	images           *stimuli
	liquid           networks.Liquid
	steps, initSteps int
	windows          int // of a presentation, in each of which the spikes are counted

	tanks   []*tank
	initial *sim.WeightSnapshot // after the initialisation
	before  []float64           // recurrent weights before
	course  course

	counts                  []counts // training, validation, test, and test in its own scale where both are asked for
	inputSpikes, liquidSeen atomic.Int64
}

// counts are spike counts, image by image.
type counts struct {
	set split
	n   []uint8
}

// tank is one copy of the liquid with its input.
type tank struct {
	*networks.LiquidNetwork
	input *inputEvents
	seen  []int32 // spikes of each liquid neuron up to the last window
}

// now is the tick reached: of 1 ms.
func (t *tank) now() sim.Tick { return sim.Tick(math.Round(t.Net.Now())) }

func (m *machine) newTank(ctx context.Context, seed uint64) (*tank, error) {
	t := &tank{input: &inputEvents{}, seen: make([]int32, m.liquid.Size())}
	var err error
	if t.LiquidNetwork, err = m.liquid.Build(seed, 1, t.input); err != nil {
		return nil, err
	}
	return t, t.Net.Build(ctx)
}

func (m *machine) build(ctx context.Context) error {
	m.tanks = make([]*tank, m.run.Workers)
	errs := make([]error, len(m.tanks))
	var wg sync.WaitGroup
	for k := range m.tanks {
		wg.Go(func() { m.tanks[k], errs[k] = m.newTank(ctx, m.run.Seed) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	c := m.tanks[0].Net.Counts()
	m.run.Count(func(k *experiments.Counters) {
		k.Synapses, k.DT = c.Synapses, 1
	})
	for _, p := range m.tanks[0].Net.Populations() {
		if p == m.tanks[0].Input {
			if _, err := m.run.AddPopulation("input", p.Size); err != nil {
				return err
			}
			continue
		}
		for _, g := range []struct {
			name string
			n    int
		}{{"excitatory", m.tanks[0].Excitatory}, {"inhibitory", p.Size - m.tanks[0].Excitatory}} {
			if _, err := m.run.AddPopulation(g.name, g.n); err != nil {
				return err
			}
		}
	}
	return nil
}

// course follows the mean weights through the initialisation.
type course struct{ image, exc, inh, absIn []float64 }

// initialise shows images one after the other to one liquid, in random order; weights and traces carry
// over, everything else starts afresh with each image.
func (m *machine) initialise(ctx context.Context) error {
	t := m.tanks[0]
	var err error
	if m.before, err = recurrentWeights(t.LiquidNetwork); err != nil {
		return err
	}
	pool := m.images.pool
	n := sizesOf(m.run.Values).init
	order := rand.New(rand.NewPCG(m.run.Seed, 0x1f1a)).Perm(pool.count())
	for k := 0; k < n; k++ {
		// Frequent at first, when weights change fast.
		if k <= 100 && k%20 == 0 || k%max(1, n/60) == 0 {
			if err := m.note(t, k); err != nil {
				return err
			}
		}
		if err := t.Net.Quiet(uint64(k)); err != nil {
			return err
		}
		t.Begin(1)
		key := m.key("initialisation", k)
		// Excerpts of recordings differ, so that a subset may be gone through several times.
		pool.show(t.input, order[k%len(order)], key, t.now(), excerpt(key, m.initSteps), m.initSteps)
		// The draws of a step follow the network's clock, which goes on.
		if err := t.Net.Run(ctx, float64(m.initSteps)); err != nil {
			return err
		}
		if k%50 == 0 {
			m.run.Progress(float64(k), float64(n))
		}
	}
	if err := m.note(t, n); err != nil {
		return err
	}
	m.initial = t.Net.PlasticWeights(nil)
	return nil
}

func (m *machine) key(purpose string, image int) sim.Key {
	return sim.NewKey(m.run.Seed, "nalsm "+purpose).Sub(uint64(image))
}

// note keeps the mean weights after k images.
func (m *machine) note(t *tank, k int) error {
	in, err := t.InputSynapses.Weights()
	if err != nil {
		return err
	}
	abs := 0.0
	for _, w := range in {
		abs += max(w, -w)
	}
	w, err := recurrentWeights(t.LiquidNetwork)
	if err != nil {
		return err
	}
	var sum, num [2]float64
	for _, x := range w {
		s := 0
		if x < 0 {
			s = 1
		}
		sum[s] += x
		num[s]++
	}
	c := &m.course
	c.image = append(c.image, float64(k))
	c.exc, c.inh = append(c.exc, sum[0]/max(1, num[0])), append(c.inh, sum[1]/max(1, num[1]))
	c.absIn = append(c.absIn, abs/max(1, float64(len(in))))
	return nil
}

func recurrentWeights(n *networks.LiquidNetwork) ([]float64, error) {
	var all []float64
	for _, p := range n.Recurrent {
		w, err := p.Weights()
		if err != nil {
			return nil, err
		}
		all = append(all, w...)
	}
	return all, nil
}

// begin shows one image, from the initialised weights and from rest; learning fades with 0.99 per step, or
// rests if it is gated.
func (m *machine) begin(t *tank, s split, i int, key sim.Key) error {
	if err := t.Net.SetPlasticWeights(m.initial); err != nil {
		return err
	}
	if err := t.Net.Reset(0); err != nil {
		return err
	}
	t.Begin(fade)
	if m.liquid.Learning == networks.GatedSTDP {
		t.Freeze()
	}
	s.show(t.input, i, key, 0, 0, m.steps)
	return nil
}

// present shows one image to the end. A spike that step n decides is counted in step n+1, hence the last
// step needs no simulation.
func (m *machine) present(ctx context.Context, t *tank, s split, i int, key sim.Key) error {
	if err := m.begin(t, s, i, key); err != nil {
		return err
	}
	return t.Net.Run(ctx, float64(m.steps-1))
}

// window is the step up to which the spikes of window w of a presentation are counted.
func (m *machine) window(w int) int { return m.steps*(w+1)/m.windows - 1 }

const fade = 0.99

// features is the number of features of an image: counts of each neuron in each window.
func (m *machine) features() int { return m.liquid.Size() * m.windows }

// showAll shows all images and keeps the spike counts of the liquid.
func (m *machine) showAll(ctx context.Context) error {
	im := m.images
	m.counts = []counts{{set: im.train}, {set: im.validation}, {set: im.test}}
	if im.testOwn.count() > 0 {
		m.counts = append(m.counts, counts{set: im.testOwn})
	}
	total := 0
	for k := range m.counts {
		c := &m.counts[k]
		c.n = make([]uint8, c.set.count()*m.features())
		total += c.set.count()
	}
	var next atomic.Int64
	errs := make([]error, len(m.tanks))
	var wg sync.WaitGroup
	for w, t := range m.tanks {
		wg.Go(func() {
			for {
				k := int(next.Add(1)) - 1
				if k >= total {
					return
				}
				if errs[w] = m.feature(ctx, t, k); errs[w] != nil {
					next.Store(int64(total))
					return
				}
				if k%32 == 0 {
					m.run.Progress(float64(k), float64(total))
				}
			}
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	events := int64(0)
	for _, t := range m.tanks {
		events += t.Net.Counts().SynapticEvents
	}
	m.run.Count(func(k *experiments.Counters) { k.SynapticEvents = events })
	seconds := float64(total) * float64(m.steps) / 1000
	if _, err := m.run.Metric("liquid_rate", float64(m.liquidSeen.Load())/seconds/float64(m.liquid.Size())); err != nil {
		return err
	}
	_, err := m.run.Metric("input_rate", float64(m.inputSpikes.Load())/seconds/float64(m.liquid.Inputs))
	return err
}

// feature shows the k-th of all images.
func (m *machine) feature(ctx context.Context, t *tank, k int) error {
	c, i := &m.counts[0], k
	for s := 1; i >= c.set.count(); s++ {
		i -= c.set.count()
		c = &m.counts[s]
	}
	if err := m.begin(t, c.set, i, m.key("presentation", k)); err != nil {
		return err
	}
	n, done := m.features(), 0
	row := c.n[i*n : (i+1)*n]
	clear(t.seen)
	for w := range m.windows {
		end := m.window(w)
		if err := t.Net.Run(ctx, float64(end-done)); err != nil {
			return err
		}
		done = end
		for j, x := range t.LiquidSpikes.PerNeuron {
			row[w*len(t.seen)+j] = uint8(min(x-t.seen[j], 255))
			t.seen[j] = x
		}
	}
	m.liquidSeen.Add(t.LiquidSpikes.Total)
	m.inputSpikes.Add(t.InputSpikes.Total)
	return nil
}

// branching shows 20 images of the last published validation batch, records their spikes and measures the branching factor.
func (m *machine) branching(ctx context.Context) error {
	t, err := m.newTank(ctx, m.run.Seed)
	if err != nil {
		return err
	}
	amplitudes := make([][]float64, min(drawnTerritories, len(t.Astrocytes)))
	t.Net.Every(1, func(float64) error {
		for d := range amplitudes {
			amplitudes[d] = append(amplitudes[d], t.Astrocytes[d].Value())
		}
		return nil
	})
	var raster viewer
	factor, err := m.probe(ctx, t, func(k int, times []float64, ids []int32) error {
		offset := float64(k * m.steps)
		for s := range times {
			times[s] += offset
		}
		raster.add(k, times, ids)
		return m.run.AddSpikes(times, ids)
	})
	if err != nil {
		return err
	}
	// A static liquid needs no initialisation, so that others can be measured as well.
	n := m.run.Int("networks")
	for k := 1; k < n; k++ {
		other, err := m.newTank(ctx, m.run.Seed+uint64(k))
		if err != nil {
			return err
		}
		f, err := m.probe(ctx, other, func(int, []float64, []int32) error { return nil })
		if err != nil {
			return err
		}
		factor += f
		m.run.Progress(float64(k), float64(n))
	}
	if _, err := m.run.Metric("branching_factor", factor/float64(n)); err != nil {
		return err
	}
	return m.drawActivity(t.LiquidNetwork, &raster, amplitudes)
}

// probe shows the images of the branching factor to a liquid and gives the mean over them; show gets the
// spikes of each.
func (m *machine) probe(ctx context.Context, t *tank, show func(k int, times []float64, ids []int32) error) (float64, error) {
	post, pre, err := adjacency(t.LiquidNetwork)
	if err != nil {
		return 0, err
	}
	rec := t.Net.RecordSpikes(sim.SpikeOptions{}, t.Input, t.Liquid)
	v := m.images.probe
	const shown = 20
	total, measured := 0.0, 0
	for k, i := range analysis.BranchingImages(v.count(), min(shown, v.count())) {
		rec.Clear()
		if err := m.present(ctx, t, v, i, m.key("branching", i)); err != nil {
			return 0, err
		}
		times, ids := rec.Trains()
		var liquid analysis.Spikes
		first := int32(t.Liquid.First)
		for s, id := range ids {
			if id >= first {
				liquid.Times, liquid.IDs = append(liquid.Times, times[s]), append(liquid.IDs, id-first)
			}
		}
		w := analysis.DefaultBranchingWindow()
		w.Steps = m.steps
		f, err := analysis.BranchingFactor(liquid, post, pre, w)
		if err != nil {
			return 0, err
		}
		if f == f { // an image without a spike has none
			total += f
			measured++
		}
		if err := show(k, times, ids); err != nil {
			return 0, err
		}
	}
	return total / float64(max(1, measured)), nil
}

// adjacency lists the liquid's synapses from both ends.
func adjacency(n *networks.LiquidNetwork) (post, pre analysis.Adjacency, err error) {
	rows := make([][]int32, n.Liquid.Size)
	for _, p := range n.Recurrent {
		if err := p.Each(func(s sim.SynapseValue) { rows[s.Source] = append(rows[s.Source], int32(s.Target)) }); err != nil {
			return post, pre, err
		}
	}
	post.Offsets = append(post.Offsets, 0)
	for _, row := range rows {
		post.Indices = append(post.Indices, row...)
		post.Offsets = append(post.Offsets, len(post.Indices))
	}
	if pre, err = post.Transpose(); err != nil {
		err = fmt.Errorf("adjacency of the liquid: %w", err)
	}
	return post, pre, err
}
