package reservoir

import "fmt"

// WaveEquationConfig describes strings that carry the input as a physical wave, the second-order sibling of [WaveConfig]:
//
//	u_tt = Speed² u_xx - Damping u_t,   u(0, t) = input,
//
// one string for each input, whose first site the input moves as a hand moves a rope. A wave travels at Speed, loses the
// factor exp(-Damping x/(2 Speed)) on its way x, and leaves at the far end, unless that is fixed. The step is the leap-frog,
//
//	(1+g) u_i(n+1) = 2 u_i(n) - (1-g) u_i(n-1) + r² (u_{i+1}(n) - 2 u_i(n) + u_{i-1}(n)),   r = Speed Step/Spacing,   g = Damping Step/2,
//
// stable for r of at most 1 (Courant, Friedrichs & Lewy 1928). At r = 1 and without damping it is exact: site i holds the
// input of i steps ago, and the memory capacity over lags from 1 on is Sites, the last of them among the displacements of the
// step before. Below 1 short waves lag behind long ones: a wave of number k has the frequency cos(omega Step) = (1 - 2 r² sin²(k Spacing/2))/sqrt(1 - g²). An open end obeys
// u_t + Speed u_x + Damping/2 u = 0 (Engquist & Majda 1977; box scheme).
type WaveEquationConfig struct {
	Sites   int // of each string, at least 3
	Inputs  int
	Speed   float64 // c, length per time
	Damping float64 // gamma, per time, at least 0; energy decays at this rate
	Step    float64 // time between two input samples
	Spacing float64 // length between two sites
	Fixed   bool    // the far end does not move and reflects waves, instead of letting them out
}

// DefaultWaveEquation are open strings without damping on which a wave moves one site per step.
func DefaultWaveEquation(sites, inputs int) WaveEquationConfig {
	return WaveEquationConfig{Sites: sites, Inputs: inputs, Speed: 1, Step: 1, Spacing: 1}
}

// Courant is the number of sites that a wave moves per step, r.
func (c WaveEquationConfig) Courant() float64 { return c.Speed * c.Step / c.Spacing }

// Build makes the network of linear units. Unit k*Sites + i is the displacement at site i of string k, and as many
// units after all of these hold the displacements of the step before.
func (c WaveEquationConfig) Build() (*ESN, error) {
	positive := func(v float64) bool { return v > 0 && finite(v) }
	r := c.Courant()
	if err := firstFailed(
		check{"sites", c.Sites, c.Sites >= 3 && c.Sites <= 1<<20, "must be at least 3"},
		check{"inputs", c.Inputs, c.Inputs >= 1 && c.Inputs <= 1<<20 && c.Inputs*c.Sites <= 1<<20, "must be at least 1, and all strings below 2^20 sites"},
		check{"speed", c.Speed, positive(c.Speed), "must be finite and above 0"},
		check{"damping", c.Damping, c.Damping >= 0 && finite(c.Damping), "must be finite and at least 0"},
		check{"step", c.Step, positive(c.Step), "must be finite and above 0"},
		check{"spacing", c.Spacing, positive(c.Spacing), "must be finite and above 0"},
		check{"Courant number Speed Step/Spacing", r, r > 0 && r <= 1,
			fmt.Sprintf("must be at most 1, or the leap-frog is unstable: shorten the step to %.6g or widen the spacing to %.6g", c.Spacing/c.Speed, c.Speed*c.Step)},
	); err != nil {
		return nil, err
	}
	n := c.Sites * c.Inputs
	w := &CSR{Rows: 2 * n, Cols: 2 * n, Start: make([]int32, 1, 2*n+1)}
	in := NewDense(2*n, c.Inputs)
	row := func(columns []int, weights []float64) {
		for k, j := range columns {
			if weights[k] != 0 {
				w.Index, w.Data = append(w.Index, int32(j)), append(w.Data, weights[k])
			}
		}
		w.Start = append(w.Start, int32(len(w.Data)))
	}
	g := c.Damping * c.Step / 2
	side, self, before := r*r/(1+g), (2-2*r*r)/(1+g), -(1-g)/(1+g)
	for k := range c.Inputs {
		first, last := k*c.Sites, (k+1)*c.Sites-1
		in.Row(first)[k] = 1
		row(nil, nil)
		for i := first + 1; i < last; i++ {
			row([]int{i - 1, i, i + 1, n + i}, []float64{side, self, side, before})
		}
		if c.Fixed {
			row(nil, nil)
			continue
		}
		// The new value of the site before the last is that of its own row.
		h := g / 2
		a := -(1 - r + h) / (1 + r + h)
		row([]int{last - 2, last - 1, last, n + last - 1},
			[]float64{a * side, a*self + (1+r-h)/(1+r+h), a*side + (1-r-h)/(1+r+h), a * before})
	}
	for i := range n {
		row([]int{i}, []float64{1})
	}
	return NewESN(w, in, nil, 1, Identity)
}
