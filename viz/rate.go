package viz

import (
	"fmt"
	"math"
)

// maxRateBins bounds the memory of the rate panel.
const maxRateBins = 1_000_000

// rates counts the spikes of each population in bins and divides by size and
// width. A last bin that is cut by the end of the window counts with the
// width it has.
func (m *rows) rates() (hz [][]float64, bin float64, err error) {
	if m.NoRate {
		return nil, 0, nil
	}
	span := m.hi - m.lo
	bin = m.RateBin
	if bin == 0 {
		bin = niceStep(span, 200)
	}
	if span/bin > maxRateBins {
		return nil, 0, fieldError("RateBin", bin, fmt.Sprintf("the shown %s ms hold more than a million bins; use wider ones", number(span, 4)))
	}
	n := max(1, int(math.Ceil(span/bin-1e-9)))
	hz = make([][]float64, len(m.pops))
	for k := range hz {
		hz[k] = make([]float64, n)
	}
	hint := 0
	for i, t := range m.Times {
		if !finite(t) || t < m.lo || t > m.hi {
			continue
		}
		if k := m.population(m.IDs[i], hint); k >= 0 {
			hz[k][min(n-1, int((t-m.lo)/bin))]++
			hint = k
		}
	}
	for k, p := range m.pops {
		for b := range hz[k] {
			width := math.Min(bin, span-float64(b)*bin)
			if p.Size > 0 && width > 0 {
				hz[k][b] *= 1000 / (float64(p.Size) * width)
			}
		}
	}
	return hz, bin, nil
}

func (m *rows) rateNote(bin float64) string {
	s := fmt.Sprintf("Rates in bins of %s ms", number(bin, 3))
	if m.rowOf != nil {
		s += ", over all neurons"
	}
	return s + "."
}

// drawRates draws each population's rate as a staircase.
func (m *rows) drawRates(p *panel, hz [][]float64, bin float64) {
	if m.counted == 0 {
		return
	}
	p.c.clip(p.x, p.y-1, p.w, p.h+2)
	for k := range hz {
		if m.pops[k].Size == 0 {
			continue
		}
		xs, ys := make([]float64, 0, len(hz[k])+1), make([]float64, 0, len(hz[k])+1)
		for b, v := range hz[k] {
			xs, ys = append(xs, m.lo+float64(b)*bin), append(ys, v)
		}
		xs, ys = append(xs, m.hi), append(ys, ys[len(ys)-1])
		d := p.curve(steps(xs, ys))
		p.c.draw(&d, 1.3, seriesStroke(k), dash(seriesDash(k)), `stroke-linejoin="round"`)
	}
	p.c.Gend()
}
