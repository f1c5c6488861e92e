package plasticity

import (
	"compress/gzip"
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/synapses"
)

// scripted fires neuron i at the times listed for it [ms], whatever it hears, and has the voltage that
// Voltage gives at each tick (0 without).
type scripted struct {
	Times   [][]float64
	Voltage func(t sim.Tick) float64
}

func (scripted) Validate() error     { return nil }
func (scripted) Receptors() []string { return []string{"in"} }
func (m scripted) NewBlock(b sim.BlockSpec) (sim.Block, error) {
	s := &scriptedBlock{m: m, v: make([]float64, b.N), at: map[sim.Tick][]int32{}}
	for i := range b.N {
		for _, ms := range m.Times[b.First+i] {
			t := sim.Tick(math.Round(ms / b.Clock.DT))
			s.at[t] = append(s.at[t], int32(i))
		}
	}
	s.Reset(b.Key)
	return s, nil
}

type scriptedBlock struct {
	m  scripted
	v  []float64
	at map[sim.Tick][]int32
}

func (s *scriptedBlock) Variables() []sim.Variable {
	return []sim.Variable{{Name: "V", Unit: "mV", Values: s.v}}
}
func (s *scriptedBlock) Reset(sim.Key)      { s.set(0) }
func (s *scriptedBlock) State(c *sim.Codec) { c.PerNeuron(s.v) }
func (s *scriptedBlock) set(t sim.Tick) {
	if s.m.Voltage == nil {
		return
	}
	for i := range s.v {
		s.v[i] = s.m.Voltage(t)
	}
}
func (s *scriptedBlock) Step(t sim.Tick, _ [][]float64, spikes []int32) []int32 {
	s.set(t)
	return append(spikes, s.at[t]...)
}

// onePair is a network of one synapse whose two neurons fire as told.
func onePair(t testing.TB, dt float64, pre, post []float64, w0 float64, syn sim.Synapse) (*sim.Network, *sim.Projection) {
	t.Helper()
	n := sim.New(sim.Options{DT: dt, Workers: 1})
	a := n.Populate("pre", 1, scripted{Times: [][]float64{pre}})
	b := n.Populate("post", 1, scripted{Times: [][]float64{post}})
	syn.Weight = sim.Constant(w0)
	return n, n.Connect(a, b, synapses.AllToAll{}, syn)
}

func run(t testing.TB, n *sim.Network, ms float64) {
	t.Helper()
	if err := n.Run(context.Background(), ms); err != nil {
		t.Fatal(err)
	}
}

func weights(t testing.TB, p *sim.Projection) []float64 {
	t.Helper()
	w, err := p.Weights()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// play shows a rule block the spikes of one synapse, without a network, and gives the change of its
// weight.
func play(t testing.TB, rule sim.Rule, dt, w0 float64, pre, post []float64) float64 {
	t.Helper()
	if err := rule.Validate(); err != nil {
		t.Fatal(err)
	}
	s := &sim.Synapses{Target: []int32{0}, Weight: []float64{w0}, Column: []uint32{0, 1}, ColumnSynapse: []uint32{0}, ColumnSource: []int32{0}}
	b, err := rule.NewRule(sim.RuleSpec{Clock: sim.Clock{DT: dt}, Sources: 1, Targets: 1, Synapses: s})
	if err != nil {
		t.Fatal(err)
	}
	ticks := func(ms []float64) []sim.Tick {
		var l []sim.Tick
		for _, x := range ms {
			l = append(l, sim.Tick(math.Round(x/dt)))
		}
		slices.Sort(l)
		return l
	}
	a, c := ticks(pre), ticks(post)
	for len(a)+len(c) > 0 {
		at := sim.Tick(math.MaxInt64)
		if len(a) > 0 {
			at = a[0]
		}
		if len(c) > 0 {
			at = min(at, c[0])
		}
		take := func(l *[]sim.Tick) (spans []sim.Span) {
			for len(*l) > 0 && (*l)[0] == at {
				spans = append(spans, sim.Span{Neuron: 0, Lo: 0, Hi: 1})
				*l = (*l)[1:]
			}
			return spans
		}
		b.Update(at, take(&a), take(&c))
	}
	return s.Weight[0] - w0
}

// pairings are n pairs of spikes at a rate [Hz] with a time difference post - pre [ms].
func pairings(n int, rate, dt float64) (pre, post []float64) {
	for k := range n {
		at := 200 + float64(k)*1000/rate
		pre, post = append(pre, at), append(post, at+dt)
	}
	return pre, post
}

func near(t testing.TB, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s: %.12g, want %.12g to %g", what, got, want, tolerance)
	}
}

