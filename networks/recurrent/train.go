package recurrent

import (
	"context"
	"fmt"
	"math"

	"github.com/glia-sim/glia/networks/readout"
	"github.com/glia-sim/glia/networks/reservoir/tasks"
	"gonum.org/v1/gonum/floats"
)

// group is how many sequences go through the network together. It decides the order of sums, so that it is the same
// for every number of workers.
const group = 16

// Training says how a network is trained.
type Training struct {
	Adam    readout.Adam
	Clip    float64 // longest gradient; a longer one is shortened to it. 0 for no bound
	Workers int     // goroutines; at least 1. They do not change the result
}

// Trainer is a network in training.
type Trainer struct {
	Network *Network

	how        Training
	steps      float64
	mean, size []float64 // Adam's running means of the gradient and of its square
	gradient   []*Network
	free       chan *pass
}

// NewTrainer begins the training of a network, whose weights it will change.
func NewTrainer(n *Network, how Training) (*Trainer, error) {
	if err := how.Adam.Validate(); err != nil {
		return nil, err
	}
	if !(how.Clip >= 0) || how.Workers < 1 {
		return nil, fmt.Errorf("recurrent: clip %g, %d workers: want at least 0 and 1", how.Clip, how.Workers)
	}
	return &Trainer{Network: n, how: how, mean: make([]float64, len(n.all)), size: make([]float64, len(n.all)), free: make(chan *pass, how.Workers)}, nil
}

// pass takes working memory for a group, or makes it; give returns it.
func (t *Trainer) pass(width, length int) *pass {
	select {
	case p := <-t.free:
		if p.width == width && len(p.y) == length {
			return p
		}
	default:
	}
	return newPass(t.Network, width, length)
}

func (t *Trainer) give(p *pass) {
	select {
	case t.free <- p:
	default:
	}
}

// groups calls do for each group of a batch, in any order, with the sequences from lo up to hi.
func (t *Trainer) groups(ctx context.Context, b Batch, do func(k, lo, hi int)) error {
	if err := t.Network.check(b); err != nil {
		return err
	}
	n := len(b.In)
	return tasks.Each(ctx, t.how.Workers, (n+group-1)/group, func(k int) error {
		do(k, k*group, min((k+1)*group, n))
		return nil
	})
}

// Gradient is the mean loss over all symbols of a batch, -log of the probability of the one that is wanted, and its
// gradient, in the form of a network. Both are valid until the next call.
func (t *Trainer) Gradient(ctx context.Context, b Batch) (loss float64, gradient *Network, err error) {
	n := t.Network
	for len(t.gradient)*group < len(b.In) {
		t.gradient = append(t.gradient, newNetwork(n.Inputs, n.Units, n.Outputs, n.Channels))
	}
	losses := make([]float64, len(t.gradient))
	if err := t.groups(ctx, b, func(k, lo, hi int) {
		p := t.pass(hi-lo, len(b.In[0]))
		p.forward(b.In[lo:hi])
		losses[k] = p.loss(b.Want[lo:hi], 1/float64(len(b.In)*len(b.In[0])))
		clear(t.gradient[k].all)
		p.backward(b.In[lo:hi], t.gradient[k])
		t.give(p)
	}); err != nil {
		return 0, nil, err
	}
	sum := t.gradient[0]
	for k := 1; k*group < len(b.In); k++ {
		floats.Add(sum.all, t.gradient[k].all)
	}
	return floats.Sum(losses) / float64(len(b.In)*len(b.In[0])), sum, nil
}

// Step changes the weights by the gradient of a batch and returns its loss before. A loss that is not finite is an
// error, and leaves the weights as they were.
func (t *Trainer) Step(ctx context.Context, b Batch) (loss float64, err error) {
	loss, gradient, err := t.Gradient(ctx, b)
	if err != nil {
		return 0, err
	}
	norm := floats.Norm(gradient.all, 2)
	if x := loss + norm; math.IsNaN(x) || math.IsInf(x, 0) {
		return loss, fmt.Errorf("recurrent: after %g steps the loss is %g and its gradient has the length %g: a smaller learning rate or a bound on the gradient keeps them finite", t.steps, loss, norm)
	}
	if t.how.Clip > 0 && norm > t.how.Clip {
		floats.Scale(t.how.Clip/norm, gradient.all)
	}
	t.steps++
	a := t.how.Adam
	rate := a.Rate / (1 - math.Pow(a.Beta1, t.steps))
	correct := 1 / (1 - math.Pow(a.Beta2, t.steps))
	for i, g := range gradient.all {
		m := float64(a.Beta1*t.mean[i]) + float64((1-a.Beta1)*g)
		v := float64(a.Beta2*t.size[i]) + float64((1-a.Beta2)*float64(g*g))
		t.mean[i], t.size[i] = m, v
		t.Network.all[i] -= float64(rate * (m / (math.Sqrt(float64(v*correct)) + a.Epsilon)))
	}
	return loss, nil
}

// Score is how well a network does on a batch: the mean loss and the fraction of symbols that it finds most probable
// where they are wanted, both from position from on.
type Score struct{ Loss, Accuracy float64 }

// Test scores the network without changing it.
func (t *Trainer) Test(ctx context.Context, b Batch, from int) (Score, error) {
	scores := make([]Score, (len(b.In)+group-1)/group)
	if len(b.In) > 0 && (from < 0 || from >= len(b.In[0])) {
		return Score{}, fmt.Errorf("recurrent: test from position %d: want one of 0..%d", from, len(b.In[0])-1)
	}
	if err := t.groups(ctx, b, func(k, lo, hi int) {
		p := t.pass(hi-lo, len(b.In[0]))
		p.forward(b.In[lo:hi])
		for at := from; at < len(p.y); at++ {
			for s := range p.width {
				best := 0
				for o := range t.Network.Outputs {
					if p.y[at][o*p.width+s] > p.y[at][best*p.width+s] {
						best = o
					}
				}
				if best == int(b.Want[lo+s][at]) {
					scores[k].Accuracy++
				}
			}
		}
		late := &pass{n: p.n, width: p.width, y: p.y[from:]}
		want := make([][]uint8, p.width)
		for s := range want {
			want[s] = b.Want[lo+s][from:]
		}
		scores[k].Loss = late.loss(want, 1)
		t.give(p)
	}); err != nil {
		return Score{}, err
	}
	var sum Score
	count := float64(len(b.In) * (len(b.In[0]) - from))
	for _, s := range scores {
		sum.Loss, sum.Accuracy = sum.Loss+s.Loss/count, sum.Accuracy+s.Accuracy/count
	}
	return sum, nil
}
