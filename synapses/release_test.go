package synapses

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"

	"github.com/glia-sim/glia/sim"
)

// releases gives what source 1 of 2 releases at spikes at the given times [ms].
func releases(m sim.Release, times []float64) []float64 {
	clock := sim.Clock{DT: 0.1}
	b := m.NewRelease(2, clock)
	f := make([]float64, len(times))
	for k, ms := range times {
		f[k] = b.Spike(1, clock.After(sim.Instant{}, ms))
	}
	return f
}

func every(ms float64, n int) []float64 {
	t := make([]float64, n)
	for k := range t {
		t[k] = ms * float64(k+1)
	}
	return t
}

// TestTsodyksMarkramTable: the releases of four synapses at 20 Hz, to the four digits given.
func TestTsodyksMarkramTable(t *testing.T) {
	for _, c := range []struct {
		m      TsodyksMarkram
		first  [5]float64
		steady float64
	}{
		{TsodyksMarkram{U: 0.45, TauRec: 750, TauFac: 50}, [5]float64{0.4500, 0.3133, 0.1752, 0.1090, 0.0810}, 0.0614},
		{TsodyksMarkram{U: 0.15, TauRec: 50, TauFac: 750}, [5]float64{0.1500, 0.2544, 0.3227, 0.3690, 0.4022}, 0.5135},
		{TsodyksMarkram{U: 0.5, TauRec: 800}, [5]float64{0.5000, 0.2651, 0.1548, 0.1030, 0.0787}, 0.0571},
		{TsodyksMarkram{U: 0.5, TauRec: 800, TauFac: 1000}, [5]float64{0.5000, 0.3913, 0.1627, 0.0790, 0.0636}, 0.0604},
	} {
		got := releases(c.m, every(50, 400))
		for k, want := range c.first {
			near(t, fmt.Sprintf("%+v: release %d", c.m, k), got[k], want, 1e-4)
		}
		near(t, fmt.Sprintf("%+v: steady release", c.m), got[399], c.steady, 1e-4)
	}
}

type nestCase struct {
	Name    string
	Synapse string
	Params  struct {
		Weight float64
		U0     float64 `json:"u"`
		U      float64 `json:"U"`
		TauRec float64 `json:"tau_rec"`
		TauFac float64 `json:"tau_fac"`
		TauPsc float64 `json:"tau_psc"`
	}
	Times    []float64 `json:"t_ms"`
	Efficacy []float64
}

func (c nestCase) model() TsodyksMarkram {
	return TsodyksMarkram{U: c.Params.U, TauRec: c.Params.TauRec, TauFac: c.Params.TauFac, TauPsc: c.Params.TauPsc}
}

func nestCases(t *testing.T) []nestCase {
	t.Helper()
	text, err := os.ReadFile("testdata/stp_nest.json")
	if err != nil {
		t.Fatal(err)
	}
	// The names U and u differ by case only, which encoding/json does not tell apart by itself.
	var raw struct{ Cases []map[string]json.RawMessage }
	var typed struct{ Cases []nestCase }
	if err := json.Unmarshal(text, &raw); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &typed); err != nil {
		t.Fatal(err)
	}
	for k := range typed.Cases {
		var p map[string]float64
		if err := json.Unmarshal(raw.Cases[k]["params"], &p); err != nil {
			t.Fatal(err)
		}
		typed.Cases[k].Params.U, typed.Cases[k].Params.U0 = p["U"], p["u"]
	}
	if len(typed.Cases) != 5 {
		t.Fatalf("%d cases", len(typed.Cases))
	}
	return typed.Cases
}

func TestTsodyksMarkramAgainstNEST(t *testing.T) {
	for _, c := range nestCases(t) {
		if full := c.Synapse == "tsodyks_synapse"; full != (c.Params.TauPsc > 0) {
			t.Fatalf("%s is a %s with tau_psc %g", c.Name, c.Synapse, c.Params.TauPsc)
		}
		got := releases(c.model(), c.Times)
		for k, want := range c.Efficacy {
			near(t, fmt.Sprintf("%s: weight of spike %d", c.Name, k), got[k]*c.Params.Weight, want, 1e-12*c.Params.Weight)
		}
	}
}

