package readout

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
)

// randomCounts draws counts of 1..20 with the given fraction of zeros.
func randomCounts(rows, cols int, zeros float64) *Features {
	rng := rand.New(rand.NewPCG(3, 4))
	c := make([]uint8, rows*cols)
	for i := range c {
		if rng.Float64() >= zeros {
			c[i] = uint8(1 + rng.IntN(20))
		}
	}
	f, err := NewCounts(c, rows, cols)
	if err != nil {
		panic(err)
	}
	return f
}

func randomLabels(rows, classes int) []int {
	rng := rand.New(rand.NewPCG(5, 6))
	l := make([]int, rows)
	for i := range l {
		l[i] = rng.IntN(classes)
	}
	return l
}

// BenchmarkKernel compares the dense with the packed product at several
// fractions of zeros; where packed begins to win is denseZeros.
func BenchmarkKernel(b *testing.B) {
	const cols, classes = 1000, 10
	m := make([]float32, cols*classes)
	acc := make([]float32, classes)
	work := newScratch(1, cols, classes)
	for _, zeros := range []float64{0, 0.1, 0.2, 0.3, 0.5, 0.8} {
		f := randomCounts(250, cols, zeros)
		for _, packed := range []bool{false, true} {
			b.Run(fmt.Sprintf("zeros=%g/packed=%t", zeros, packed), func(b *testing.B) {
				for i := 0; b.Loop(); i++ {
					work[0].multiplyRow(f, i%250, packed, m, acc)
				}
			})
		}
	}
}

// BenchmarkBatch times one mini-batch of 250, forward, backward and update;
// 200 of them are a pass over 50 000 samples.
func BenchmarkBatch(b *testing.B) {
	for _, size := range []struct {
		cols  int
		zeros float64
	}{{1000, 0}, {1000, 0.3}, {1000, 0.6}, {8000, 0.3}} {
		x := randomCounts(2500, size.cols, size.zeros)
		labels := randomLabels(2500, 10)
		for _, workers := range []int{1, 2} {
			b.Run(fmt.Sprintf("n=%d/zeros=%g/workers=%d", size.cols, size.zeros, workers), func(b *testing.B) {
				p := newPool(workers)
				defer p.close()
				t, err := DefaultSoftmax(10).newTrainer(p, Set{x, labels}, Set{}, Set{})
				if err != nil {
					b.Fatal(err)
				}
				b.SetBytes(int64(250 * size.cols))
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					lo := i % 10 * 250
					t.step(t.order[lo : lo+250])
				}
			})
		}
	}
}

// BenchmarkPass times a whole pass over 50 000 x 1000 counts with the scoring
// of 10 000 validation and 10 000 test samples.
func BenchmarkPass(b *testing.B) {
	train := Set{randomCounts(50000, 1000, 0.3), randomLabels(50000, 10)}
	other := Set{randomCounts(10000, 1000, 0.3), randomLabels(10000, 10)}
	p := newPool(2)
	defer p.close()
	for _, o := range []Optimizer{DefaultAdam(), DefaultAdadelta()} {
		b.Run(fmt.Sprintf("%T", o), func(b *testing.B) {
			s := DefaultSoftmax(10)
			s.Optimizer = o
			t, err := s.newTrainer(p, train, other, other)
			if err != nil {
				b.Fatal(err)
			}
			for i := 1; b.Loop(); i++ {
				if _, err := t.pass(context.Background(), i); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
