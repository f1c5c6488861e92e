package nalsm

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/glia-sim/glia/networks"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/viz"
)

// drawLiquid shows the liquid as it is built and as it is active: neurons in space, and the synapses between
// them by neuron and by distance.
func (m *machine) drawLiquid(n *networks.LiquidNetwork, v *viewer) error {
	size, first := n.Liquid.Size, int32(n.Liquid.First)
	rates := make([]float64, size)
	for _, id := range v.ids {
		if id >= first {
			rates[id-first] += 1000 / float64(v.shown*m.steps)
		}
	}
	grid := func(axis string) viz.Axis { return viz.Axis{Label: axis, Unit: "grid"} }
	if err := m.run.Figure("liquid", fmt.Sprintf("Neurons of the liquid at their places on the grid, coloured and sized by their mean rate while %d images are shown", v.shown), viz.Space{
		Title: "Activity of the liquid", At: n.Liquid.Positions, Values: rates, X: grid("x"), Y: grid("y"), Z: grid("z"), Label: "Rate", Unit: "Hz",
		Groups: []viz.SpaceGroup{{Name: "excitatory", Size: n.Excitatory}, {Name: "inhibitory", First: n.Excitatory, Size: size - n.Excitatory}}}); err != nil {
		return err
	}
	if err := m.drawConnectivity(n); err != nil {
		return err
	}
	return m.drawWiring(n)
}

// matrixRows bounds the picture of the connectivity, and with it the memory.
const matrixRows = 400

// drawConnectivity draws the weights between liquid neurons, excitatory ones first and neighbours in space together.
func (m *machine) drawConnectivity(n *networks.LiquidNetwork) error {
	size, at := n.Liquid.Size, n.Liquid.Positions
	order := make([]int, size)
	for i := range order {
		order[i] = i
	}
	inhibitory := func(i int) int {
		if i < n.Excitatory {
			return 0
		}
		return 1
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(inhibitory(a), inhibitory(b)), cmp.Compare(at[a][2], at[b][2]), cmp.Compare(at[a][1], at[b][1]), cmp.Compare(at[a][0], at[b][0]))
	})
	place := make([]int, size)
	for k, i := range order {
		place[i] = k
	}
	block := (size + matrixRows - 1) / matrixRows
	rows := (size + block - 1) / block
	matrix := make([][]float64, rows)
	for r := range matrix {
		matrix[r] = make([]float64, rows)
	}
	for _, p := range n.Recurrent {
		if err := p.Each(func(s sim.SynapseValue) {
			matrix[place[s.Target]/block][place[s.Source]/block] += s.Weight / float64(block*block)
		}); err != nil {
			return err
		}
	}
	caption := "Weights between the neurons of the liquid after the initialisation; excitatory neurons come first, each kind ordered by place, layer by layer"
	if m.liquid.Learning == networks.Static {
		caption = "Weights between the neurons of the liquid; excitatory neurons come first, each kind ordered by place, layer by layer"
	}
	if block > 1 {
		caption += fmt.Sprintf(". Means over %d × %d pairs, joined or not", block, block)
	}
	axis := func(label string) viz.Axis { return viz.Axis{Label: label, Min: 0, Max: float64(rows * block)} }
	return m.run.Figure("connectivity", caption, viz.HeatMap{Title: "Connectivity of the liquid", Values: matrix,
		X: axis("Source"), Y: axis("Target"), Label: "Weight", Diverging: true})
}

// pairSources bounds the neurons whose distances to all others are counted.
const pairSources = 400

// ring gathers the pairs of neurons of about one distance.
type ring struct{ pairs, joined, distance, expected float64 }

// drawWiring draws how often pairs of neurons are joined, by distance, beside the rule they are joined by.
func (m *machine) drawWiring(n *networks.LiquidNetwork) error {
	const bin = 1.0
	places, l := n.Liquid.Positions, m.liquid
	distance := func(a, b int) float64 {
		p, q := places[a], places[b]
		return math.Hypot(math.Hypot(p[0]-q[0], p[1]-q[1]), p[2]-q[2])
	}
	every := (n.Liquid.Size + pairSources - 1) / pairSources
	line := viz.Line{Title: "Wiring of the liquid", X: viz.Axis{Label: "Distance", Unit: "grid"}, Y: viz.Axis{Label: "Connection probability", Zero: true}}
	var rules []viz.Series
	for k, of := range []struct {
		name string
		c    float64
	}{{"E→E", l.CEE}, {"E→I", l.CEI}, {"I→E", l.CIE}, {"I→I", l.CII}} {
		p := n.Recurrent[k]
		var rings []ring
		at := func(a, b int) (*ring, float64) {
			d := distance(a, b)
			for len(rings) <= int(d/bin) {
				rings = append(rings, ring{})
			}
			return &rings[int(d/bin)], d
		}
		for a := p.Source.Lo; a < p.Source.Hi; a += every {
			for b := p.Target.Lo; b < p.Target.Hi; b++ {
				if a != b {
					r, d := at(a, b)
					r.pairs++
					r.distance += d
					r.expected += of.c * math.Exp(-d*d/(l.Lambda*l.Lambda))
				}
			}
		}
		if err := p.Each(func(s sim.SynapseValue) {
			if (s.Source-p.Source.Lo)%every == 0 {
				r, _ := at(s.Source, s.Target)
				r.joined++
			}
		}); err != nil {
			return err
		}
		measured, rule := viz.Series{Name: of.name, Markers: true, NoLine: true}, viz.Series{}
		for _, r := range rings {
			if r.pairs < 30 { // too few to measure a probability
				continue
			}
			x := r.distance / r.pairs
			measured.X, measured.Y = append(measured.X, x), append(measured.Y, r.joined/r.pairs)
			rule.X, rule.Y = append(rule.X, x), append(rule.Y, r.expected/r.pairs)
		}
		line.Series, rules = append(line.Series, measured), append(rules, rule)
	}
	// The curves of the rule take the colours of their marks, which repeat after eight.
	line.Series = append(line.Series, slices.Repeat([]viz.Series{{}}, 4)...)
	line.Series = append(line.Series, rules...)
	return m.run.Figure("wiring", fmt.Sprintf("Share of pairs that are joined, by distance: marks as built, dashed the rule C exp(-(D/λ)²) with λ = %g", l.Lambda), line)
}
