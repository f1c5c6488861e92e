package synapses_test

import (
	"fmt"

	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/synapses"
)

// A depressing synapse at 20 Hz releases less and less.
func ExampleTsodyksMarkram() {
	depression := synapses.TsodyksMarkram{U: 0.45, TauRec: 750, TauFac: 50}
	source := depression.NewRelease(1, sim.Clock{DT: 0.1})
	for k := range 5 {
		fmt.Printf("%.4f ", source.Spike(0, sim.Instant{Tick: sim.Tick(500 * k)}))
	}
	// Output: 0.4500 0.3133 0.1752 0.1090 0.0810
}

// The share of neighbours on a grid that a Gaussian kernel joins.
func ExampleDistanceDependent() {
	at, err := synapses.Grid3D(10, 10, 10, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	rule := synapses.DistanceDependent{
		Kernel:   synapses.Gaussian{C: 0.2, Lambda: 3},
		Autapses: synapses.Forbidden,
	}
	plan, err := rule.Plan(sim.Wiring{Sources: 1000, Targets: 1000, Overlap: true, SourceAt: at, TargetAt: at})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.1f synapses per neuron\n", plan.Expected()/1000)
	// Output: 17.2 synapses per neuron
}

func ExampleFixedInDegree() {
	_, err := synapses.FixedInDegree{K: 20, Multapses: synapses.Forbidden}.Plan(sim.Wiring{Sources: 10, Targets: 10})
	fmt.Println(err)
	// Output: FixedInDegree.K is 20: only 10 sources and no multapses; want 0 to 10, or Multapses: synapses.Allowed
}