// TestTsodyksMarkramInNetwork sends the spikes of NEST's runs through a network, on several workers.
func TestTsodyksMarkramInNetwork(t *testing.T) {
	for _, c := range nestCases(t) {
		for _, workers := range []int{1, 3} {
			fire := map[sim.Tick][]int32{}
			for _, ms := range c.Times {
				fire[sim.Tick(math.Round(ms*10))] = []int32{4}
			}
			var at []sim.Tick
			var heard []float64
			net := sim.New(sim.Options{Workers: workers})
			a := net.Populate("a", 6, script{fire: fire})
			b := net.Populate("b", 1, script{heard: func(t sim.Tick, _ int, w float64) {
				at, heard = append(at, t), append(heard, w)
			}})
			net.Connect(a, b, AllToAll{}, sim.Synapse{
				Weight: sim.Constant(c.Params.Weight), Delay: sim.Constant(1), Release: c.model(),
			})
			if err := net.Run(context.Background(), 2600); err != nil {
				t.Fatal(err)
			}
			if len(heard) != len(c.Efficacy) {
				t.Fatalf("%s: %d spikes arrived, %d sent", c.Name, len(heard), len(c.Efficacy))
			}
			for k, want := range c.Efficacy {
				if sent := sim.Tick(math.Round(c.Times[k] * 10)); at[k] != sent+10 {
					t.Errorf("%s: spike of tick %d arrived at %d", c.Name, sent, at[k])
				}
				near(t, fmt.Sprintf("%s: weight of spike %d", c.Name, k), heard[k], want, 1e-12*c.Params.Weight)
			}
		}
	}
}

// TestTsodyksMarkramFullLimits: the full model goes over into the simple one as TauPsc vanishes, is
// smooth where the two time constants meet, and follows a fine integration of its equations.
func TestTsodyksMarkramFullLimits(t *testing.T) {
	times := []float64{5, 15, 18, 40, 41, 90}
	simple := releases(TsodyksMarkram{U: 0.4, TauRec: 100, TauFac: 30}, times)
	quick := releases(TsodyksMarkram{U: 0.4, TauRec: 100, TauFac: 30, TauPsc: 1e-9}, times)
	equal := releases(TsodyksMarkram{U: 0.4, TauRec: 100, TauFac: 30, TauPsc: 100}, times)
	beside := releases(TsodyksMarkram{U: 0.4, TauRec: 100, TauFac: 30, TauPsc: 100 * (1 + 1e-12)}, times)
	for k := range times {
		near(t, fmt.Sprint("TauPsc near 0: release ", k), quick[k], simple[k], 1e-9)
		near(t, fmt.Sprint("TauPsc near TauRec: release ", k), beside[k], equal[k], 1e-11)
	}
	for _, tauPsc := range []float64{3, 100, 250} {
		got := releases(TsodyksMarkram{U: 0.4, TauRec: 100, TauFac: 30, TauPsc: tauPsc}, times)
		u, x, y, now := 0.0, 1.0, 0.0, 0.0
		const h = 1e-4
		for k, ms := range times {
			for ; now < ms-h/2; now += h {
				z := 1 - x - y
				// Heun's method.
				slope := func(u, y, z float64) (float64, float64, float64) { return -u / 30, -y / tauPsc, y/tauPsc - z/100 }
				du, dy, dz := slope(u, y, z)
				du2, dy2, dz2 := slope(u+h*du, y+h*dy, z+h*dz)
				u += h / 2 * (du + du2)
				y += h / 2 * (dy + dy2)
				z += h / 2 * (dz + dz2)
				x = 1 - y - z
			}
			u += 0.4 * (1 - u)
			near(t, fmt.Sprintf("TauPsc %g: release %d", tauPsc, k), got[k], u*x, 1e-7)
			x, y = x-u*x, y+u*x
		}
	}
}

