package experiments

import (
	"math"
	"testing"
)

// No assignment makes the parser panic; what it accepts is in range, and is read back as it is written.
func FuzzParse(f *testing.F) {
	e := &Experiment{Name: "fuzz", Parameters: []Parameter{
		{Name: "g", Kind: Float, Default: 5.0, Range: Closed(0, 20), Meaning: "g"},
		{Name: "duration", Kind: Float, Default: 100.0, Unit: "ms", Range: Positive(), Meaning: "time"},
		{Name: "rate", Kind: Float, Default: 1.0, Unit: "Hz", Meaning: "rate"},
		{Name: "neurons", Kind: Int, Default: 3, Range: AtLeast(-5), Meaning: "size"},
		{Name: "plastic", Kind: Bool, Default: false, Meaning: "whether"},
		{Name: "model", Kind: Choice, Default: "SR", Choices: []string{"SR", "AI"}, Meaning: "which"},
		{Name: "readouts", Kind: List, Default: "one", Choices: []string{"one", "two"}, Meaning: "several"},
	}}
	for _, a := range []string{"g=4.5", "duration=2s", "duration=1e400ms", "neurons=-1", "neurons=1e3", "plastic=yes", "model=ai", "readouts=two,one",
		"=", "g", "g=NaN", "g=0x1p-2", "duration=2 mV", "rate=1kHz", "duration=1.5 µs", "neurons=9007199254740993"} {
		f.Add(a)
	}
	f.Fuzz(func(t *testing.T, assignment string) {
		v, err := e.Parse([]string{assignment})
		if err != nil {
			return
		}
		for _, p := range e.Parameters {
			x, number := v.Get(p.Name).(float64)
			if number && (math.IsNaN(x) || !p.Range.Contains(x)) {
				t.Errorf("%q gives %s = %g, out of range", assignment, p.Name, x)
			}
		}
		again, err := e.Parse(v.Assignments())
		if err != nil {
			t.Fatalf("%q is written as %q, which is refused: %v", assignment, v.Assignments(), err)
		}
		for _, p := range e.Parameters {
			if v.Get(p.Name) != again.Get(p.Name) {
				t.Errorf("%q: %s is %v, and %v when read back", assignment, p.Name, v.Get(p.Name), again.Get(p.Name))
			}
		}
	})
}
