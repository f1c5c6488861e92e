package coding

import (
	"math"
	"reflect"
	"strings"
	"testing"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s: %.6g, want %.6g +- %.2g", what, got, want, tolerance)
	}
}

func encode(t *testing.T, c Coder, duration float64, samples ...float64) [][]float64 {
	t.Helper()
	series := make([][]float64, len(samples))
	for k, x := range samples {
		series[k] = []float64{x}
	}
	trains, err := Encode(c, series, duration)
	if err != nil {
		t.Fatal(err)
	}
	return trains
}

// Counts have mean and variance s·Rate·duration, intervals the mean 1/rate and CV 1, and trials differ.
func TestPoisson(t *testing.T) {
	const n, duration, rate = 20_000, 50.0, 80.0
	e, err := Poisson{Lo: -1, Hi: 1, Rate: rate, Seed: 5}.NewEncoder(2, duration)
	if err != nil {
		t.Fatal(err)
	}
	var sum, square [2]float64
	var intervals, squares, count, last float64
	var spikes []Spike
	for k := range n {
		spikes = e.Encode(spikes[:0], []float64{0, 7}) // shares 0.5 and, held, 1
		var c [2]float64
		for _, s := range spikes {
			if !(s.At > 0 && s.At <= duration) {
				t.Fatalf("spike at %g ms", s.At)
			}
			c[s.Channel]++
			if s.Channel == 1 {
				now := float64(k)*duration + s.At
				intervals, squares, count = intervals+now-last, squares+(now-last)*(now-last), count+1
				last = now
			}
		}
		for j := range c {
			sum[j] += c[j] / n
			square[j] += c[j] * c[j] / n
		}
	}
	for j, want := range []float64{0.5 * rate * duration / 1000, rate * duration / 1000} {
		near(t, "mean count", sum[j], want, 4*math.Sqrt(want/n))
		near(t, "variance of the count", square[j]-sum[j]*sum[j], want, 6*want*math.Sqrt(2.5/n))
	}
	mean := intervals / count
	near(t, "mean interval", mean, 1000/rate, 0.02*1000/rate)
	near(t, "CV", math.Sqrt(squares/count-mean*mean)/mean, 1, 0.02)
	if silent := e.Encode(nil, []float64{-1, -3}); len(silent) > 0 {
		t.Errorf("%d spikes at rate 0", len(silent))
	}
	first := func(trial uint64) float64 { e.Reset(trial); return e.Encode(nil, []float64{1, 1})[0].At }
	if first(3) != first(3) || first(3) == first(4) {
		t.Error("a trial does not repeat, or two are alike")
	}
}

func TestLatency(t *testing.T) {
	p := Latency{Lo: 0, Hi: 2, Window: 8}
	got := encode(t, p, 10, 2, 1.5, 0.5, 0, -3, 9)[0]
	want := []float64{0, 12, 26, 50}
	if len(got) != len(want) {
		t.Fatalf("spikes at %v", got)
	}
	for k := range want {
		near(t, "spike", got[k], want[k], 1e-12)
	}
	// The leaky integrator: V(t) = s (1 - exp(-t/Tau)) reaches the threshold.
	p.Tau, p.Threshold = 5, 0.2
	got = encode(t, p, 10, 2, 0.6, 0.4)[0]
	if len(got) != 2 {
		t.Fatalf("spikes at %v", got)
	}
	near(t, "potential at the spike", 1-math.Exp(-got[0]/5), 0.2, 1e-12)
	near(t, "potential at the spike", 0.3*(1-math.Exp(-(got[1]-10)/5)), 0.2, 1e-12)
}

// The fields tile the range: with a width of 1 their sum is sqrt(2 pi) inside, and the centre of mass is the value.
func TestPopulation(t *testing.T) {
	p := Population{Lo: -3, Hi: 3, Fields: 31, Width: 1, Spikes: Latency{Lo: 0, Hi: 1}}
	a := make([]float64, 31)
	for _, x := range []float64{-1, 0, 0.123, 1.4} {
		p.Activations(a, []float64{x})
		sum, mass := 0.0, 0.0
		for j, v := range a {
			sum += v
			mass += v * (-3 + 0.2*float64(j))
		}
		near(t, "sum", sum, math.Sqrt(2*math.Pi), 1e-7)
		near(t, "centre of mass", mass/sum, x, 1e-7)
	}
	trains := encode(t, p, 20, 0) // field 15 is centred on 0
	near(t, "spike of the best field", trains[15][0], 0, 1e-12)
	near(t, "spike of its neighbour", trains[16][0], 20*(1-math.Exp(-0.5)), 1e-12)
}

