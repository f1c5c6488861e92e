package neurons_test

import (
	"context"
	"fmt"

	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/sim"
)

// The event-driven form of a model has the same parameters and fires between the grid points.
func ExampleLIFDeltaEvent() {
	m := neurons.DefaultLIFDelta()
	m.IE = 400 // pA
	net := sim.New(sim.Options{DT: 1})
	stepped := net.Populate("stepped", 1, m)
	event := net.Populate("event", 1, neurons.LIFDeltaEvent(m))
	onGrid, exact := net.RecordSpikes(sim.SpikeOptions{}, stepped), net.RecordSpikes(sim.SpikeOptions{}, event)
	if err := net.Run(context.Background(), 60); err != nil {
		fmt.Println(err)
		return
	}
	times, _ := onGrid.Trains()
	fmt.Printf("on the grid: %.4f ms\n", times)
	times, _ = exact.Trains()
	fmt.Printf("exact:       %.4f ms\n", times) // 10 ln 16, and 2 ms + 10 ln 16 later
	// Output:
	// on the grid: [28.0000 58.0000] ms
	// exact:       [27.7259 57.4518] ms
}
