package viz

import (
	"fmt"
	"io"
	"math"
)

// MaxMarks is the number of spikes up to which a raster draws each one as a
// mark of its own. Beyond it, spikes are counted in cells of one pixel.
const MaxMarks = 60000

// Raster draws the spikes of several populations over time, coloured by
// population, and below it the rate of each population.
type Raster struct {
	Title   string
	Caption string
	Desc    string
	ID      string
	Size    Size

	Times []float64 // ms, in any order
	IDs   []int32   // the neuron of each spike
	// Populations are the groups of neurons; none: one group from the lowest
	// to the highest id. Spikes of other neurons are left out, and counted
	// in the caption.
	Populations []Population
	// Order lists the ids to show, from the bottom row up: a subset, another
	// order, or both. Nil: all neurons of all populations as they are listed.
	Order []int32
	// Show draws at most this many neurons, spread evenly over each
	// population; 0: all. Rates always count all neurons.
	Show int
	// TopDown puts the first row on top, as for cortical layers.
	TopDown bool
	// Start and Stop bound the shown time in ms; both 0: from the first to
	// the last spike. Rates near the end are right only if Stop is given.
	Start, Stop float64
	RateBin     float64 // width of the bins of the rate in ms; 0: chosen
	NoRate      bool    // leaves out the panel of rates
}

// Population is a group of neurons with consecutive ids.
type Population struct {
	Name  string
	First int32 // lowest id
	Size  int   // number of neurons
}

// rasterRows is the number of rows beyond which a raster is refused: more
// would exhaust memory for ids that are most likely wrong.
const rasterRows = 100_000_000

// rows is what a raster works out before it draws.
type rows struct {
	Raster
	pops    []Population
	n       int             // rows in the plot
	rowOf   map[int32]int32 // with Order or Show
	offset  []int           // first row of each population, without Order
	first   []int           // lowest and highest row of each population shown
	last    []int
	lo, hi  float64
	spikes  []spike // shown
	counted int     // spikes inside the time window and the populations
	notes   []string
}

// spike is one mark: time, row and population.
type spike struct {
	t   float64
	row int32
	pop int32
}

// Render writes the figure as SVG.
func (r Raster) Render(w io.Writer) error {
	m, err := r.prepare()
	if err != nil {
		return err
	}
	c, err := newCanvas(frame{r.Title, r.Caption, r.Desc, r.ID, r.Size})
	if err != nil {
		return err
	}
	rates, bin, err := m.rates()
	if err != nil {
		return err
	}
	xa := Axis{Label: "Time", Unit: "ms"}
	ya := Axis{Label: "Neuron"}
	ra := Axis{Label: "Rate", Unit: "Hz", Zero: true}
	var er extent
	for _, hz := range rates {
		for _, v := range hz {
			er.add(v)
		}
	}
	if er.max == 0 {
		er = extent{0, 1, true}
	}
	rlo, rhi := ra.rangeOf(er, 0.05)
	left := math.Max(m.labelGutter(c, ya), 0)
	if !r.NoRate {
		left = math.Max(left, c.gutter(ra, rlo, rhi, 90))
	}
	left = math.Ceil(left)
	width := math.Floor(c.size.Width - left - c.rightMargin())
	dense := len(m.spikes) > MaxMarks
	below, gap := c.belowX("t"), math.Round(c.pad*1.2)
	// The note depends on the size of the cells, and the room on the length
	// of the note: a draft of it stands in.
	draft := m.notes
	if dense {
		draft = append(draft[:len(draft):len(draft)], m.cellNote(grid{cols: int(width), rows: 300, full: 10}))
	}
	if !r.NoRate {
		draft = append(draft[:len(draft):len(draft)], m.rateNote(bin))
	}
	rateHeight := 0.0
	total := c.room(410, below, draft)
	if r.NoRate {
		total = c.room(310, below, draft)
	} else {
		rateHeight = math.Round((total - gap) * 0.24)
		total -= rateHeight + gap
	}
	p := newPanel(c, left, c.y, width, math.Floor(total), xa, ya, m.lo, m.hi, 0, math.Max(1, float64(m.n)))
	if r.TopDown {
		p.ys = newScale(0, math.Max(1, float64(m.n)), false, p.y, p.y+p.h)
	}
	m.axes(p)
	switch {
	case len(m.spikes) == 0:
		p.say("no spikes")
	case dense:
		g, err := m.drawDense(p)
		if err != nil {
			return err
		}
		m.notes = append(m.notes, m.cellNote(g))
	default:
		m.drawMarks(p)
	}
	p.bottom(r.NoRate)
	c.y += p.h
	if !r.NoRate {
		c.y += gap
		q := newPanel(c, left, c.y, width, rateHeight, xa, ra, m.lo, m.hi, rlo, rhi)
		q.grid(false)
		m.drawRates(q, rates, bin)
		q.left()
		q.bottom(true)
		c.y += rateHeight
		m.notes = append(m.notes, m.rateNote(bin))
	}
	c.y += below
	return c.finish(w, m.about(), m.notes)
}

