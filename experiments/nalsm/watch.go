package nalsm

import "fmt"

// watch shows whoever watches the run what the last image has done to the liquid: its rate and that of its
// input, and the astrocytes. The counts are those before the image.
func (m *machine) watch(t *tank, input, liquid int64) {
	now, seconds := float64(t.now()), float64(m.initSteps)/1000
	m.run.Signal("liquid rate", "Hz", now, float64(t.LiquidSpikes.Total-liquid)/seconds/float64(m.liquid.Size()))
	m.run.Signal("input rate", "Hz", now, float64(t.InputSpikes.Total-input)/seconds/float64(m.liquid.Inputs))
	for d, a := range t.Astrocytes[:min(drawnTerritories, len(t.Astrocytes))] {
		name := "astrocyte"
		if len(t.Astrocytes) > 1 {
			name = fmt.Sprintf("astrocyte %d", d+1)
		}
		m.run.Signal(name, "", now, a.Value())
	}
	m.run.Simulated(now)
}
