package coding

import (
	"math"

	"github.com/glia-sim/glia/sim"
)

// Population shares each value out to Fields channels by Gaussian receptive fields,
//
//	a_j(x) = exp(-(x - c_j)²/(2 w²)),   c_j = Lo + (Hi - Lo) j/(Fields - 1),   w = Width (Hi - Lo)/(Fields - 1)
//
// and lets another coder turn these activations, which lie in (0, 1], into spikes: Poisson or Latency with Lo 0 and Hi
// 1 (Bohte, Kok & La Poutré 2002, doi 10.1016/S0925-2312(01)00658-0). The fields of input k are the channels from
// k·Fields on.
type Population struct {
	Lo, Hi float64 // centres of the first and the last field
	Fields int     // at least 2
	Width  float64 // standard deviation of a field in distances of centres, above 0; 1 is usual
	Spikes Coder   `json:"-"` // of the activations
}

// NewEncoder makes the encoder.
func (p Population) NewEncoder(inputs int, duration float64) (Encoder, error) {
	var c checker
	c.common(inputs, duration)
	c.scale("Population", p.Lo, p.Hi)
	c.require(p.Fields >= 2, "Population.Fields", p.Fields, "must be at least 2")
	c.require(p.Width > 0 && finite(p.Width), "Population.Width", p.Width, "must be above 0")
	c.require(p.Spikes != nil, "Population.Spikes", p.Spikes, "must be the coder of the activations")
	if c.err != nil {
		return nil, c.err
	}
	inner, err := p.Spikes.NewEncoder(inputs*p.Fields, duration)
	if err != nil {
		return nil, err
	}
	return &populationEncoder{p, inner, make([]float64, inputs*p.Fields)}, nil
}

// Activations writes the activations of all fields by a sample to dst, of length len(sample)·Fields.
func (p Population) Activations(dst, sample []float64) {
	spacing := (p.Hi - p.Lo) / float64(p.Fields-1)
	for k, x := range sample {
		for j := range p.Fields {
			z := (x - p.Lo - float64(j)*spacing) / (p.Width * spacing)
			dst[k*p.Fields+j] = math.Exp(-z * z / 2)
		}
	}
}

type populationEncoder struct {
	Population
	inner       Encoder
	activations []float64
}

func (e *populationEncoder) Channels() int { return e.inner.Channels() }

func (e *populationEncoder) Reset(trial uint64) { e.inner.Reset(trial) }

func (e *populationEncoder) State(c *sim.Codec) { e.inner.State(c) }

func (e *populationEncoder) Encode(dst []Spike, sample []float64) []Spike {
	e.Activations(e.activations, sample)
	return e.inner.Encode(dst, e.activations)
}
