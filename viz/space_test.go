package viz

import (
	"bytes"
	"math"
	"strings"
	"testing"
)

// cube is a lattice of n^3 neurons whose values grow along z.
func cube(n int) (at [][3]float64, values []float64) {
	for x := range n {
		for y := range n {
			for z := range n {
				at, values = append(at, [3]float64{float64(x), float64(y), float64(z)}), append(values, float64(z))
			}
		}
	}
	return at, values
}

func TestSpaceViewKeepsDistancesAndDepth(t *testing.T) {
	at, values := cube(3)
	c, err := newCanvas(frame{})
	if err != nil {
		t.Fatal(err)
	}
	s := Space{At: at, Values: values, Turn: 30, Tilt: 25}
	v := s.look(&panel{c: c, x: 0, y: 0, w: 400, h: 400})
	// In parallel projection, page and depth together keep all distances.
	x0, y0, d0 := v.at([3]float64{0, 0, 0})
	for _, q := range [][3]float64{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {2, 1, 2}} {
		x, y, d := v.at(q)
		got := math.Sqrt(math.Pow((x-x0)/v.scale, 2) + math.Pow((y-y0)/v.scale, 2) + (d-d0)*(d-d0))
		if want := math.Sqrt(q[0]*q[0] + q[1]*q[1] + q[2]*q[2]); math.Abs(got-want) > 1e-12 {
			t.Errorf("%v is %g from the origin, want %g", q, got, want)
		}
	}
	if _, up, _ := v.at([3]float64{0, 0, 1}); up >= y0 {
		t.Error("z does not point upwards")
	}
	for k := range 8 {
		if x, y, _ := v.at(v.corner(k)); x < 0 || x > 400 || y < 0 || y > 400 {
			t.Errorf("corner %d at %g, %g is outside the panel", k, x, y)
		}
	}
}

func TestSpaceDrawsEveryNeuron(t *testing.T) {
	at, values := cube(4)
	values[0] = nan
	s := draw(t, Space{Title: "S", At: at, Values: values, Groups: []SpaceGroup{{"excitatory", 0, 48}, {"inhibitory", 48, 16}}, Label: "Rate", Unit: "Hz", X: Axis{Label: "x axis"}})
	if got := strings.Count(s, "<circle"); got != 48 {
		t.Errorf("%d circles, want 48", got)
	}
	for _, want := range []string{"excitatory", "inhibitory", "x axis", "Rate (Hz)", "no data (1 neuron)", "48 neurons", hex(viridis[0]), hex(viridis[19]), hex(noData)} {
		if !strings.Contains(s, want) {
			t.Errorf("no %q in the figure", want)
		}
	}
	at, values = cube(20)
	if s = draw(t, Space{At: at, Values: values}); strings.Count(s, "<circle") != 4000 || !strings.Contains(s, "one of 2 neurons, of 8000") {
		t.Errorf("%d circles of 8000 neurons", strings.Count(s, "<circle"))
	}
}

func TestSpaceErrors(t *testing.T) {
	at, values := cube(2)
	for want, s := range map[string]Space{
		"Values":     {At: at},
		"At[0][1]":   {At: [][3]float64{{0, nan, 0}}, Values: []float64{1}},
		"Groups[0]":  {At: at, Values: values, Groups: []SpaceGroup{{"g", 5, 5}}},
		"Turn, Tilt": {At: at, Values: values, Tilt: 100},
		"Low, High":  {At: at, Values: values, Low: 2, High: 1},
	} {
		if err := s.Render(&bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one about %s", err, want)
		}
	}
}
