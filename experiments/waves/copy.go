package waves

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/networks/readout"
	"github.com/glia-sim/glia/networks/recurrent"
)

// The alphabet of the copy task: 1 to 8 are copied, 0 is the blank, 9 the marker.
const (
	alphabet = 10
	marker   = 9
	shown    = 10 // symbols
)

// copyTask draws sequences: ten symbols, the delay with the marker as its last step, ten blanks, in which the symbols are wanted.
func copyTask(rng *rand.Rand, sequences, delay int) (b recurrent.Batch) {
	length := 2*shown + delay
	for range sequences {
		in, want := make([]uint8, length), make([]uint8, length)
		for k := range shown {
			in[k] = uint8(1 + rng.IntN(8))
			want[length-shown+k] = in[k]
		}
		in[length-shown-1] = marker
		b.In, b.Want = append(b.In, in), append(b.Want, want)
	}
	return b
}

// course is the training of one network at one delay.
type course struct {
	Kind  string
	Delay int
	// At are the steps of training after which the network was tested on the symbols to be recalled.
	At, Accuracy, Loss []float64
	Solved             float64 // first of them with an accuracy of 0.99; NaN: never
	Parameters         int
	// Trace is where the first symbol of a test sequence is, step by step after training: by how much activity at
	// each site of the rings, all channels together, changes with it.
	Trace [][]float64
}

const (
	tests    = 50    // in the course of a training
	solved   = 0.99  // accuracy
	finished = 0.999 // accuracy at which training ends
)

// build makes the network to be trained.
func build(r *experiments.Run, kind string, rng *rand.Rand) (*recurrent.Network, error) {
	if kind == "identity" {
		return recurrent.Identity(r.Int("units"), alphabet, alphabet, rng)
	}
	shift := 1
	if kind == "standing" {
		shift = 0
	}
	return recurrent.Wave(r.Int("sites"), r.Int("channels"), shift, alphabet, alphabet, rng)
}

// train trains all networks at all delays, one after another: each uses all workers.
func train(ctx context.Context, r *experiments.Run) ([]*course, error) {
	r.Phase("train")
	var all []*course
	names, of := r.List("networks"), r.List("delays")
	for i, d := range of {
		delay, _ := strconv.Atoi(d)
		for k, kind := range names {
			done := float64(i*len(names) + k)
			c, err := experiments.Keep(r, fmt.Sprintf("%s at delay %d", kind, delay), func() (*course, error) {
				return trainOne(ctx, r, kind, delay, func(part float64) { r.Progress(done+part, float64(len(of)*len(names))) })
			})
			if err != nil {
				return nil, err
			}
			all = append(all, c)
			last := len(c.Accuracy) - 1
			if err := r.Metrics(map[string]float64{
				fmt.Sprintf("%s_accuracy_%d", kind, delay): c.Accuracy[last], fmt.Sprintf("%s_steps_%d", kind, delay): c.Solved}); err != nil {
				return nil, err
			}
			r.Logf("%s, delay %d: %d weights, %.1f %% recalled after %g steps", kind, delay, c.Parameters, 100*c.Accuracy[last], c.At[last])
		}
	}
	return all, nil
}

func trainOne(ctx context.Context, r *experiments.Run, kind string, delay int, progress func(float64)) (*course, error) {
	seed := r.Seed<<16 + uint64(delay)
	network, err := build(r, kind, rand.New(rand.NewPCG(seed, 71)))
	if err != nil {
		return nil, err
	}
	adam := readout.DefaultAdam()
	adam.Rate = r.Float("rate")
	t, err := recurrent.NewTrainer(network, recurrent.Training{Adam: adam, Clip: r.Float("clip"), Workers: r.Workers})
	if err != nil {
		return nil, err
	}
	c := &course{Kind: kind, Delay: delay, Solved: math.NaN(), Parameters: network.Parameters()}
	rng := rand.New(rand.NewPCG(seed, 72)) // the same sequences for all networks
	test := copyTask(rand.New(rand.NewPCG(seed, 73)), r.Int("test"), delay)
	steps := r.Int("steps")
	every := max(1, steps/tests)
	for k := 0; ; k++ {
		if k%every == 0 || k == steps {
			s, err := t.Test(ctx, test, len(test.In[0])-shown)
			if err != nil {
				return nil, err
			}
			c.At, c.Accuracy, c.Loss = append(c.At, float64(k)), append(c.Accuracy, s.Accuracy), append(c.Loss, s.Loss)
			if s.Accuracy >= solved && math.IsNaN(c.Solved) {
				c.Solved = float64(k)
			}
			if k == steps || s.Accuracy >= finished {
				break
			}
			progress(float64(k) / float64(steps))
		}
		if _, err := t.Step(ctx, copyTask(rng, r.Int("batch"), delay)); err != nil {
			return nil, err
		}
	}
	if kind != "identity" {
		c.Trace, err = trace(network, r.Int("sites"), test.In[0])
	}
	return c, err
}

// trace compares the states of a sequence with those of the same sequence after another first symbol.
func trace(n *recurrent.Network, sites int, in []uint8) ([][]float64, error) {
	other := slices.Clone(in)
	other[0] = 1 + in[0]%8
	h, err := n.Run(in)
	if err != nil {
		return nil, err
	}
	g, err := n.Run(other)
	if err != nil {
		return nil, err
	}
	out := make([][]float64, len(h))
	for t := range h {
		out[t] = make([]float64, sites)
		for i := range h[t] {
			out[t][i%sites] += math.Abs(h[t][i] - g[t][i])
		}
	}
	return out, nil
}
