package viz

import (
	"fmt"
	"io"
	"math"
	"slices"
)

// Histogram draws how values are distributed, several samples overlaid on
// common bins.
type Histogram struct {
	Title   string
	Caption string
	Desc    string
	ID      string
	Size    Size

	X       Axis
	Samples []Sample
	// BinWidth in units of X; 0: chosen from the data by the rule of
	// Freedman and Diaconis (1981), rounded to a nice number.
	BinWidth float64
	// Edges are the bin limits, ascending, instead of BinWidth; needed by
	// samples that are given as counts.
	Edges []float64
	// Density divides by sample size and bin width, so that the area is 1.
	Density bool
	// LogCount draws the counts logarithmically.
	LogCount bool
	Lines    []RefLine // vertical, e.g. a mean
}

// Sample is one set of values.
type Sample struct {
	Name   string
	Values []float64
	// Counts, one per bin of Edges, instead of Values.
	Counts []float64
}

const maxBins = 2000

// Render writes the figure as SVG.
func (h Histogram) Render(w io.Writer) error {
	if err := h.validate(); err != nil {
		return err
	}
	c, err := newCanvas(frame{h.Title, h.Caption, h.Desc, h.ID, h.Size})
	if err != nil {
		return err
	}
	edges, err := h.edges()
	if err != nil {
		return err
	}
	heights, drawn, skipped, outside := h.count(edges)
	ya := Axis{Label: "Count", Zero: true, Log: h.LogCount}
	if h.Density {
		ya.Label = "Density"
		if h.X.Unit != "" {
			ya.Unit = "1/" + h.X.Unit
		}
	}
	var ey extent
	for _, hs := range heights {
		for _, v := range hs {
			if !h.LogCount || v > 0 {
				ey.add(v)
			}
		}
	}
	if drawn == 0 {
		ey = extent{}
	}
	ylo, yhi := ya.rangeOf(ey, 0.05)
	if h.LogCount && drawn > 0 {
		ylo = ey.min / 2 // a single value must stand above the axis
	}
	if len(h.Samples) > 1 {
		var items []entry
		for i, s := range h.Samples {
			if s.Name != "" {
				items = append(items, entry{s.Name, i, entryBox})
			}
		}
		c.legend(items)
	}
	var notes []string
	if skipped > 0 {
		notes = append(notes, fmt.Sprintf("Left out: %s (not finite).", plural(skipped, "value")))
	}
	if outside > 0 {
		notes = append(notes, fmt.Sprintf("%s outside the bins.", plural(outside, "value")))
	}
	xa := h.X
	xa.Log = false
	ex := extent{edges[0], edges[len(edges)-1], true}
	for _, r := range h.Lines {
		if finite(r.Value) {
			ex.add(r.Value)
		}
	}
	xlo, xhi := xa.rangeOf(ex, 0.01)
	_, _, exp := newScale(xlo, xhi, false, 0, 1).ticks(c.xTickCount(c.size.Width))
	below := c.belowX(xa.text(exp))
	height := c.room(240, below, notes)
	left := c.gutter(ya, ylo, yhi, height)
	p := newPanel(c, left, c.y, c.size.Width-left-c.rightMargin(), height, xa, ya, xlo, xhi, ylo, yhi)
	p.grid(false)
	if drawn == 0 {
		p.say("no data")
	}
	c.clip(p.x, p.y, p.w, p.h)
	lab := &labeller{p: p}
	if drawn > 0 {
		p.bars(edges, heights, lab)
	}
	lines := slices.Clone(h.Lines)
	for i := range lines {
		lines[i].Vertical = true
	}
	lab.lines(lines)
	c.Gend()
	lab.lineLabels(lines)
	p.left()
	p.bottom(true)
	c.y = p.y + p.h + below
	return c.finish(w, h.about(edges, drawn), notes)
}

func (h Histogram) validate() error {
	if h.X.Log {
		return fieldError("X.Log", true, "histograms have linear bins; take the logarithm of the values and say so in the label")
	}
	if err := h.X.validate("X"); err != nil {
		return err
	}
	if h.BinWidth < 0 || !finite(h.BinWidth) {
		return fieldError("BinWidth", h.BinWidth, "use a positive width, or 0 to have it chosen")
	}
	for i, e := range h.Edges {
		if !finite(e) || i > 0 && e <= h.Edges[i-1] {
			return fieldError(fmt.Sprintf("Edges[%d]", i), e, "edges must be finite and ascending")
		}
	}
	if len(h.Edges) == 1 || len(h.Edges) > maxBins+1 {
		return fieldError("len(Edges)", len(h.Edges), "use 2 to 2001 edges, or none")
	}
	for i, s := range h.Samples {
		name := fmt.Sprintf("Samples[%d]", i)
		if s.Counts == nil {
			continue
		}
		if s.Values != nil {
			return fmt.Errorf("viz: %s has Values and Counts: give one of the two", name)
		}
		if len(h.Edges) != len(s.Counts)+1 {
			return fmt.Errorf("viz: %s.Counts has %d values but Edges has %d: there must be one edge more than counts", name, len(s.Counts), len(h.Edges))
		}
		for k, v := range s.Counts {
			if !finite(v) || v < 0 {
				return fieldError(fmt.Sprintf("%s.Counts[%d]", name, k), v, "counts are finite and not negative")
			}
		}
	}
	return nil
}

