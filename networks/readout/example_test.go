package readout_test

import (
	"context"
	"fmt"

	"github.com/glia-sim/glia/networks/readout"
	"gonum.org/v1/gonum/mat"
)

// Spike counts of three neurons for two kinds of stimuli.
func ExampleSoftmax() {
	x, err := readout.NewCounts([]uint8{
		9, 1, 2,
		8, 0, 3,
		1, 9, 2,
		0, 7, 3,
	}, 4, 3)
	if err != nil {
		fmt.Println(err)
		return
	}
	train := readout.Set{X: x, Labels: []int{0, 0, 1, 1}}
	fit, err := readout.DefaultSoftmax(2).Fit(context.Background(), train, readout.Set{}, readout.Set{})
	if err != nil {
		fmt.Println(err)
		return
	}
	classes, err := fit.Best.Predict(x)
	fmt.Println(classes, err)
	// Output: [0 0 1 1] <nil>
}

// Two batches of states with targets y = 2a - b + 1.
func ExampleRidge() {
	r, err := readout.NewRidge(2, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, batch := range [][2][]float64{
		{{0, 0, 1, 0, 0, 1}, {1, 3, 0}},
		{{1, 1, 2, 1, 1, 3}, {2, 4, 0}},
	} {
		if err := r.Add(mat.NewDense(3, 2, batch[0]), mat.NewDense(3, 1, batch[1])); err != nil {
			fmt.Println(err)
			return
		}
	}
	l, err := r.Solve(0)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.3f %.3f\n", l.Weights, l.Bias)
	// Output: [2.000 -1.000] [1.000]
}

// Recursive least squares follows a target sample by sample.
func ExampleRLS() {
	r, err := readout.NewRLS(2, 1, 1e-6)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range [][3]float64{{1, 0, 2}, {0, 1, -1}, {1, 1, 1}} {
		if err := r.Update(s[:2], s[2:]); err != nil {
			fmt.Println(err)
			return
		}
	}
	out := make([]float64, 1)
	err = r.Predict([]float64{3, 1}, out)
	fmt.Printf("%.3f %v\n", out[0], err)
	// Output: 5.000 <nil>
}
