package recurrent

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
)

// Batch are sequences of equal length, of input symbols and of the symbols that are wanted at the same times.
type Batch struct {
	In, Want [][]uint8
}

// check reports sequences that do not fit the network.
func (n *Network) check(b Batch) error {
	if len(b.In) == 0 || len(b.In) != len(b.Want) {
		return fmt.Errorf("recurrent: %d sequences with %d of wanted symbols: want at least one, and as many of both", len(b.In), len(b.Want))
	}
	for _, part := range []struct {
		name  string
		of    [][]uint8
		known int
	}{{"input", b.In, n.Inputs}, {"wanted", b.Want, n.Outputs}} {
		for s, sequence := range part.of {
			if len(sequence) != len(b.In[0]) || len(sequence) == 0 {
				return fmt.Errorf("recurrent: %s sequence %d has %d symbols: want %d, at least 1", part.name, s, len(sequence), len(b.In[0]))
			}
			for t, x := range sequence {
				if int(x) >= part.known {
					return fmt.Errorf("recurrent: %s sequence %d has symbol %d at %d: want one of 0..%d", part.name, s, x, t, part.known-1)
				}
			}
		}
	}
	return nil
}

// pass is working memory for a group of sequences.
type pass struct {
	n     *Network
	width int         // sequences
	h     [][]float64 // states before the first symbol and after each
	y     [][]float64 // scores, later their gradient
	z     []float64   // gradient of what enters the units
	back  []float64   // and of the states before
}

func newPass(n *Network, width, length int) *pass {
	p := &pass{n: n, width: width, z: make([]float64, n.Units*width), back: make([]float64, n.Units*width)}
	for range length {
		p.h, p.y = append(p.h, make([]float64, n.Units*width)), append(p.y, make([]float64, n.Outputs*width))
	}
	p.h = append(p.h, make([]float64, n.Units*width))
	return p
}

// forward takes the sequences, of the length of the pass, through the network.
func (p *pass) forward(in [][]uint8) {
	n, width, sites := p.n, p.width, p.n.sites()
	for t := range p.y {
		h := p.h[t+1]
		for i := range n.Units {
			b, v := n.B[i/sites], n.V[i*n.Inputs:(i+1)*n.Inputs]
			for s, row := 0, h[i*width:(i+1)*width]; s < len(row); s++ {
				row[s] = b + v[in[s][t]]
			}
		}
		n.mul(h, p.h[t], width)
		for i, z := range h {
			h[i] = max(0, z)
		}
		for k := range n.Outputs {
			y := p.y[t][k*width : (k+1)*width]
			for s := range y {
				y[s] = n.C[k]
			}
			for i, w := range n.W[k*n.Units : (k+1)*n.Units] {
				floats.AddScaled(y, w, h[i*width:(i+1)*width])
			}
		}
	}
}

// loss is the sum of -log of the probabilities of the wanted symbols. It turns the scores into the gradient of
// scale times that sum.
func (p *pass) loss(want [][]uint8, scale float64) (sum float64) {
	for t, y := range p.y {
		for s := range p.width {
			top, total := math.Inf(-1), 0.0
			for k := s; k < len(y); k += p.width {
				top = max(top, y[k])
			}
			wanted := int(want[s][t])*p.width + s
			sum += top - y[wanted]
			for k := s; k < len(y); k += p.width {
				y[k] = math.Exp(y[k] - top)
				total += y[k]
			}
			sum += math.Log(total)
			for k := s; k < len(y); k += p.width {
				y[k] *= scale / total
			}
			y[wanted] -= scale
		}
	}
	return sum
}

// backward adds the gradient of all weights to g, after loss.
func (p *pass) backward(in [][]uint8, g *Network) {
	n, width, sites := p.n, p.width, p.n.sites()
	clear(p.back)
	for t := len(p.y) - 1; t >= 0; t-- {
		h := p.h[t+1]
		p.z, p.back = p.back, p.z
		for k := range n.Outputs {
			y := p.y[t][k*width : (k+1)*width]
			g.C[k] += floats.Sum(y)
			weights, gradient := n.W[k*n.Units:(k+1)*n.Units], g.W[k*n.Units:(k+1)*n.Units]
			for i, w := range weights {
				gradient[i] += floats.Dot(y, h[i*width:(i+1)*width])
				floats.AddScaled(p.z[i*width:(i+1)*width], w, y)
			}
		}
		for i := range n.Units {
			row, states, v := p.z[i*width:(i+1)*width], h[i*width:(i+1)*width], g.V[i*n.Inputs:(i+1)*n.Inputs]
			var sum float64
			for s := range row {
				if states[s] == 0 {
					row[s] = 0
					continue
				}
				v[in[s][t]] += row[s]
				sum += row[s]
			}
			g.B[i/sites] += sum
		}
		n.correlate(g.U, p.z, p.h[t], width)
		clear(p.back)
		n.mulTransposed(p.back, p.z, width)
	}
}

// Run takes one sequence through the network and returns the states after each symbol.
func (n *Network) Run(in []uint8) ([][]float64, error) {
	if err := n.check(Batch{[][]uint8{in}, [][]uint8{make([]uint8, len(in))}}); err != nil {
		return nil, err
	}
	p := newPass(n, 1, len(in))
	p.forward([][]uint8{in})
	return p.h[1:], nil
}