// open gives a file of testdata, unpacked.
func open(t testing.TB, name string) io.Reader {
	t.Helper()
	f, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	if !strings.HasSuffix(name, ".gz") {
		return f
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// table reads a file of numbers with named columns.
func table(t testing.TB, name string) (header []string, rows [][]float64) {
	t.Helper()
	all, err := csv.NewReader(open(t, name)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all[1:] {
		row := make([]float64, len(r))
		for k, s := range r {
			if row[k], err = strconv.ParseFloat(s, 64); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		rows = append(rows, row)
	}
	return all[0], rows
}

// nestCase is one case of nest_stdp.json.
type nestCase struct {
	Name, Trains, Synapse string
	Params                map[string]float64
	TauMinus              float64            `json:"post_tau_minus_ms"`
	Extra                 map[string]float64 `json:"post_extra"`
	Delay                 float64            `json:"delay_ms"`
	DopamineDelay         float64            `json:"dopamine_delay_ms"`
	Pre                   []float64          `json:"pre_spikes_ms"`
	Post                  []float64          `json:"post_spikes_ms"`
	Dopamine              []float64          `json:"dopamine_spikes_ms"`
	AtPre                 []float64          `json:"t_pre_ms"`
	Weight                []float64
}

// nestEvent is the weight after an event at the synapse.
type nestEvent struct {
	ms, weight float64
	kind       string
}

// nestCases gives the cases of a synapse model with the weights after each of their events; of events at
// one time only the last.
func nestCases(t testing.TB, synapse string) (cases []nestCase, events [][]nestEvent) {
	t.Helper()
	var file struct{ Cases []nestCase }
	if err := json.NewDecoder(open(t, "nest_stdp.json.gz")).Decode(&file); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(open(t, "nest_stdp_events.csv.gz")).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range file.Cases {
		if c.Synapse != synapse {
			continue
		}
		var list []nestEvent
		for _, r := range rows[1:] {
			if r[0] != c.Name || r[1] != c.Trains {
				continue
			}
			ms, err1 := strconv.ParseFloat(r[2], 64)
			w, err2 := strconv.ParseFloat(r[5], 64)
			if err1 != nil || err2 != nil {
				t.Fatal(err1, err2)
			}
			if k := len(list); k > 0 && math.Abs(list[k-1].ms-ms) < 1e-6 {
				list = list[:k-1]
			}
			list = append(list, nestEvent{ms, w, r[3]})
		}
		cases, events = append(cases, c), append(events, list)
	}
	if len(cases) == 0 {
		t.Fatalf("no cases of %s", synapse)
	}
	return cases, events
}

// holdAgainstNEST runs the cases of a synapse model and compares the weight after every event.
func holdAgainstNEST(t *testing.T, synapse string, tolerance float64, rule func(nestCase, *sim.Network) sim.Rule) {
	cases, events := nestCases(t, synapse)
	for k, c := range cases {
		t.Run(c.Name+"/"+c.Trains, func(t *testing.T) {
			n := sim.New(sim.Options{DT: 0.1, Workers: 1})
			a := n.Populate("pre", 1, scripted{Times: [][]float64{c.Pre}})
			b := n.Populate("post", 1, scripted{Times: [][]float64{c.Post}})
			r := rule(c, n)
			if r == nil {
				return // not a case of this rule
			}
			p := n.Connect(a, b, synapses.AllToAll{}, sim.Synapse{Weight: sim.Constant(c.Params["weight"]), Delay: sim.Constant(c.Delay), Plasticity: r})
			pre := 0
			for _, e := range events[k] {
				// What the synapse sees at e.ms is known when the presynaptic spike has arrived.
				run(t, n, math.Round(10*(e.ms+c.Delay-n.Now()))/10)
				w := weights(t, p)[0]
				if math.Abs(w-e.weight) > tolerance*math.Abs(e.weight) {
					t.Fatalf("%s at %g ms: weight %.15g, want %.15g", e.kind, e.ms, w, e.weight)
				}
				if pre < len(c.AtPre) && math.Abs(c.AtPre[pre]-e.ms) < 1e-6 {
					if math.Abs(w-c.Weight[pre]) > tolerance*math.Abs(w) {
						t.Fatalf("presynaptic spike at %g ms: weight %.15g, NEST has %.15g", e.ms, w, c.Weight[pre])
					}
					pre++
				}
			}
			if pre != len(c.AtPre) {
				t.Errorf("compared %d of NEST's %d weights", pre, len(c.AtPre))
			}
		})
	}
}