func TestDecayToU(t *testing.T) {
	// By hand: u rests at U, jumps before the release, and relaxes to U.
	const U, rec, fac = 0.2, 150.0, 400.0
	got := releases(TsodyksMarkram{U: U, TauRec: rec, TauFac: fac, DecayToU: true}, []float64{10, 60})
	u := U + U*(1-U)
	near(t, "first release", got[0], u, 1e-15)
	x := 1 - u
	x = 1 - (1-x)*math.Exp(-50/rec)
	u = U + (u-U)*math.Exp(-50/fac)
	u += U * (1 - u)
	near(t, "second release", got[1], u*x, 1e-15)
	// Taking u before its jump would be the model that decays to 0: see the type's comment.
	zero := releases(TsodyksMarkram{U: U, TauRec: rec, TauFac: fac}, every(50, 20))
	before, x := U, 1.0
	for k := range zero {
		near(t, fmt.Sprint("release before the jump ", k), zero[k], before*x, 1e-14)
		x -= before * x
		before += U * (1 - before)
		x = 1 - (1-x)*math.Exp(-50/rec)
		before = U + (before-U)*math.Exp(-50/fac)
	}
}

// TestRestartingKernel compares the current of a target whose synapses restart with the definition:
// w exp(-n) with n the steps since the latest spike.
func TestRestartingKernel(t *testing.T) {
	for _, tau := range []float64{1, 5} {
		clock := sim.Clock{DT: 1}
		b := RestartingKernel{Tau: tau}.NewRelease(3, clock)
		const w = 3.0
		current, since := 0.0, math.Inf(1)
		r := sim.NewRand(sim.NewKey(1, "train"))
		for tick := range sim.Tick(300) {
			current *= math.Exp(-1 / tau)
			since++
			if r.Float64() < 0.4 {
				current += w * b.Spike(2, sim.Instant{Tick: tick})
				since = 0
			}
			near(t, fmt.Sprint("current at ", tick), current, w*math.Exp(-since/tau), 1e-12)
		}
	}
	b := RestartingKernel{Tau: 1}.NewRelease(1, sim.Clock{DT: 1})
	near(t, "first spike", b.Spike(0, sim.Instant{Tick: 1}), 1, 0)
	near(t, "off the grid", b.Spike(0, sim.Instant{Tick: 4, Lag: 0.5}), 1-math.Exp(-2.5), 1e-15)
}

func TestReleaseResetAndSources(t *testing.T) {
	for _, m := range []sim.Release{
		TsodyksMarkram{U: 0.3, TauRec: 100, TauFac: 50},
		TsodyksMarkram{U: 0.3, TauRec: 100, TauFac: 50, TauPsc: 3},
		TsodyksMarkram{U: 0.3, TauRec: 100, TauFac: 50, DecayToU: true},
		RestartingKernel{Tau: 10},
	} {
		b := m.NewRelease(2, sim.Clock{DT: 0.1})
		first := b.Spike(0, sim.Instant{Tick: 50})
		second := b.Spike(0, sim.Instant{Tick: 80})
		if first == second {
			t.Errorf("%+v: no memory of the first spike", m)
		}
		if other := b.Spike(1, sim.Instant{Tick: 80}); other != first {
			t.Errorf("%+v: first spike of source 1 counts %g, of source 0 %g", m, other, first)
		}
		b.Reset()
		if again := b.Spike(0, sim.Instant{Tick: 50}); again != first {
			t.Errorf("%+v: first spike after Reset counts %g: want %g", m, again, first)
		}
		if again := b.Spike(0, sim.Instant{Tick: 80}); again != second {
			t.Errorf("%+v: second spike after Reset counts %g: want %g", m, again, second)
		}
		if n := testing.AllocsPerRun(100, func() { b.Spike(1, sim.Instant{Tick: 90}) }); n != 0 {
			t.Errorf("%+v: %g allocations per spike", m, n)
		}
	}
}

func TestReleaseErrors(t *testing.T) {
	for _, c := range []struct {
		m    sim.Release
		want string
	}{
		{TsodyksMarkram{TauRec: 1}, "TsodyksMarkram.U is 0"},
		{TsodyksMarkram{U: 1.1, TauRec: 1}, "TsodyksMarkram.U is 1.1"},
		{TsodyksMarkram{U: 1}, "TsodyksMarkram.TauRec is 0"},
		{TsodyksMarkram{U: 1, TauRec: 1, TauFac: -1}, "TsodyksMarkram.TauFac is -1"},
		{TsodyksMarkram{U: 1, TauRec: 1, TauPsc: math.NaN()}, "TsodyksMarkram.TauPsc is NaN"},
		{RestartingKernel{}, "RestartingKernel.Tau is 0"},
	} {
		says(t, c.m.Validate(), c.want)
	}
}
