package tasks

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/glia-sim/glia/networks/reservoir"
	"gonum.org/v1/gonum/mat"
)

// Parity is the memory of Bertschinger & Natschläger (2004) for something nonlinear: from the state at t a linear
// readout is to tell the parity of three successive input bits e = ±1,
//
//	e(t-k) e(t-k-1) e(t-k-2),   k = 0 .. Delays-1
//
// of independent bits. An error rate p at a delay leaves 1 - H(p) bits; the capacity is their sum.
type Parity struct {
	Mean                 float64 // inputs are Mean + e
	Delays               int     // default 10
	Washout, Train, Test int     // steps; default 100, 2000, 1000
	Lambda               float64 // of the ridge readout; default 0.1
}

// DefaultParity is the protocol of the reference table.
func DefaultParity() Parity {
	return Parity{Delays: 10, Washout: 100, Train: 2000, Test: 1000, Lambda: 0.1}
}

// Measure draws the bits from the seed and returns the capacity [bit], in all and at each delay.
func (p Parity) Measure(r reservoir.Reservoir, seed uint64) (Capacity, error) {
	s := split{reservoir.Features{}, p.Washout, p.Train, p.Test, p.Lambda}
	if err := s.check("parity", r); err != nil {
		return Capacity{}, err
	}
	if p.Delays < 1 {
		return Capacity{}, fmt.Errorf("tasks: parity: Delays is %d: must be at least 1", p.Delays)
	}
	rng := rand.New(rand.NewPCG(seed, 24))
	n, before := p.Washout+p.Train+p.Test, p.Delays+2
	bits := make([]float64, before+n)
	for k := range bits {
		bits[k] = float64(2*rng.IntN(2) - 1)
	}
	u, targets := make([]float64, n), mat.NewDense(n, p.Delays, nil)
	for t := range n {
		u[t] = p.Mean + bits[before+t]
		for k := range p.Delays {
			now := before + t - k
			targets.Set(t, k, bits[now]*bits[now-1]*bits[now-2])
		}
	}
	out, err := s.run(r, u, targets)
	if err != nil {
		return Capacity{}, err
	}
	c := Capacity{PerLag: make([]float64, p.Delays)}
	for k := range c.PerLag {
		wrong := 0.0
		for t := range p.Test {
			if (out.At(t, k) > 0) != (targets.At(n-p.Test+t, k) > 0) {
				wrong += 1 / float64(p.Test)
			}
		}
		c.PerLag[k] = 1 - binaryEntropy(wrong)
		c.Total += c.PerLag[k]
	}
	return c, nil
}

// binaryEntropy is the entropy of an event of probability p [bit].
func binaryEntropy(p float64) float64 {
	if p <= 0 || p >= 1 {
		return 0
	}
	return -p*math.Log2(p) - (1-p)*math.Log2(1-p)
}

// Damage is the share of the state that still differs so many steps after a share of it was flipped in sign, both
// copies having received the same input bits, Mean ± 1, from the seed: of a network of threshold gates the Hamming
// distance.
func Damage(r reservoir.Restorable, mean, flipped float64, steps int, seed uint64) (float64, error) {
	rng := rand.New(rand.NewPCG(seed, 25))
	u := make([]float64, 100+steps)
	for t := range u {
		u[t] = mean + float64(2*rng.IntN(2)-1)
	}
	r.Reset()
	for _, v := range u[:100] {
		if err := r.Step([]float64{v}); err != nil {
			return 0, err
		}
	}
	var ends [2][]float64
	start := append([]float64(nil), r.State()...)
	for k := range ends {
		if k == 1 {
			for _, i := range rng.Perm(len(start))[:int(math.Round(flipped*float64(len(start))))] {
				start[i] *= -1
			}
		}
		if err := r.SetState(start); err != nil {
			return 0, err
		}
		for _, v := range u[100:] {
			if err := r.Step([]float64{v}); err != nil {
				return 0, err
			}
		}
		ends[k] = append([]float64(nil), r.State()...)
	}
	different := 0.0
	for i := range start {
		if ends[0][i] != ends[1][i] {
			different += 1 / float64(len(start))
		}
	}
	return different, nil
}
