package nalsm

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"sync/atomic"

	"github.com/glia-sim/glia/analysis"
	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/networks"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/sim/panics"
)

// machine carries the protocol out: one network per worker, all alike, since after the initialisation
// every image is independent of the others.
type machine struct {
	run              *experiments.Run
	images           *stimuli
	liquid           networks.Liquid
	steps, initSteps int
	windows          int     // of a presentation, in each of which the spikes are counted
	traces           *traces // read at the ends of the windows; nil where no readout asks for them

	tanks   []*tank
	initial *sim.WeightSnapshot // after the initialisation
	before  []float64           // recurrent weights before
	course  course

	counts []counts // training, validation, test, and test in its own scale where both are asked for
	events int64    // at synapses, while images were shown
}

// counts are spike counts, image by image: of all neurons in the first window, then in the next; after them
// traces in the same order, where they are asked for.
type counts struct {
	set split
	n   []uint8
}

// tank is one copy of the liquid with its input.
type tank struct {
	*networks.LiquidNetwork
	input *inputEvents
	seen  []int32     // spikes of each liquid neuron up to the last window
	fired []sim.Spike // by the liquid since the presentation began, where traces are asked for
	shows bool        // a presentation goes on
}

// now is the tick reached: of 1 ms.
func (t *tank) now() sim.Tick { return sim.Tick(math.Round(t.Net.Now())) }

// describe gives a tank whose network is not built yet.
func (m *machine) describe(seed uint64) (*tank, error) {
	t := &tank{input: &inputEvents{}, seen: make([]int32, m.liquid.Size())}
	var err error
	if t.LiquidNetwork, err = m.liquid.Build(seed, 1, t.input); err != nil {
		return nil, err
	}
	if m.traces != nil {
		// Not of the initialisation, whose spikes would fill the memory.
		t.Net.RecordSpikes(sim.SpikeOptions{Sink: func(s []sim.Spike) error {
			if t.shows {
				t.fired = append(t.fired, s...)
			}
			return nil
		}}, t.Liquid)
	}
	return t, nil
}

func (m *machine) newTank(ctx context.Context, seed uint64) (*tank, error) {
	t, err := m.describe(seed)
	if err != nil {
		return nil, err
	}
	return t, t.Net.Build(ctx)
}

