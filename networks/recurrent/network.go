package recurrent

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
)

// kernel is the width of the convolution: the site before, the site itself, and the site behind.
const kernel = 3

// Network is a recurrent network. Its weights are plain data and may be changed between calls.
type Network struct {
	Inputs, Units, Outputs int
	// Channels, if above 0, are rings of Units/Channels sites along which U convolves: U[to][from][k], with k = 0 for
	// the site before, and a bias for each channel. 0: U is dense, with a bias for each unit.
	Channels int

	U []float64 // Channels x Channels x 3, or Units x Units
	V []float64 // Units x Inputs
	B []float64 // Channels, or Units
	W []float64 // Outputs x Units
	C []float64 // Outputs

	all []float64 // all of them, one after another
}

// newNetwork allocates the weights.
func newNetwork(inputs, units, outputs, channels int) *Network {
	n := &Network{Inputs: inputs, Units: units, Outputs: outputs, Channels: channels}
	recurrent, biases := units*units, units
	if channels > 0 {
		recurrent, biases = channels*channels*kernel, channels
	}
	n.all = make([]float64, recurrent+units*inputs+biases+outputs*units+outputs)
	rest := n.all
	for _, part := range []struct {
		of   *[]float64
		size int
	}{{&n.U, recurrent}, {&n.V, units * inputs}, {&n.B, biases}, {&n.W, outputs * units}, {&n.C, outputs}} {
		*part.of, rest = rest[:part.size:part.size], rest[part.size:]
	}
	return n
}

// Wave is a network of rings. U moves each channel by shift sites per step, 1 for a travelling wave and 0 for a pattern
// that stays where it is; all symbols enter with weight 1 at site 0 of every channel. W and C are drawn
// uniformly within 1/sqrt(units) of 0.
func Wave(sites, channels, shift, inputs, outputs int, rng *rand.Rand) (*Network, error) {
	if sites < 3 || channels < 1 || shift < -1 || shift > 1 {
		return nil, fmt.Errorf("recurrent: %d sites, %d channels, shift %d: want at least 3 and 1, and a shift of -1, 0 or 1", sites, channels, shift)
	}
	if err := symbols(inputs, outputs); err != nil {
		return nil, err
	}
	n := newNetwork(inputs, sites*channels, outputs, channels)
	for c := range channels {
		n.U[(c*channels+c)*kernel+1-shift] = 1
		for x := range inputs {
			n.V[c*sites*inputs+x] = 1
		}
	}
	n.drawReadout(rng)
	return n, nil
}

// Identity is a dense network whose U is the identity; V is normal with a standard deviation of 0.001. W and C are
// drawn as for [Wave].
func Identity(units, inputs, outputs int, rng *rand.Rand) (*Network, error) {
	if units < 1 {
		return nil, fmt.Errorf("recurrent: %d units: want at least 1", units)
	}
	if err := symbols(inputs, outputs); err != nil {
		return nil, err
	}
	n := newNetwork(inputs, units, outputs, 0)
	for i := range units {
		n.U[i*units+i] = 1
	}
	for k := range n.V {
		n.V[k] = 0.001 * rng.NormFloat64()
	}
	n.drawReadout(rng)
	return n, nil
}

func symbols(inputs, outputs int) error {
	if inputs < 1 || outputs < 2 {
		return fmt.Errorf("recurrent: %d input and %d output symbols: want at least 1 and 2", inputs, outputs)
	}
	return nil
}

func (n *Network) drawReadout(rng *rand.Rand) {
	bound := 1 / math.Sqrt(float64(n.Units))
	for _, w := range [][]float64{n.W, n.C} {
		for k := range w {
			u := float64(2 * rng.Float64())
			w[k] = bound * (u - 1)
		}
	}
}

// Parameters is the number of weights.
func (n *Network) Parameters() int { return len(n.all) }

// sites per ring; of a dense network one, with as many rings as units.
func (n *Network) sites() int {
	if n.Channels > 0 {
		return n.Units / n.Channels
	}
	return 1
}

// mul adds U from to to. Both hold width values for each unit, as all matrices of this package: those of the
// sequences of a group, unit by unit.
func (n *Network) mul(to, from []float64, width int) {
	if n.Channels == 0 {
		for i := range n.Units {
			row := to[i*width : (i+1)*width]
			for j, u := range n.U[i*n.Units : (i+1)*n.Units] {
				if u != 0 {
					floats.AddScaled(row, u, from[j*width:(j+1)*width])
				}
			}
		}
		return
	}
	n.convolve(width, func(k, target, source, size int) {
		if n.U[k] != 0 {
			floats.AddScaled(to[target:target+size], n.U[k], from[source:source+size])
		}
	})
}

// mulTransposed adds U' from to to.
func (n *Network) mulTransposed(to, from []float64, width int) {
	if n.Channels == 0 {
		for i := range n.Units {
			row := from[i*width : (i+1)*width]
			for j, u := range n.U[i*n.Units : (i+1)*n.Units] {
				if u != 0 {
					floats.AddScaled(to[j*width:(j+1)*width], u, row)
				}
			}
		}
		return
	}
	n.convolve(width, func(k, target, source, size int) {
		if n.U[k] != 0 {
			floats.AddScaled(to[source:source+size], n.U[k], from[target:target+size])
		}
	})
}

// correlate adds to the gradient of U what the error z at the units owes to the states h before.
func (n *Network) correlate(gradient, z, h []float64, width int) {
	if n.Channels == 0 {
		for i := range n.Units {
			row, g := z[i*width:(i+1)*width], gradient[i*n.Units:(i+1)*n.Units]
			for j := range g {
				g[j] += floats.Dot(row, h[j*width:(j+1)*width])
			}
		}
		return
	}
	n.convolve(width, func(k, target, source, size int) {
		gradient[k] += floats.Dot(z[target:target+size], h[source:source+size])
	})
}

// convolve visits all stretches of rings that weight U[k] connects: so many values from source onto those from target.
func (n *Network) convolve(width int, visit func(k, target, source, size int)) {
	ring := n.sites() * width
	for to := range n.Channels {
		for from := range n.Channels {
			k, target, source := (to*n.Channels+from)*kernel, to*ring, from*ring
			visit(k, target+width, source, ring-width)
			visit(k, target, source+ring-width, width)
			visit(k+1, target, source, ring)
			visit(k+2, target, source+width, ring-width)
			visit(k+2, target+ring-width, source, width)
		}
	}
}
