package synapses

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/glia-sim/glia/sim"
)

// wiring is a projection of ns sources onto nt targets that are other neurons.
func wiring(ns, nt int) sim.Wiring { return sim.Wiring{Sources: ns, Targets: nt, Workers: 1} }

// recurrent is a projection within one population whose source group starts self neurons before its
// target group.
func recurrent(ns, nt, self int) sim.Wiring {
	w := wiring(ns, nt)
	w.Self, w.Overlap = self, true
	return w
}

// draw draws a rule as the engine does.
func draw(t testing.TB, rule sim.Connector, w sim.Wiring, seed uint64) [][]int32 {
	t.Helper()
	w.Key = sim.NewKey(seed, "wiring")
	plan, err := rule.Plan(w)
	if err != nil {
		t.Fatal(err)
	}
	return drawPlan(plan, w, seed)
}

func drawPlan(plan sim.Plan, w sim.Wiring, seed uint64) [][]int32 {
	key := sim.NewKey(seed, "synapses")
	r := sim.NewRand(key)
	all := make([][]int32, w.Targets)
	for j := range all {
		r.Reset(key.Sub(uint64(j)))
		all[j] = plan.Sources(nil, j, r)
	}
	return all
}

func count(all [][]int32) int {
	n := 0
	for _, s := range all {
		n += len(s)
	}
	return n
}

func outDegrees(all [][]int32, ns int) []int {
	d := make([]int, ns)
	for _, s := range all {
		for _, i := range s {
			d[i]++
		}
	}
	return d
}

// hasMultapse says whether some target has a source twice.
func hasMultapse(all [][]int32) bool {
	for _, s := range all {
		s = slices.Sorted(slices.Values(s))
		if len(slices.Compact(s)) < len(s) {
			return true
		}
	}
	return false
}

func hasAutapse(all [][]int32, self int) bool {
	for j, s := range all {
		if slices.Contains(s, int32(j+self)) {
			return true
		}
	}
	return false
}

// refuses checks that a rule is refused with an error that says all of want.
func refuses(t *testing.T, rule sim.Connector, w sim.Wiring, want ...string) {
	t.Helper()
	_, err := rule.Plan(w)
	says(t, err, want...)
}

func says(t *testing.T, err error, want ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("no error: want one with %q", want)
		return
	}
	for _, s := range want {
		if !strings.Contains(err.Error(), s) {
			t.Errorf("error %q does not say %q", err, s)
		}
	}
}

// chiSquare fails the test if counts depart from what is expected by more than chance would have it
// once in some millions of tests (Wilson and Hilferty's approximation at 5 standard deviations). Cells
// in which fewer than 5 are expected are taken together.
func chiSquare(t *testing.T, what string, got, want []float64) {
	t.Helper()
	sum, cells, restGot, restWant := 0.0, 0, 0.0, 0.0
	for k := range want {
		if want[k] < 5 {
			restGot, restWant = restGot+got[k], restWant+want[k]
			continue
		}
		sum += (got[k] - want[k]) * (got[k] - want[k]) / want[k]
		cells++
	}
	if restWant > 0 {
		sum += (restGot - restWant) * (restGot - restWant) / restWant
		cells++
	} else if restGot > 0 {
		t.Errorf("%s: %g outcomes that are impossible", what, restGot)
	}
	df := float64(cells - 1)
	if df < 1 {
		t.Fatalf("%s: %d cells: nothing to test", what, cells)
	}
	v := 2 / (9 * df)
	limit := df * math.Pow(1-v+5*math.Sqrt(v), 3)
	if sum > limit {
		t.Errorf("%s: chi-square %.1f of %g degrees of freedom, limit %.1f", what, sum, df, limit)
	}
}

// near fails the test if got and want differ by more than tol.
func near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol) {
		t.Errorf("%s is %.17g: want %.17g to %g", what, got, want, tol)
	}
}

// script is a neuron model whose neurons fire at given ticks and note what reaches them.
type script struct {
	fire  map[sim.Tick][]int32               // neurons of the population by tick
	heard func(t sim.Tick, i int, w float64) // called for each input that is not 0; nil for none
}

func (m script) Validate() error     { return nil }
func (m script) Receptors() []string { return []string{"in"} }

func (m script) NewBlock(b sim.BlockSpec) (sim.Block, error) { return &scriptBlock{m, b}, nil }

type scriptBlock struct {
	script
	spec sim.BlockSpec
}

func (b *scriptBlock) Variables() []sim.Variable { return nil }
func (b *scriptBlock) Reset(sim.Key)             {}
func (b *scriptBlock) State(*sim.Codec)          {}

func (b *scriptBlock) Step(t sim.Tick, in [][]float64, spikes []int32) []int32 {
	if b.heard != nil && in[0] != nil {
		for i, w := range in[0] {
			if w != 0 {
				b.heard(t, b.spec.First+i, w)
			}
		}
	}
	for _, i := range b.fire[t] {
		if k := int(i) - b.spec.First; k >= 0 && k < b.spec.N {
			spikes = append(spikes, int32(k))
		}
	}
	return spikes
}

// project builds a network of one projection from ns silent neurons onto nt others.
func project(t testing.TB, ns, nt, workers int, rule sim.Connector, syn sim.Synapse) *sim.Projection {
	t.Helper()
	net := sim.New(sim.Options{Seed: 11, Workers: workers})
	a, b := net.Populate("a", ns, script{}), net.Populate("b", nt, script{})
	for p, n := range map[*sim.Population]int{a: ns, b: nt} {
		at, err := RandomCuboid(n, [3]float64{1, 1, 0.5}, sim.NewKey(3, p.Name))
		if err != nil {
			t.Fatal(err)
		}
		p.At(at)
	}
	p := net.Connect(a, b, rule, syn)
	if err := net.Build(context.Background()); err != nil {
		t.Fatal(err)
	}
	return p
}

type digest struct{ hash.Hash }

func newDigest() digest { return digest{sha256.New()} }

func (d digest) int(x int) {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], uint64(x))
	d.Write(b[:])
}

// float takes a value to the precision that does not depend on a machine's exp and log.
func (d digest) float(x float64) { d.int(int(math.Float32bits(float32(x)))) }

func (d digest) String() string { return hex.EncodeToString(d.Sum(nil)[:8]) }
