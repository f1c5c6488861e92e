package nalsm

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"

	"github.com/glia-sim/glia/analysis"
	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/experiments/dataset"
	"github.com/glia-sim/glia/networks"
	"github.com/glia-sim/glia/sim"
)

// machine carries the protocol out: one network per worker, all alike, since after the initialisation
// every image is independent of the others.
type machine struct {
	run              *experiments.Run
	images           *images
	liquid           networks.Liquid
	steps, initSteps int

	tanks   []*tank
	initial *sim.WeightSnapshot // after the initialisation
	before  []float64           // recurrent weights before
	course  course

	counts                  [3]counts // training, validation, test
	inputSpikes, liquidSeen atomic.Int64
	shown                   int
}

// counts are spike counts, image by image.
type counts struct {
	set   dataset.LabeledImages
	scale float64
	n     []uint8
}

// tank is one copy of the liquid with its input.
type tank struct {
	*networks.LiquidNetwork
	input *pixelEvents
}

func (m *machine) newTank(ctx context.Context) (*tank, error) {
	t := &tank{input: &pixelEvents{}}
	var err error
	if t.LiquidNetwork, err = m.liquid.Build(m.run.Seed, 1, t.input); err != nil {
		return nil, err
	}
	return t, t.Net.Build(ctx)
}

func (m *machine) build(ctx context.Context) error {
	m.tanks = make([]*tank, m.run.Workers)
	errs := make([]error, len(m.tanks))
	var wg sync.WaitGroup
	for k := range m.tanks {
		wg.Go(func() { m.tanks[k], errs[k] = m.newTank(ctx) })
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
	all := m.images.set.Train
	n := sizesOf(m.run.Values).init
	order := rand.New(rand.NewPCG(m.run.Seed, 0x1f1a)).Perm(all.Count)
	t.Astrocyte.Fade = 1
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
		t.Astrocyte.Reset()
		t.input.show(all.At(order[k]), m.images.trainScale, m.key("initialisation", k))
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

// present shows one image, from the initialised weights and from rest; learning fades with 0.99 per step.
// A spike that step n decides is counted in step n+1, hence the last step needs no simulation.
func (m *machine) present(ctx context.Context, t *tank, pixels []byte, scale float64, key sim.Key) error {
	t.Astrocyte.Fade = fade
	if err := t.Net.SetPlasticWeights(m.initial); err != nil {
		return err
	}
	if err := t.Net.Reset(0); err != nil {
		return err
	}
	t.input.show(pixels, scale, key)
	return t.Net.Run(ctx, float64(m.steps-1))
}

const fade = 0.99

// features shows all images and keeps the spike counts of the liquid.
func (m *machine) features(ctx context.Context) error {
	im := m.images
	m.counts = [3]counts{{set: im.train, scale: im.trainScale}, {set: im.validation, scale: im.trainScale}, {set: im.test, scale: im.testScale}}
	total := 0
	for k := range m.counts {
		c := &m.counts[k]
		c.n = make([]uint8, c.set.Count*m.liquid.Size())
		total += c.set.Count
	}
	m.shown = total
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
	for s := 1; i >= c.set.Count; s++ {
		i -= c.set.Count
		c = &m.counts[s]
	}
	if err := m.present(ctx, t, c.set.At(i), c.scale, m.key("presentation", k)); err != nil {
		return err
	}
	n := m.liquid.Size()
	row := c.n[i*n : (i+1)*n]
	for j, x := range t.LiquidSpikes.PerNeuron {
		row[j] = uint8(min(x, 255))
	}
	m.liquidSeen.Add(t.LiquidSpikes.Total)
	m.inputSpikes.Add(t.InputSpikes.Total)
	return nil
}

// branching shows 20 images of the last published validation batch, records their spikes and measures the branching factor.
func (m *machine) branching(ctx context.Context) error {
	t, err := m.newTank(ctx)
	if err != nil {
		return err
	}
	post, pre, err := adjacency(t.LiquidNetwork)
	if err != nil {
		return err
	}
	rec := t.Net.RecordSpikes(sim.SpikeOptions{}, t.Input, t.Liquid)
	var amplitude []float64
	t.Net.Every(1, func(float64) error { amplitude = append(amplitude, t.Astrocyte.Value()); return nil })
	v := m.images.probe
	const shown = 20
	total, measured := 0.0, 0
	var raster viewer
	for k, i := range analysis.BranchingImages(v.Count, min(shown, v.Count)) {
		rec.Clear()
		if err := m.present(ctx, t, v.At(i), m.images.trainScale, m.key("branching", i)); err != nil {
			return err
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
			return err
		}
		if f == f { // an image without a spike has none
			total += f
			measured++
		}
		offset := float64(k * m.steps)
		for s := range times {
			times[s] += offset
		}
		if err := m.run.AddSpikes(times, ids); err != nil {
			return err
		}
		raster.add(k, times, ids)
	}
	if measured > 0 {
		total /= float64(measured)
	}
	if _, err := m.run.Metric("branching_factor", total); err != nil {
		return err
	}
	return m.drawActivity(t.LiquidNetwork, &raster, amplitude)
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
