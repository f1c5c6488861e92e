package recurrent

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/glia-sim/glia/networks/readout"
)

func random(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 7)) }

func trainer(t *testing.T, n *Network, err error, workers int) *Trainer {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	tr, err := NewTrainer(n, Training{Adam: readout.DefaultAdam(), Clip: 1, Workers: workers})
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// delayed are sequences whose symbols are wanted lag steps later, and 0 before.
func delayed(rng *rand.Rand, sequences, length, symbols, lag int) (b Batch) {
	for range sequences {
		in, want := make([]uint8, length), make([]uint8, length)
		for k := range in {
			in[k] = uint8(rng.IntN(symbols))
		}
		copy(want[lag:], in)
		b.In, b.Want = append(b.In, in), append(b.Want, want)
	}
	return b
}

func networks(rng *rand.Rand, units int) []*Network {
	wave, _ := Wave(5, 2, 1, 3, 4, rng)
	dense, _ := Identity(units, 3, 4, rng)
	return []*Network{wave, dense}
}

// The gradient is that of finite differences, for every weight.
func TestGradient(t *testing.T) {
	for _, n := range networks(random(1), 7) {
		rng := random(2)
		for k := range n.all {
			n.all[k] += 0.3 * rng.NormFloat64() // away from the kinks that the start has at 0
		}
		tr := trainer(t, n, nil, 1)
		b := delayed(rng, 19, 6, 3, 2) // two groups, one of them not full
		_, g, err := tr.Gradient(context.Background(), b)
		if err != nil {
			t.Fatal(err)
		}
		gradient := slices.Clone(g.all)
		const h = 1e-6
		for k := range n.all {
			var side [2]float64
			was := n.all[k]
			for e, step := range []float64{-h, h} {
				n.all[k] = was + step
				s, err := tr.Test(context.Background(), b, 0)
				if err != nil {
					t.Fatal(err)
				}
				side[e] = s.Loss
			}
			n.all[k] = was
			if want := (side[1] - side[0]) / (2 * h); math.Abs(gradient[k]-want) > 1e-8+1e-6*math.Abs(want) {
				t.Errorf("%d channels, weight %d: %g, by differences %g", n.Channels, k, gradient[k], want)
			}
		}
	}
}

// Before training a wave moves by one site per step and comes round, a pattern of the control stays; the dense
// network keeps the sum of its input.
func TestStarts(t *testing.T) {
	for _, shift := range []int{0, 1} {
		n, err := Wave(4, 2, shift, 2, 2, random(3))
		if err != nil {
			t.Fatal(err)
		}
		for k := range n.V {
			if k%2 == 1 {
				n.V[k] = 0 // only symbol 0 makes a pulse
			}
		}
		h, err := n.Run([]uint8{0, 1, 1, 1, 1})
		if err != nil {
			t.Fatal(err)
		}
		for step, state := range h {
			for i, x := range state {
				if want := i%4 == step*shift%4; (x == 1) != want || (x == 0) == want {
					t.Errorf("shift %d, step %d: unit %d is %g", shift, step, i, x)
				}
			}
		}
	}
}

// The same weights after training on any number of workers, and a network that learns: what was seen some steps ago is
// found by both kinds.
func TestTraining(t *testing.T) {
	ctx := context.Background()
	for kind := range 2 {
		var all [][]float64
		for _, workers := range []int{1, 3} {
			n := networks(random(4), 30)[kind]
			tr := trainer(t, n, nil, workers)
			rng := random(5)
			var first float64
			for k := range 350 {
				loss, err := tr.Step(ctx, delayed(rng, 40, 10, 3, 2))
				if err != nil {
					t.Fatal(err)
				}
				if k == 0 {
					first = loss
				}
			}
			test := delayed(random(6), 40, 10, 3, 2)
			s, err := tr.Test(ctx, test, 2)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%d channels: loss %.3g at first, %.3g and accuracy %.3g in the end", n.Channels, first, s.Loss, s.Accuracy)
			if !(s.Accuracy > 0.95) || !(s.Loss < first/3) {
				t.Errorf("%d channels: loss %g, accuracy %g", n.Channels, s.Loss, s.Accuracy)
			}
			all = append(all, n.all)
		}
		if !slices.Equal(all[0], all[1]) {
			t.Error("weights depend on the workers")
		}
	}
}

func TestRefusals(t *testing.T) {
	rng := random(1)
	n := networks(rng, 7)[0]
	good := delayed(rng, 2, 5, 3, 1)
	tr := trainer(t, n, nil, 1)
	for want, b := range map[string]Batch{
		"at least one":      {},
		"as many of both":   {good.In, good.Want[:1]},
		"has 4 symbols":     {[][]uint8{good.In[0], good.In[1][:4]}, good.Want},
		"symbol 9 at 0":     {[][]uint8{{9, 0, 0, 0, 0}}, good.Want[:1]},
		"wanted sequence 0": {good.In[:1], [][]uint8{{0, 4, 0, 0, 0}}},
	} {
		if _, err := tr.Step(context.Background(), b); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v: want one that says %q", err, want)
		}
	}
	n.C[0] = math.NaN()
	if _, err := tr.Step(context.Background(), good); err == nil || !strings.Contains(err.Error(), "learning rate") {
		t.Errorf("a loss that is not a number: %v", err)
	}
	for _, err := range []error{
		second(Wave(2, 1, 1, 2, 2, rng)), second(Wave(3, 1, 2, 2, 2, rng)), second(Wave(3, 1, 1, 0, 2, rng)), second(Identity(0, 1, 2, rng)),
		second(Identity(3, 1, 1, rng)), second(NewTrainer(n, Training{})), second(NewTrainer(n, Training{Adam: readout.DefaultAdam(), Clip: -1, Workers: 1})),
		second(tr.Test(context.Background(), good, 5)), second(n.Run(nil)),
	} {
		if err == nil {
			t.Error("accepted")
		}
	}
}

func second[T any](_ T, err error) error { return err }
