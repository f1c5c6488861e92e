package sim

import (
	"encoding/binary"
	"math/bits"
	"math/rand/v2"
)

// Key names a source of randomness: a function of (seed, purpose, entity) and of nothing else, so that
// what is drawn never depends on the number of workers or on the order in which they come by.
type Key struct{ hi, lo uint64 }

// NewKey makes the key of a purpose ("weights of projection E->I", "Poisson drive of E") under a seed.
func NewKey(seed uint64, purpose string) Key {
	const offset, prime = 14695981039346656037, 1099511628211 // FNV-1a
	h := uint64(offset)
	for i := 0; i < len(purpose); i++ {
		h = (h ^ uint64(purpose[i])) * prime
	}
	return Key{hi: mix(seed ^ bits.RotateLeft64(h, 32)), lo: mix(h + seed*golden)}
}

// Sub makes the key of one entity (a neuron, a trial, a tick) under a key.
func (k Key) Sub(entity uint64) Key {
	lo := mix(k.lo + (entity+1)*golden)
	return Key{hi: mix(k.hi ^ bits.RotateLeft64(lo, 29)), lo: lo}
}

const golden = 0x9e3779b97f4a7c15 // 2^64 over the golden ratio: the increment of SplitMix64

// mix is the finaliser of SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom
// number generators", variant 13 of Stafford).
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// Draws gives the stateless generator of a key at a tick: draw i is the i-th output of a SplitMix64
// whose start is a hash of (key, tick). Devices that draw one number per neuron and tick use it, with
// i the neuron's index in its population.
func (k Key) Draws(t Tick) Draws {
	return Draws(mix(k.lo+uint64(t)*0xd1342543de82ef95) ^ k.hi)
}

// Draws is a stateless generator: see Key.Draws.
type Draws uint64

// Uint64 gives draw i.
func (c Draws) Uint64(i uint64) uint64 { return mix(c.State(i)) }

// State gives the number that draw i is the hash of, for loops that hash many at a time.
func (c Draws) State(i uint64) uint64 { return uint64(c) + i*golden }

// Float64 gives draw i as a uniform number in [0, 1).
func (c Draws) Float64(i uint64) float64 { return float64(c.Uint64(i)>>11) * 0x1p-53 }

// Rand is a sequential stream of random numbers (PCG-DXSM with the distributions of math/rand/v2).
// It is made once and pointed at one key after the other, so that drawing a stream per neuron costs
// no allocation.
type Rand struct {
	*rand.Rand
	pcg pcg
}

// NewRand gives a stream at the start of key k.
func NewRand(k Key) *Rand {
	r := &Rand{pcg: pcg(k)}
	r.Rand = rand.New(&r.pcg)
	return r
}

// Reset points the stream at the start of key k.
func (r *Rand) Reset(k Key) { r.pcg = pcg(k) }

// Uint64 gives 64 random bits: those of rand.Rand, without a call through an interface, as in the methods that follow.
func (r *Rand) Uint64() uint64 { return r.pcg.Uint64() }

// Float64 gives a uniform number in [0, 1).
func (r *Rand) Float64() float64 { return float64Of(r.pcg.Uint64()) }

// MarshalBinary gives the state of the stream, for a checkpoint.
func (r *Rand) MarshalBinary() ([]byte, error) {
	return rand.NewPCG(r.pcg.hi, r.pcg.lo).MarshalBinary()
}

// UnmarshalBinary sets the state of the stream from a checkpoint.
func (r *Rand) UnmarshalBinary(b []byte) error {
	var p rand.PCG
	if err := p.UnmarshalBinary(b); err != nil {
		return err
	}
	at := len(b) - 16 // after a name
	r.pcg = pcg{binary.BigEndian.Uint64(b[at:]), binary.BigEndian.Uint64(b[at+8:])}
	return nil
}
