package viz

import (
	"strings"
	"testing"
)

func TestPhasePlane(t *testing.T) {
	f := PhasePlane{Title: "P", Caption: "Words.", X: Axis{Label: "v", Unit: "mV", Min: 0, Max: 10}, Y: Axis{Label: "u", Min: 0, Max: 10},
		Nullclines:   []Series{{Name: "u stands still", X: []float64{0, 10}, Y: []float64{0, 10}}},
		Trajectories: []Series{{Name: "a cell", X: []float64{1, 2, nan, 3, 4}, Y: []float64{1, 2, nan, 3, 4}}},
		Flow:         func(x, y float64) (float64, float64) { return 1, 0 }}
	s := draw(t, f)
	for _, want := range []string{"Phase plane of u over v (mV)", "a cell", "u stands still", "Words.", `stroke-opacity=".45"`} {
		if !strings.Contains(s, want) {
			t.Errorf("no %q in the figure", want)
		}
	}
	if strings.Contains(s, "Left out") {
		t.Error("a reset counts as lost data")
	}
	f.Flow = func(x, y float64) (float64, float64) { return nan, 0 }
	if s := draw(t, f); strings.Contains(s, `stroke-opacity=".45"`) {
		t.Error("arrows without a direction")
	}
}

func TestPhasePlaneArrowsPointAlongTheFlow(t *testing.T) {
	c, err := newCanvas(frame{})
	if err != nil {
		t.Fatal(err)
	}
	// One unit of y is as long as ten of x: a flow of (10, 1) runs at 45 degrees, upwards.
	p := newPanel(c, 0, 0, 300, 300, Axis{}, Axis{}, 0, 100, 0, 10)
	PhasePlane{Flow: func(x, y float64) (float64, float64) { return 10, 1 }}.arrows(p)
	d := c.buf.String()
	d = d[strings.Index(d, ` d="`)+4:]
	at := points(d[:strings.Index(d, `"`)])
	if dx, dy := at[1][0]-at[0][0], at[1][1]-at[0][1]; dx <= 0 || dx+dy > 1 || dx+dy < -1 {
		t.Errorf("the first arrow runs by %d, %d", dx, dy)
	}
}