func (r Raster) validate() error {
	if len(r.Times) != len(r.IDs) {
		return lengthError("Times", len(r.Times), "IDs", len(r.IDs))
	}
	if err := (Axis{Min: r.Start, Max: r.Stop}).validate("Raster.Start, Stop as"); err != nil {
		return err
	}
	if r.Show < 0 {
		return fieldError("Show", r.Show, "use the number of neurons to draw, or 0 for all")
	}
	if r.RateBin < 0 || !finite(r.RateBin) {
		return fieldError("RateBin", r.RateBin, "use a positive width in ms, or 0 to have it chosen")
	}
	total := 0
	for i, p := range r.Populations {
		if p.Size < 0 || p.Size > rasterRows || int64(p.First)+int64(p.Size)-1 > math.MaxInt32 {
			return fieldError(fmt.Sprintf("Populations[%d].Size", i), p.Size, "sizes are 0 to 100 million, and ids stay below 2^31")
		}
		for k, q := range r.Populations[:i] {
			if p.Size > 0 && q.Size > 0 && int64(p.First) < int64(q.First)+int64(q.Size) && int64(q.First) < int64(p.First)+int64(p.Size) {
				return fmt.Errorf("viz: Populations[%d] (%s) and Populations[%d] (%s) share ids: each neuron belongs to one population", k, q.Name, i, p.Name)
			}
		}
		total += p.Size
	}
	if total > rasterRows {
		return fieldError("sum of Populations.Size", total, "at most 100 million rows can be drawn")
	}
	return nil
}

func (r Raster) prepare() (*rows, error) {
	if err := r.validate(); err != nil {
		return nil, err
	}
	m := &rows{Raster: r, pops: r.Populations}
	if len(m.pops) == 0 {
		p, err := r.onlyPopulation()
		if err != nil {
			return nil, err
		}
		m.pops = []Population{p}
	}
	if err := m.layRows(); err != nil {
		return nil, err
	}
	m.collect()
	return m, nil
}

// onlyPopulation spans the ids that occur.
func (r Raster) onlyPopulation() (Population, error) {
	if len(r.IDs) == 0 {
		return Population{Name: "neurons", Size: 1}, nil
	}
	lo, hi := r.IDs[0], r.IDs[0]
	for _, id := range r.IDs {
		lo, hi = min(lo, id), max(hi, id)
	}
	if lo >= 0 && int(lo) <= int(hi)/10 {
		lo = 0 // silent neurons below the first that fired
	}
	n := int(hi) - int(lo) + 1
	if n > rasterRows {
		return Population{}, fieldError("IDs", fmt.Sprintf("%d to %d", lo, hi), "too wide a range for one raster; give Populations")
	}
	return Population{Name: "neurons", First: lo, Size: n}, nil
}

// population finds the population of a neuron, or -1. Neighbouring spikes
// often share it, hence the hint.
func (m *rows) population(id int32, hint int) int {
	in := func(k int) bool {
		d := int64(id) - int64(m.pops[k].First)
		return d >= 0 && d < int64(m.pops[k].Size)
	}
	if in(hint) {
		return hint
	}
	for k := range m.pops {
		if in(k) {
			return k
		}
	}
	return -1
}

