package reservoir_test

import (
	"fmt"
	"math"

	"github.com/glia-sim/glia/networks/readout"
	"github.com/glia-sim/glia/networks/reservoir"
)

// A network learns to tell the square of the input of two steps ago.
func ExampleTrain() {
	u, square := make([]float64, 1200), make([]float64, 1200)
	for t := range u {
		u[t] = math.Sin(float64(t)) * math.Cos(0.37*float64(t))
		if t >= 2 {
			square[t] = u[t-2] * u[t-2]
		}
	}
	n, err := reservoir.DefaultESN(100, 1).Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	model, err := reservoir.Train(n, reservoir.Features{}, reservoir.Series(u[:1000]), reservoir.Series(square[:1000]), 100, 1e-8)
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := model.Predict(reservoir.Series(u[1000:]))
	if err != nil {
		fmt.Println(err)
		return
	}
	e, err := readout.NRMSE(out.RawMatrix().Data, square[1000:])
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("error below 1 %:", e < 0.01)
	// Output: error below 1 %: true
}

// Inhibition adapts until every unit fires at half its largest rate.
func ExampleAdaptation() {
	n, err := reservoir.DefaultEI(100, 1).Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	drive := make([]float64, 4000)
	for t := range drive {
		drive[t] = math.Sin(float64(t * t))
	}
	adapt := reservoir.Adaptation{Targets: reservoir.HomogeneousTargets(100, 0.5)}
	if err := adapt.Run(n, reservoir.Series(drive)); err != nil {
		fmt.Println(err)
		return
	}
	x, err := reservoir.Collect(n, reservoir.Series(drive), 100)
	if err != nil {
		fmt.Println(err)
		return
	}
	sum := 0.0
	for _, v := range x.RawMatrix().Data {
		sum += v
	}
	fmt.Printf("mean rate %.1f\n", sum/float64(len(x.RawMatrix().Data)))
	// Output: mean rate 0.5
}
