package viz

import (
	"bytes"
	"strings"
	"testing"
)

func TestBars(t *testing.T) {
	b := Bars{Title: "B", Categories: []string{"L2/3E", "L4E", "a network with a long name that needs a great deal of room"},
		Groups: []BarGroup{{Name: "this run", Values: []float64{0.9, 4.4, nan}, Err: []float64{0.1, 0, 1}}, {Name: "other", Values: []float64{1, -2, 3}}},
		Points: []float64{1, nan, 5}, PointErr: []float64{0.5, 1, 100}, X: Axis{Label: "Rate", Unit: "Hz"}}
	s := draw(t, b)
	if got := count(s, `<rect [^>]*fill-opacity="\.7"`); got != 5 {
		t.Errorf("%d bars, want 5", got)
	}
	for _, want := range []string{">L2/3E<", "this run", "published", "Rate (Hz)", "L4E: 4.4, \u22122.", "L2/3E: 0.9, 1 (published 1).", "…"} {
		if !strings.Contains(s, want) {
			t.Errorf("no %q in the figure", want)
		}
	}
	b.X.Log = true
	if s := draw(t, b); count(s, "<circle ") != 6 { // 4 positive values and 2 in the legend
		t.Errorf("%d marks on a logarithmic axis, want 6", count(s, "<circle "))
	}
	for want, bad := range map[string]Bars{
		"Groups[0].Values": {Categories: []string{"a"}, Groups: []BarGroup{{}}},
		"Groups[0].Err":    {Categories: []string{"a"}, Groups: []BarGroup{{Values: []float64{1}, Err: []float64{1, 2}}}},
		"Points":           {Categories: []string{"a"}, Points: []float64{1, 2}},
		"PointErr":         {Categories: []string{"a"}, Points: []float64{1}, PointErr: []float64{1, 2}},
		"Categories":       {Categories: make([]string, 201)},
	} {
		if err := bad.Render(&bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one about %s", err, want)
		}
	}
}
