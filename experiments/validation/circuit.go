package validation

import (
	"context"
	"fmt"
	"math"

	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/synapses"
)

// heard is a spike train and the synapse through which a neuron hears it.
type heard struct {
	times    []float64 // of emission [ms]
	weight   float64
	delay    float64 // ms
	receptor string  // empty where the model has one only
}

// eventTrain gives the spike times [ms] of one neuron that hears trains whose times keep their place
// inside a step.
func eventTrain(ctx context.Context, model sim.Model, dt, ms float64, trains ...heard) ([]float64, error) {
	net := sim.New(sim.Options{DT: dt, Workers: 1})
	cell := net.Populate("cell", 1, model)
	for k, h := range trains {
		source := net.Populate(fmt.Sprint("train ", k), 1, neurons.SpikeListEvent{Times: [][]float64{h.times}})
		net.Connect(source, cell, synapses.AllToAll{},
			sim.Synapse{Weight: sim.Constant(h.weight), Delay: sim.Constant(h.delay), Receptor: h.receptor})
	}
	spikes := net.RecordSpikes(sim.SpikeOptions{}, cell)
	if err := net.Run(ctx, ms); err != nil {
		return nil, err
	}
	times, _ := spikes.Trains()
	return times, nil
}

// bisect gives the zero of a rising function in [lo, hi].
func bisect(f func(float64) float64, lo, hi float64) float64 {
	for range 200 {
		mid := lo + (hi-lo)/2
		if mid == lo || mid == hi {
			break
		}
		if f(mid) < 0 {
			lo = mid
		} else {
			hi = mid
		}
	}
	return hi
}

// slope is the least-squares slope of y over x.
func slope(x, y []float64) float64 {
	var mx, my float64
	for k := range x {
		mx, my = mx+x[k]/float64(len(x)), my+y[k]/float64(len(y))
	}
	var xx, xy float64
	for k := range x {
		xx, xy = xx+(x[k]-mx)*(x[k]-mx), xy+(x[k]-mx)*(y[k]-my)
	}
	if xx == 0 {
		return math.NaN()
	}
	return xy / xx
}
