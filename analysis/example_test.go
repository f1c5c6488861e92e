package analysis_test

import (
	"fmt"
	"math"

	"github.com/glia-sim/glia/analysis"
)

func Example() {
	// Neuron 0 fires every 20 ms, neuron 1 in pairs.
	s := analysis.Spikes{
		Times: []float64{0, 10, 15, 20, 40, 50, 55, 60, 80, 90, 95},
		IDs:   []int32{0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1},
	}
	cv, n := analysis.MeanCV(s, 0, 2, analysis.DefaultMinIntervals)
	fmt.Printf("%.0f Hz, CV %.3f over %d neurons\n", analysis.MeanRate(s, 2, 0, 100), cv, n)
	// Output: 55 Hz, CV 0.432 over 2 neurons
}

func ExamplePowerSpectrum() {
	x := make([]float64, 4000) // 4 s in steps of 1 ms
	for i := range x {
		x[i] = 5 + math.Sin(2*math.Pi*40*float64(i)/1000)
	}
	w := analysis.DefaultWelch()
	w.Scaling = analysis.Density
	p, err := analysis.PowerSpectrum(x, 1, w)
	if err != nil {
		fmt.Println(err)
		return
	}
	f, _ := p.Peak(4, 100)
	fmt.Printf("peak at %.0f Hz, variance %.2f\n", f, p.Band(30, 50))
	// Output: peak at 40 Hz, variance 0.50
}

func ExampleBranchingFactor() {
	// A chain 0 -> 1 -> 2 along which one spike travels in steps of 2 ms.
	post := analysis.Adjacency{Offsets: []int{0, 1, 2, 2}, Indices: []int32{1, 2}}
	pre, err := post.Transpose()
	if err != nil {
		fmt.Println(err)
		return
	}
	s := analysis.Spikes{Times: []float64{100, 102, 104}, IDs: []int32{0, 1, 2}}
	bf, err := analysis.BranchingFactor(s, post, pre, analysis.DefaultBranchingWindow())
	fmt.Printf("%.3f %v\n", bf, err) // the last of the chain has no followers
	// Output: 0.667 <nil>
}