func (m *machine) build(ctx context.Context) error {
	plan, err := m.describe(m.run.Seed)
	if err != nil {
		return err
	}
	if err := m.run.Plan(plan.Net, m.run.Workers); err != nil {
		return err
	}
	m.tanks = make([]*tank, m.run.Workers)
	errs := make([]error, len(m.tanks))
	var wg panics.Group
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
type course struct{ Image, Exc, Inh, AbsIn []float64 }

// initialised is what the initialisation leaves behind.
type initialised struct {
	Weights [][]float64 // of each projection
	Course  course
	Events  int64 // at synapses
}

// initialise brings the weights to where all images start from.
func (m *machine) initialise(ctx context.Context) error {
	t := m.tanks[0]
	var err error
	if m.before, err = recurrentWeights(t.LiquidNetwork); err != nil {
		return err
	}
	done, err := experiments.Keep(m.run, "initialise", func() (initialised, error) { return m.initialisation(ctx, t) })
	if err != nil {
		return err
	}
	for k, p := range t.Net.Projections() {
		if err := p.SetWeights(done.Weights[k]); err != nil {
			return err
		}
	}
	m.course, m.events = done.Course, done.Events
	m.initial = t.Net.PlasticWeights(nil)
	return nil
}

// initialisation shows images one after the other to one liquid, in random order; weights and traces carry
// over, everything else starts afresh with each image.
func (m *machine) initialisation(ctx context.Context, t *tank) (done initialised, err error) {
	pool := m.images.pool
	n := sizesOf(m.run.Values).init
	order := rand.New(rand.NewPCG(m.run.Seed, 0x1f1a)).Perm(pool.count())
	err = m.run.Loop(ctx, "initialise", t.Net, n, func(ctx context.Context, k int) error {
		// Frequent at first, when weights change fast.
		if k <= 100 && k%20 == 0 || k%max(1, n/60) == 0 {
			if err := done.Course.note(t, k); err != nil {
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
		input, liquid := t.InputSpikes.Total, t.LiquidSpikes.Total
		if err := t.Net.Run(ctx, float64(m.initSteps)); err != nil {
			return err
		}
		m.watch(t, input, liquid)
		if k%50 == 0 {
			m.run.Progress(float64(k), float64(n))
		}
		return nil
	}, &done.Course)
	if err != nil {
		return done, err
	}
	for _, p := range t.Net.Projections() {
		w, err := p.Weights()
		if err != nil {
			return done, err
		}
		done.Weights = append(done.Weights, w)
	}
	done.Events = t.Net.Counts().SynapticEvents
	return done, done.Course.note(t, n)
}

func (m *machine) key(purpose string, image int) sim.Key {
	return sim.NewKey(m.run.Seed, "nalsm "+purpose).Sub(uint64(image))
}

// note keeps the mean weights after k images.
func (c *course) note(t *tank, k int) error {
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
	c.Image = append(c.Image, float64(k))
	c.Exc, c.Inh = append(c.Exc, sum[0]/max(1, num[0])), append(c.Inh, sum[1]/max(1, num[1]))
	c.AbsIn = append(c.AbsIn, abs/max(1, float64(len(in))))
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

// counted is the number of counts of an image: of each neuron in each window.
func (m *machine) counted() int { return m.liquid.Size() * m.windows }

// features is the number of features of an image: counts, and traces where they are asked for.
func (m *machine) features() int {
	if m.traces != nil {
		return 2 * m.counted()
	}
	return m.counted()
}

// shown is what a batch of images leaves behind.
type shown struct {
	Counts                []uint8 // of each image
	Input, Liquid, Events int64   // spikes, and spikes at synapses
}

// batch is the number of images after which a stopped run need not show them again.
const batch = 1000

// showAll shows all images and keeps the spike counts of the liquid.
func (m *machine) showAll(ctx context.Context) error {
	im := m.images
	m.counts = []counts{{set: im.train}, {set: im.validation}, {set: im.test}}
	if im.testOwn.count() > 0 {
		m.counts = append(m.counts, counts{set: im.testOwn})
	}
	total := 0
	for _, c := range m.counts {
		total += c.set.count()
	}
	var all shown
	all.Counts = make([]uint8, 0, total*m.features())
	for from := 0; from < total; from += batch {
		s, err := experiments.Keep(m.run, fmt.Sprintf("images from %d", from), func() (shown, error) {
			return m.show(ctx, from, min(from+batch, total), total)
		})
		if err != nil {
			return err
		}
		all.Counts = append(all.Counts, s.Counts...)
		all.Input, all.Liquid, all.Events = all.Input+s.Input, all.Liquid+s.Liquid, all.Events+s.Events
	}
	rest := all.Counts
	for k := range m.counts {
		n := m.counts[k].set.count() * m.features()
		m.counts[k].n, rest = rest[:n:n], rest[n:]
	}
	m.run.Count(func(k *experiments.Counters) { k.SynapticEvents = m.events + all.Events })
	seconds := float64(total) * float64(m.steps) / 1000
	if _, err := m.run.Metric("liquid_rate", float64(all.Liquid)/seconds/float64(m.liquid.Size())); err != nil {
		return err
	}
	_, err := m.run.Metric("input_rate", float64(all.Input)/seconds/float64(m.liquid.Inputs))
	return err
}

// show shows the images from to to-1 of all total ones.
func (m *machine) show(ctx context.Context, from, to, total int) (shown, error) {
	out := shown{Counts: make([]uint8, (to-from)*m.features())}
	parts := make([]shown, len(m.tanks))
	errs := make([]error, len(m.tanks))
	var next atomic.Int64
	next.Store(int64(from))
	var wg panics.Group
	for w, t := range m.tanks {
		wg.Go(func() {
			before := t.Net.Counts().SynapticEvents
			for {
				k := int(next.Add(1)) - 1
				if k >= to {
					break
				}
				if errs[w] = m.feature(ctx, t, k, out.Counts[(k-from)*m.features():][:m.features()]); errs[w] != nil {
					next.Store(int64(to))
					break
				}
				parts[w].Liquid += t.LiquidSpikes.Total
				parts[w].Input += t.InputSpikes.Total
				if k%32 == 0 {
					m.run.Progress(float64(k), float64(total))
				}
			}
			parts[w].Events = t.Net.Counts().SynapticEvents - before
		})
	}
	wg.Wait()
	for _, p := range parts {
		out.Input, out.Liquid, out.Events = out.Input+p.Input, out.Liquid+p.Liquid, out.Events+p.Events
	}
	return out, errors.Join(errs...)
}

// feature shows the k-th of all images and sets row to its counts.
func (m *machine) feature(ctx context.Context, t *tank, k int, row []uint8) error {
	c, i := &m.counts[0], k
	for s := 1; i >= c.set.count(); s++ {
		i -= c.set.count()
		c = &m.counts[s]
	}
	if err := m.begin(t, c.set, i, m.key("presentation", k)); err != nil {
		return err
	}
	t.shows, t.fired = true, t.fired[:0]
	done := 0
	clear(t.seen)
	ends := make([]int, m.windows)
	for w := range ends {
		end := m.window(w)
		ends[w] = end
		if err := t.Net.Run(ctx, float64(end-done)); err != nil {
			return err
		}
		done = end
		for j, x := range t.LiquidSpikes.PerNeuron {
			row[w*len(t.seen)+j] = uint8(min(x-t.seen[j], 255))
			t.seen[j] = x
		}
	}
	t.shows = false
	if m.traces != nil {
		m.traces.read(t.fired, int32(t.Liquid.First), m.liquid.Size(), ends, row[m.counted():])
	}
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
	squares := factor * factor
	for k := 1; k < n; k++ {
		other, err := m.newTank(ctx, m.run.Seed+uint64(k))
		if err != nil {
			return err
		}
		f, err := m.probe(ctx, other, func(int, []float64, []int32) error { return nil })
		if err != nil {
			return err
		}
		factor, squares = factor+f, squares+f*f
		m.run.Progress(float64(k), float64(n))
	}
	mean := factor / float64(n)
	if _, err := m.run.Metric("branching_factor", mean); err != nil {
		return err
	}
	if n > 1 {
		spread := math.Sqrt(max(0, squares/float64(n)-mean*mean) * float64(n) / float64(n-1))
		if _, err := m.run.Metric("branching_factor_sd", spread); err != nil {
			return err
		}
	}
	if err := m.drawActivity(t.LiquidNetwork, &raster, amplitudes); err != nil {
		return err
	}
	return m.drawLiquid(m.tanks[0].LiquidNetwork, &raster)
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