// layRows gives each shown neuron its row.
func (m *rows) layRows() error {
	m.offset = make([]int, len(m.pops))
	total := 0
	for k, p := range m.pops {
		m.offset[k] = total
		total += p.Size
		m.first, m.last = append(m.first, -1), append(m.last, -1)
	}
	order := m.Order
	if order == nil && (m.Show == 0 || m.Show >= total) {
		m.n = total
		for k, p := range m.pops {
			if p.Size > 0 {
				m.first[k], m.last[k] = m.offset[k], m.offset[k]+p.Size-1
			}
		}
		return nil
	}
	if order == nil {
		order = m.sample(total)
	} else if m.Show > 0 && m.Show < len(order) {
		short := make([]int32, m.Show)
		for i := range short {
			short[i] = order[i*len(order)/m.Show]
		}
		order = short
	}
	m.n = len(order)
	m.rowOf = make(map[int32]int32, len(order))
	for row, id := range order {
		k := m.population(id, 0)
		if k < 0 {
			return fieldError(fmt.Sprintf("Order[%d]", row), id, "this id belongs to none of the Populations")
		}
		if _, twice := m.rowOf[id]; twice {
			return fieldError(fmt.Sprintf("Order[%d]", row), id, "this id is in Order twice")
		}
		m.rowOf[id] = int32(row)
		if m.first[k] < 0 {
			m.first[k] = row
		}
		m.last[k] = row
	}
	if m.n < total {
		m.notes = append(m.notes, fmt.Sprintf("Shown are %s of %s neurons.", group(m.n), group(total)))
	}
	return nil
}

// sample spreads Show rows over the populations by size, at least one each.
func (m *rows) sample(total int) []int32 {
	var order []int32
	for _, p := range m.pops {
		n := min(p.Size, max(1, int(math.Round(float64(m.Show)*float64(p.Size)/float64(total)))))
		for i := range n {
			order = append(order, p.First+int32(i*p.Size/n))
		}
	}
	return order
}

// collect picks the spikes to draw and counts the others.
func (m *rows) collect() {
	var e extent
	for _, t := range m.Times {
		if finite(t) {
			e.add(t)
		}
	}
	m.lo, m.hi = Axis{Min: m.Start, Max: m.Stop}.rangeOf(e, 0)
	bad, strange, hint := 0, 0, 0
	for i, t := range m.Times {
		if !finite(t) {
			bad++
			continue
		}
		k := m.population(m.IDs[i], hint)
		if k < 0 {
			strange++
			continue
		}
		hint = k
		if t < m.lo || t > m.hi {
			continue
		}
		m.counted++
		row := m.offset[k] + int(m.IDs[i]-m.pops[k].First)
		if m.rowOf != nil {
			r, ok := m.rowOf[m.IDs[i]]
			if !ok {
				continue
			}
			row = int(r)
		}
		m.spikes = append(m.spikes, spike{t, int32(row), int32(k)})
	}
	if bad > 0 {
		m.notes = append(m.notes, fmt.Sprintf("Left out: %s (time not finite).", plural(bad, "spike")))
	}
	if strange > 0 {
		m.notes = append(m.notes, fmt.Sprintf("Left out: %s of neurons in no population.", plural(strange, "spike")))
	}
}

func (m *rows) about() string {
	if m.counted == 0 {
		return "Raster plot without spikes."
	}
	s := fmt.Sprintf("Raster plot of %s from %s to %s ms.", plural(m.counted, "spike"), number(m.lo, 4), number(m.hi, 4))
	counts := make([]int, len(m.pops))
	for _, k := range m.spikes {
		counts[k.pop]++
	}
	for k, p := range m.pops {
		s += fmt.Sprintf(" %s: %s, %s shown.", orElse(p.Name, fmt.Sprintf("Population %d", k+1)), plural(p.Size, "neuron"), plural(counts[k], "spike"))
	}
	return s
}