// A ramp, then the error of what the spikes tell of a sine at all times.
func TestDelta(t *testing.T) {
	trains := encode(t, Delta{Step: 0.25}, 10, 1.1, -0.2)
	up, down := trains[0], trains[1]
	if len(up) != 4 || len(down) != 4 {
		t.Fatalf("up %v, down %v", up, down)
	}
	for k, at := range up {
		near(t, "up", at, 10*0.25*float64(k+1)/1.1, 1e-12)
	}
	for k, at := range down { // the reference stands at 1
		near(t, "down", at, 10+10*(1.1-(0.75-0.25*float64(k)))/1.3, 1e-12)
	}
	var sine []float64
	for k := range 500 {
		sine = append(sine, math.Sin(0.11*float64(k+1)))
	}
	trains = encode(t, Delta{Step: 0.1}, 1, sine...)
	i, j, level := 0, 0, 0.0
	for k, x := range sine {
		for ; i < len(trains[0]) && trains[0][i] <= float64(k+1); i++ {
			level += 0.1
		}
		for ; j < len(trains[1]) && trains[1][j] <= float64(k+1); j++ {
			level -= 0.1
		}
		near(t, "decoded sine", level, x, 0.1+1e-9)
	}
	// In a period the reference goes up and down between -0.9 and 0.9: no sample reaches 1.
	periods := 500 * 0.11 / (2 * math.Pi)
	near(t, "spikes per period", float64(i+j)/periods, 36, 1)
}

// A sine crosses a level at times known in closed form, each level once up and once down a period.
func TestLevels(t *testing.T) {
	p := EvenLevels(3, -1, 1) // -0.5, 0, 0.5
	const fine = 1000
	var sine []float64
	for k := range fine {
		sine = append(sine, math.Sin(2*math.Pi*float64(k+1)/fine))
	}
	trains := encode(t, p, 1, sine...)
	for channel, want := range [][]float64{{11. / 12}, {7. / 12}, {1}, {0.5}, {1. / 12}, {5. / 12}} {
		got := trains[channel]
		if channel == 2 && len(got) == 0 { // the last sample is 0 but for rounding
			continue
		}
		if len(got) != 1 {
			t.Fatalf("channel %d: spikes at %v", channel, got)
		}
		near(t, "crossing", got[0]/fine, want[0], 1e-5)
	}
	jump := encode(t, p, 4, 0.75, -0.75) // starts at 0, on a level
	near(t, "up", jump[4][0], 4*0.5/0.75, 1e-12)
	near(t, "down through three", jump[5][0], 4+4*0.25/1.5, 1e-12)
	near(t, "down through three", jump[1][0], 4+4*1.25/1.5, 1e-12)
	if len(jump[2]) != 0 || len(jump[3]) != 1 {
		t.Errorf("level 0: up %v, down %v", jump[2], jump[3])
	}
}

func TestDirect(t *testing.T) {
	got := encode(t, Direct{}, 0.5, 0, 1, 2, -1)[0]
	if len(got) != 3 || got[0] != 1 || got[1] != 1.5 || got[2] != 1.5 {
		t.Errorf("spikes at %v", got)
	}
}

func TestRefusals(t *testing.T) {
	for want, c := range map[string]Coder{
		"Poisson.Rate":      Poisson{Lo: 0, Hi: 1},
		"Poisson.Lo":        Poisson{Lo: 1, Hi: 1, Rate: 5},
		"Latency.Window":    Latency{Hi: 1, Window: 11},
		"Latency.Threshold": Latency{Hi: 1, Tau: 1},
		"Population.Fields": Population{Hi: 1, Fields: 1, Width: 1, Spikes: Direct{}},
		"Population.Width":  Population{Hi: 1, Fields: 2, Spikes: Direct{}},
		"Population.Spikes": Population{Hi: 1, Fields: 2, Width: 1},
		"Delta.Step":        Delta{},
		"Levels.At[1]":      Levels{At: []float64{1, 1}},
		"Levels.At ":        Levels{},
	} {
		if _, err := c.NewEncoder(1, 10); err == nil || !strings.Contains(err.Error()+" ", want) {
			t.Errorf("error %v does not name %s", err, want)
		}
		if _, err := c.NewEncoder(0, 10); err == nil {
			t.Errorf("%T accepted no inputs", c)
		}
	}
	if _, err := Encode(Direct{}, [][]float64{{1}, {math.NaN()}}, 1); err == nil {
		t.Error("NaN was accepted")
	}
	if _, err := Encode(Direct{}, [][]float64{{1}, {1, 2}}, 1); err == nil {
		t.Error("a ragged series was accepted")
	}
}

// A coder that was written down is the same coder.
func TestMarshal(t *testing.T) {
	for _, c := range []Coder{Poisson{Lo: -1, Hi: 2, Rate: 300, Seed: 4}, Direct{}, Latency{Lo: -1, Hi: 1, Window: 3, Tau: 2, Threshold: 0.1},
		Delta{Step: 0.1, Start: 0.5}, EvenLevels(5, -1, 1), Population{Lo: -1, Hi: 1, Fields: 4, Width: 1, Spikes: Latency{Hi: 1}}} {
		b, err := Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Unmarshal(b)
		if err != nil || !reflect.DeepEqual(got, c) {
			t.Errorf("%s gives %+v, %v", b, got, err)
		}
	}
	inner := Population{Lo: -1, Hi: 1, Fields: 4, Width: 1, Spikes: Direct{}}
	nested, err := Marshal(Population{Hi: 1, Fields: 2, Width: 1, Spikes: inner})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"", "{}", `{"kind":"poisson"}`, `{"kind":"delta","parameters":{"Step":1e-9}}`, `{"kind":"poisson","parameters":{"Rate":1e7}}`, string(nested)} {
		if c, err := Unmarshal([]byte(text)); err == nil {
			t.Errorf("%s was accepted as %+v", text, c)
		}
	}
	if _, err := Marshal(struct{ Coder }{}); err == nil {
		t.Error("a coder from elsewhere was written")
	}
}
