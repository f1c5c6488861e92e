package viz_test

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/glia-sim/glia/viz"
)

// A raster of two populations, written to memory; WriteFile writes to disk.
func ExampleRaster() {
	var b bytes.Buffer
	err := viz.Raster{
		Title:       "Two populations",
		Times:       []float64{12.5, 40, 41.2, 80}, // ms
		IDs:         []int32{0, 3, 1, 4},
		Populations: []viz.Population{{Name: "excitatory", First: 0, Size: 4}, {Name: "inhibitory", First: 4, Size: 1}},
		Stop:        100,
	}.Render(&b)
	fmt.Println(err, strings.Contains(b.String(), "Raster plot of 4 spikes from 0 to 100 ms."))
	// Output: <nil> true
}

// A measured curve with its spread, and a published value beside it.
func ExampleLine() {
	var b bytes.Buffer
	err := viz.Line{
		Title:  "Accuracy",
		X:      viz.Axis{Label: "Training images", Log: true},
		Y:      viz.Axis{Label: "Accuracy", Unit: "%"},
		Series: []viz.Series{{Name: "ours", X: []float64{1000, 10000}, Y: []float64{90.9, 94.2}, Err: []float64{0.7, 0.3}}},
		Points: []viz.RefPoint{{X: 10000, Y: 94.3, Err: 0.5, Label: "published"}},
	}.Render(&b)
	fmt.Println(err, strings.Contains(b.String(), "Reference published: 94.3 at 10\u202f000."))
	// Output: <nil> true
}
