package validation

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/synapses"
)

// All times of the random event-driven network are multiples of 2^-10 ms, its resolution is 1/8 ms, and
// its delays are whole steps. Then times are exact as plain numbers, and the reference needs nothing of
// the engine's: no ticks, windows, calendar or partitions.
const (
	listSources, listEx, listIn = 40, 60, 17
	listDT, listMS              = 0.125, 400.0
)

func eventNetworkModel() neurons.IntFire { return neurons.IntFire{Tau: 15, TRef: 2} }

// eventNetwork holds a random network of IntFire neurons, run event-driven on 1, 2 and 5 workers, against
// a sequential simulation of the same synapses, bit for bit.
func eventNetwork(ctx context.Context) ([]Row, error) {
	trains := dyadicTrains(listSources, 40, listMS)
	build := func(workers int) (*sim.Network, *sim.SpikeRecorder) {
		net := sim.New(sim.Options{Seed: 12, DT: listDT, Workers: workers})
		src := net.Populate("source", listSources, neurons.SpikeListEvent{Times: trains})
		ex, in := net.Populate("ex", listEx, eventNetworkModel()), net.Populate("in", listIn, eventNetworkModel())
		delay := synapses.Uniform{Lo: 0.5, Hi: 5}
		for _, target := range []*sim.Population{ex, in} {
			net.Connect(src, target, synapses.Bernoulli{P: 0.2}, sim.Synapse{Weight: synapses.Uniform{Lo: 0.25, Hi: 0.7}, Delay: delay})
			net.Connect(ex, target, synapses.Bernoulli{P: 0.2}, sim.Synapse{Weight: synapses.Uniform{Lo: 0.03, Hi: 0.3}, Delay: delay})
			net.Connect(in, target, synapses.Bernoulli{P: 0.4}, sim.Synapse{Weight: synapses.Uniform{Lo: -0.6, Hi: 0}, Delay: delay})
		}
		return net, net.RecordSpikes(sim.SpikeOptions{}, src, ex, in)
	}
	var want []listSpike
	var rows []Row
	for _, workers := range []int{1, 2, 5} {
		net, rec := build(workers)
		if err := net.Run(ctx, listMS); err != nil {
			return nil, err
		}
		if want == nil {
			var err error
			if want, err = sequential(net, trains, eventNetworkModel()); err != nil {
				return nil, err
			}
		}
		got := make([]listSpike, 0, len(rec.Spikes()))
		for _, s := range rec.Spikes() {
			got = append(got, listSpike{net.Clock().InstantMS(s.At), int(s.ID)})
		}
		quantity := fmt.Sprintf("spikes that differ in neuron or time, %d worker", workers)
		if workers > 1 {
			quantity += "s"
		}
		r := compare(quantity, "1", float64(different(got, want)), 0, 0)
		r.Checks = len(want)
		rows = append(rows, r)
	}
	return rows, nil
}

// dyadicTrains are n random trains with about hz spikes per second whose times are multiples of 2^-10 ms.
// Half of the spikes of every third coincide with those of another, so that the order of sums matters.
func dyadicTrains(n int, hz, ms float64) [][]float64 {
	r := sim.NewRand(sim.NewKey(9, "trains"))
	trains := make([][]float64, n)
	for i := range trains {
		for t := 0.0; ; {
			t += math.Ceil(-1000/hz*math.Log1p(-r.Float64())*1024) / 1024
			if t >= ms {
				break
			}
			if t > 0 && (len(trains[i]) == 0 || trains[i][len(trains[i])-1] != t) {
				trains[i] = append(trains[i], t)
			}
		}
		if i%3 == 1 {
			trains[i] = append(trains[i], trains[i-1][:len(trains[i-1])/2]...)
			slices.Sort(trains[i])
			trains[i] = slices.Compact(trains[i])
		}
	}
	return trains
}

type listSpike struct {
	at float64 // ms
	id int     // global
}

// different counts the places in which two lists of spikes differ.
func different(a, b []listSpike) int {
	n := max(len(a), len(b)) - min(len(a), len(b))
	for k := range min(len(a), len(b)) {
		if a[k] != b[k] {
			n++
		}
	}
	return n
}

// arrival is a weight on its way. What reaches a neuron at one time is summed in the order of
// projections and sources.
type arrival struct {
	at             float64 // ms
	projection     int
	source, target int // global
	weight, delay  float64
}

func (a arrival) compare(b arrival) int {
	return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.projection, b.projection),
		cmp.Compare(a.source, b.source), cmp.Compare(a.target, b.target))
}

// sequential simulates the synapses of a built network of IntFire neurons with one sorted list.
func sequential(net *sim.Network, trains [][]float64, m neurons.IntFire) ([]listSpike, error) {
	size := net.Counts().Neurons
	outgoing := make([][]arrival, size)
	for k, p := range net.Projections() {
		if err := p.Each(func(v sim.SynapseValue) {
			i := p.Source.Pop.First + v.Source
			outgoing[i] = append(outgoing[i], arrival{projection: k, delay: v.Delay, source: i, target: p.Target.Pop.First + v.Target, weight: v.Weight})
		}); err != nil {
			return nil, err
		}
	}
	var list []arrival
	var spikes []listSpike
	fire := func(id int, at float64) {
		spikes = append(spikes, listSpike{at, id})
		for _, a := range outgoing[id] {
			a.at = at + a.delay
			k, _ := slices.BinarySearchFunc(list, a, arrival.compare)
			list = slices.Insert(list, k, a)
		}
	}
	for i, train := range trains {
		for _, t := range train {
			fire(i, t)
		}
	}
	v, last, held := make([]float64, size), make([]float64, size), make([]float64, size)
	sum := make([]float64, size)
	for len(list) > 0 && list[0].at <= listMS {
		now := list[0].at
		var touched []int
		for len(list) > 0 && list[0].at == now {
			a := list[0]
			list = list[1:]
			if !slices.Contains(touched, a.target) {
				touched = append(touched, a.target)
			}
			sum[a.target] += a.weight
		}
		slices.Sort(touched)
		for _, i := range touched {
			w := sum[i]
			sum[i] = 0
			if held[i] > 0 && now <= held[i] {
				continue // refractory, the end included
			}
			if v[i] = float64(v[i]*math.Exp(-(now-last[i])/m.Tau)) + w; v[i] >= 1 {
				v[i], held[i] = 0, now+m.TRef
				last[i] = held[i]
				fire(i, now)
				continue
			}
			last[i] = now
		}
	}
	slices.SortFunc(spikes, func(a, b listSpike) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.id, b.id)) })
	return spikes, nil
}