// edges are the common bins of all samples.
func (h Histogram) edges() ([]float64, error) {
	if h.Edges != nil {
		return h.Edges, nil
	}
	var e extent
	width, all := math.Inf(1), []float64(nil)
	for _, s := range h.Samples {
		var v []float64
		for _, x := range s.Values {
			if finite(x) {
				e.add(x)
				v = append(v, x)
			}
		}
		all = append(all, v...)
		if len(v) > 1 {
			slices.Sort(v)
			iqr := v[len(v)*3/4] - v[len(v)/4]
			if d := 2 * iqr / math.Cbrt(float64(len(v))); d > 0 {
				width = math.Min(width, d)
			}
		}
	}
	if h.X.Min < h.X.Max {
		e = extent{h.X.Min, h.X.Max, true}
	}
	lo, hi := Axis{}.rangeOf(e, 0)
	spacing, shift := 0.0, 0.0
	if h.BinWidth > 0 {
		width = h.BinWidth
		if n := (hi - lo) / width; n > maxBins {
			return nil, fieldError("BinWidth", width, fmt.Sprintf("the data span %s bins of it, at most %d can be drawn", number(n, 3), maxBins))
		}
	} else {
		// Fewer than five or more than eighty bins show little.
		width = math.Max((hi-lo)/80, math.Min((hi-lo)/5, width))
		width = niceStep(width, 1)
		// Values such as rates, of whole numbers of spikes, lie on a lattice:
		// bins that hold now more and now fewer of its points would look like
		// a comb. They lie half way between the points.
		if spacing = lattice(all); spacing > 0 {
			width = spacing * math.Ceil(width/spacing-1e-9)
			shift = spacing / 2
		}
	}
	var edges []float64
	for k := math.Floor((lo+shift)/width + 1e-9); ; k++ {
		edges = append(edges, k*width-shift)
		if n := len(edges); n > 1 && (edges[n-1] > hi || h.X.Min < h.X.Max && edges[n-1] >= hi) || len(edges) > maxBins+2 {
			return edges, nil
		}
	}
}

// lattice is the spacing of values that are all multiples of one number and
// take at least a few of its multiples, or 0 for others. It takes few values
// at their word: they must recur.
func lattice(v []float64) float64 {
	v = slices.Clone(v)
	slices.Sort(v)
	d := slices.Compact(v)
	if len(d) < 4 || len(d)*3 > len(v) {
		return 0
	}
	spacing := math.Inf(1)
	for i := 1; i < len(d); i++ {
		if gap := d[i] - d[i-1]; gap > 1e-9*math.Abs(d[i]) {
			spacing = math.Min(spacing, gap)
		}
	}
	for _, x := range d {
		if n := x / spacing; math.Abs(n-math.Round(n)) > 1e-6*math.Max(1, math.Abs(n)) {
			return 0
		}
	}
	return spacing
}

// count fills the bins; the last bin includes its upper edge.
func (h Histogram) count(edges []float64) (heights [][]float64, drawn, skipped, outside int) {
	n := len(edges) - 1
	for _, s := range h.Samples {
		counts := make([]float64, n)
		total := 0.0
		copy(counts, s.Counts)
		for _, v := range s.Counts {
			total += v
			if v > 0 {
				drawn++
			}
		}
		for _, v := range s.Values {
			if !finite(v) {
				skipped++
				continue
			}
			k, exact := slices.BinarySearch(edges, v)
			if !exact {
				k--
			}
			if k == n && exact {
				k = n - 1
			}
			if k < 0 || k >= n {
				outside++
				continue
			}
			counts[k]++
			total++
			drawn++
		}
		if h.Density && total > 0 {
			for k := range counts {
				counts[k] /= total * (edges[k+1] - edges[k])
			}
		}
		heights = append(heights, counts)
	}
	return heights, drawn, skipped, outside
}

// bars fills each sample lightly and outlines it, so that overlaid samples
// both stay visible.
func (p *panel) bars(edges []float64, heights [][]float64, lab *labeller) {
	base := p.y + p.h
	top := func(v float64) float64 {
		if p.yAxis.Log && v <= 0 {
			return base
		}
		return math.Min(base, p.ys.px(v))
	}
	for i, hs := range heights {
		var d path
		d.move(p.xs.px(edges[0]), base)
		for k, v := range hs {
			d.line(p.xs.px(edges[k]), top(v))
			d.line(p.xs.px(edges[k+1]), top(v))
		}
		d.line(p.xs.px(edges[len(hs)]), base)
		area := d
		area.b = slices.Clone(d.b)
		area.close()
		opacity := `fill-opacity=".35"`
		if len(heights) == 1 {
			opacity = `fill-opacity=".55"`
		}
		p.c.draw(&area, 0, seriesFill(i), opacity, `stroke="none"`)
		p.c.draw(&d, 1.4, seriesStroke(i), dash(seriesDash(i)))
		mids, ys := make([]float64, len(hs)), make([]float64, len(hs))
		for k := range hs {
			mids[k], ys[k] = (edges[k]+edges[k+1])/2, math.Max(hs[k], p.ys.lo)
		}
		lab.watch(mids, ys)
	}
}

func (h Histogram) about(edges []float64, drawn int) string {
	if drawn == 0 {
		return "Empty histogram."
	}
	s := fmt.Sprintf("Histogram of %s with %d bins from %s to %s.", orElse(h.X.text(0), "values"), len(edges)-1,
		number(edges[0], 3), number(edges[len(edges)-1], 3))
	for _, m := range h.Samples {
		n, sum := 0, 0.0
		for _, v := range m.Values {
			if finite(v) {
				n++
				sum += v
			}
		}
		if n > 0 {
			s += fmt.Sprintf(" %s: %s, mean %s.", orElse(m.Name, "Sample"), plural(n, "value"), number(sum/float64(n), 4))
		}
	}
	for _, r := range h.Lines {
		s += fmt.Sprintf(" Reference line %s at %s.", r.Label, number(r.Value, 4))
	}
	return s
}
