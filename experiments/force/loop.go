package force

import (
	"context"
	"math"
	"sync"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/viz"
	"gonum.org/v1/gonum/floats"
)

// network is what both kinds have in common.
type network interface {
	Advance() error
	Learn(target []float64) error
	Output() []float64
}

// progress adds up the work of several loops.
type progress struct {
	r           *experiments.Run
	mu          sync.Mutex
	done, total float64
}

func newProgress(r *experiments.Run) *progress { return &progress{r: r} }

// stage carries out a job of so much work, or counts the work as done if the job was finished before the run was resumed.
func stage[T any](p *progress, name string, work float64, job func() (T, error)) (T, error) {
	afresh := false
	result, err := experiments.Keep(p.r, name, func() (T, error) {
		afresh = true
		return job()
	})
	if !afresh {
		p.add(work)
	}
	return result, err
}

func (p *progress) add(work float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done += work
	p.r.Progress(p.done, p.total)
}

// loop runs a network through its steps.
type loop struct {
	steps       int
	learn       [2]int // steps from the first and up to the second learn
	every       int    // of which each so-many-th does
	target      func(step int, into []float64)
	channels    int            // outputs
	sample      int            // of so many steps the last is recorded
	after       func(step int) // called after each step, if not nil
	workPerStep float64
	readout     []float64 // weights whose length is to be followed
}

// record is what a loop leaves.
type record struct {
	Output, Target []float64 // channel by channel within each sample
	LengthAt       []float64 // steps at which the readout's length was taken
	Length         []float64
}

func (l loop) run(ctx context.Context, n network, p *progress) (*record, error) {
	kept := l.steps / l.sample * l.channels
	out := &record{Output: make([]float64, 0, kept), Target: make([]float64, 0, kept)}
	piece := max(1, min(l.steps/400, 2000))
	target := make([]float64, l.channels)
	for k := range l.steps {
		if k%piece == 0 {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			p.add(float64(min(piece, l.steps-k)) * l.workPerStep)
			out.LengthAt, out.Length = append(out.LengthAt, float64(k)), append(out.Length, floats.Norm(l.readout, 2))
		}
		if err := n.Advance(); err != nil {
			return nil, err
		}
		l.target(k, target)
		if (k+1)%l.sample == 0 {
			out.Output, out.Target = append(out.Output, n.Output()...), append(out.Target, target...)
		}
		if l.after != nil {
			l.after(k)
		}
		if k >= l.learn[0] && k < l.learn[1] && k%l.every == 0 {
			if err := n.Learn(target); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// meanError is the mean absolute error of the steps from lo up to hi.
func (o *record) meanError(lo, hi int) float64 {
	var sum float64
	for k := lo; k < hi; k++ {
		sum += math.Abs(o.Output[k] - o.Target[k])
	}
	return sum / float64(hi-lo)
}

// rootError is the root mean square error of the steps from lo up to hi.
func (o *record) rootError(lo, hi int) float64 {
	return floats.Distance(o.Output[lo:hi], o.Target[lo:hi], 2) / math.Sqrt(float64(hi-lo))
}

// window is output and target over the steps from lo up to hi, over a time of unit per step.
func (o *record) window(lo, hi int, unit float64) []viz.Series {
	lo, hi = max(lo, 0), min(hi, len(o.Output))
	return []viz.Series{{Name: "target", X: steps(lo, hi, unit), Y: o.Target[lo:hi]}, {Name: "output", X: steps(lo, hi, unit), Y: o.Output[lo:hi]}}
}

// errors is the mean absolute error in pieces of width steps.
func (o *record) errors(name string, width int, unit float64) viz.Series {
	s := viz.Series{Name: name}
	for lo := 0; lo+width <= len(o.Output); lo += width {
		s.X, s.Y = append(s.X, (float64(lo)+float64(width)/2)*unit), append(s.Y, o.meanError(lo, lo+width))
	}
	return s
}

// lengths is the length of the readout over time.
func (o *record) lengths(name string, unit float64) viz.Series {
	x := append([]float64(nil), o.LengthAt...)
	floats.Scale(unit, x)
	return viz.Series{Name: name, X: x, Y: o.Length}
}

func steps(lo, hi int, unit float64) []float64 {
	x := make([]float64, 0, hi-lo)
	for k := lo; k < hi; k++ {
		x = append(x, float64(k+1)*unit)
	}
	return x
}
