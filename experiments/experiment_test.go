package experiments

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
)

func sample() *Experiment {
	return &Experiment{
		Name: "sample", Title: "A sample",
		Parameters: []Parameter{
			{Name: "g", Kind: Float, Default: 5.0, Range: Closed(0, 20), Meaning: "inhibition"},
			{Name: "duration", Kind: Float, Default: 1000.0, Unit: "ms", Range: Positive(), Meaning: "model time"},
			{Name: "neurons", Kind: Int, Default: 1000, Range: AtLeast(10), Meaning: "size"},
			{Name: "plastic", Kind: Bool, Default: true, Meaning: "whether weights change"},
			{Name: "rules", Kind: List, Default: "pair,triplet", Choices: []string{"pair", "triplet", "Clopath"}, Meaning: "rules compared"},
			{Name: "regime", Kind: Choice, Default: "AI", Choices: []string{"SR", "AI", "SI-fast"}, Meaning: "regime"},
		},
		Metrics: []Metric{{Name: "rate", Unit: "Hz", Meaning: "mean rate"}, {Name: "cv_isi"}},
		Targets: []Target{
			{Metric: "rate", Value: 60, Tolerance: Abs(1), Source: "A", When: []Condition{WhenIs("regime", "SR", "SI-fast"), WhenData("mnist")}},
			{Metric: "rate", Value: 50, Tolerance: Rel(0.1), Source: "B", When: []Condition{WhenBetween("neurons", 2000, math.Inf(1))}},
			{Metric: "rate", Value: 38, Tolerance: Band(30, 40), Source: "C", When: []Condition{WhenIs("g", "5"), WhenIs("plastic", "yes")}},
		},
		Figures: []FigureDoc{{"raster", "spikes"}},
		Run:     func(context.Context, *Run) error { return nil },
	}
}

func parse(t *testing.T, e *Experiment, assignments ...string) Values {
	t.Helper()
	v, err := e.Parse(assignments)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestDefaultsAndAssignments(t *testing.T) {
	v := parse(t, sample(), "g=1", "g = 4.5", "duration=0.2s", "neurons=2e3", "plastic=off", "regime=si-fast")
	if v.Float("g") != 4.5 || v.Float("duration") != 200 || v.Int("neurons") != 2000 || v.Bool("plastic") || v.Choice("regime") != "SI-fast" {
		t.Errorf("values %v", v.values)
	}
	if v.Float("neurons") != 2000 {
		t.Error("Float of an int parameter")
	}
	want := []string{"g=4.5", "duration=200", "neurons=2000", "plastic=false", "regime=SI-fast"}
	if got := v.Assignments(); !slices.Equal(got, want) {
		t.Errorf("Assignments() = %q, want %q", got, want)
	}
	again := parse(t, sample(), v.Assignments()...)
	if !slices.Equal(again.Assignments(), want) {
		t.Errorf("assignments do not read back: %q", again.Assignments())
	}
	if got := parse(t, sample()).Assignments(); got != nil {
		t.Errorf("the defaults give assignments %q", got)
	}
}

func TestAssignmentErrors(t *testing.T) {
	for assignment, want := range map[string][]string{
		"g":                 {`"g"`, "name=value", "g=5"},
		"=5":                {"name=value"},
		"g=21":              {`"g"`, `"21"`, "[0, 20]"},
		"duration=0":        {`"duration"`, `"0"`, "> 0 ms"},
		"duration=20 mV":    {`"duration"`, "voltage", "time"},
		"neurons=10.5":      {`"neurons"`, "whole number >= 10"},
		"neurons=9":         {"whole number >= 10"},
		"neurons=1e300":     {"whole number"},
		"plastic=maybe":     {"true or false"},
		"regime=SI-fest":    {"one of SR, AI, SI-fast", `did you mean "SI-fast"`},
		"regime=chaos":      {"one of SR, AI, SI-fast"},
		"rules=":            {"one or more of pair, triplet, Clopath"},
		"rules=pair,tripet": {`"tripet" must be one or more of`, `did you mean "triplet"`},
		"rules=pair,pair":   {"pair stands twice"},
		"durattion=5":       {`"durattion"`, `did you mean "duration" (> 0 ms)`},
		"weird_thing=5":     {"g, duration, neurons, plastic, rules, regime"},
		"g=":                {`"g"`, "not a number"},
		"neurons=5 kNone":   {"unit"},
	} {
		_, err := sample().Parse([]string{assignment})
		var pe *ParameterError
		if !errors.As(err, &pe) {
			t.Errorf("%s: %v (%T), want a *ParameterError", assignment, err, err)
			continue
		}
		for _, w := range want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s: message %q lacks %q", assignment, err, w)
			}
		}
		if strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: message of several lines: %q", assignment, err)
		}
	}
}

func TestCheckSeesRelations(t *testing.T) {
	e := sample()
	e.Check = func(v Values) error {
		if v.Int("neurons")%5 != 0 {
			return &ParameterError{Parameter: "neurons", Reason: "must be a multiple of 5"}
		}
		return nil
	}
	if _, err := e.Parse([]string{"neurons=12"}); err == nil || !strings.Contains(err.Error(), "multiple of 5") {
		t.Errorf("Check was not asked: %v", err)
	}
}

func TestRangeString(t *testing.T) {
	for want, r := range map[string]Range{
		"[0, 1]": Closed(0, 1), "(0, 1)": Open(0, 1), "(0, 1]": {Min: 0, Max: 1, OpenMin: true},
		">= 3": AtLeast(3), "> 0": Positive(), "any": {}, "< 2": {Min: math.Inf(-1), Max: 2, OpenMax: true},
	} {
		if r.String() != want {
			t.Errorf("%#v: %q, want %q", r, r.String(), want)
		}
	}
}

func TestRangeContains(t *testing.T) {
	for _, test := range []struct {
		r    Range
		x    float64
		want bool
	}{
		{Closed(0, 1), 0, true}, {Closed(0, 1), 1, true}, {Open(0, 1), 0, false}, {Open(0, 1), 1, false},
		{Positive(), 0, false}, {Positive(), 1e300, true}, {Range{}, -5, true},
		{Range{}, math.Inf(1), false}, {AtLeast(0), math.Inf(1), false}, {Range{}, math.NaN(), false},
	} {
		if got := test.r.Contains(test.x); got != test.want {
			t.Errorf("%v contains %v: %v", test.r, test.x, got)
		}
	}
}

func TestUndeclaredNamePanics(t *testing.T) {
	v := parse(t, sample())
	for name, call := range map[string]func(){
		"undeclared":   func() { v.Float("mistyped") },
		"another kind": func() { v.Int("g") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			call()
		}()
	}
}

func TestTargetIsTheFirstThatApplies(t *testing.T) {
	for _, test := range []struct {
		set    []string
		data   string
		source string
	}{
		{nil, "", "C"},
		{[]string{"plastic=no"}, "", ""},
		{[]string{"g=4"}, "", ""},
		{[]string{"neurons=2000"}, "", "B"},
		{[]string{"regime=SI-fast", "neurons=2000"}, "mnist", "A"},
		{[]string{"regime=SI-fast", "neurons=2000"}, "fashion-mnist", "B"},
	} {
		run := NewRun(sample(), parse(t, sample(), test.set...), Options{})
		run.UseData(test.data)
		r, err := run.Metric("rate", 45)
		source := ""
		if r.Target != nil {
			source = r.Target.Source
		}
		if err != nil || source != test.source {
			t.Errorf("%v on %q: target of %q, want %q (%v)", test.set, test.data, source, test.source, err)
		}
	}
}

func TestTolerance(t *testing.T) {
	for _, test := range []struct {
		tolerance Tolerance
		x         float64
		want      bool
		accepts   string
	}{
		{Abs(1), 51, true, "50 +- 1"}, {Abs(1), 51.1, false, "50 +- 1"}, {Abs(1), math.NaN(), false, "50 +- 1"},
		{Rel(0.1), 45, true, "50 +- 5"}, {Rel(0.1), 44.9, false, "50 +- 5"},
		{Band(49, 60), 60, true, "[49, 60]"}, {Band(49, 60), 48, false, "[49, 60]"},
		{Minimum(40), 99, true, ">= 40"}, {Minimum(40), 39, false, ">= 40"},
	} {
		target := Target{Value: 50, Tolerance: test.tolerance}
		if target.Meets(test.x) != test.want || target.Accepts() != test.accepts {
			t.Errorf("%v with %v: meets %v, accepts %q", test.tolerance, test.x, target.Meets(test.x), target.Accepts())
		}
	}
	if negative := (Target{Value: -50, Tolerance: Rel(0.1)}); !negative.Meets(-53) || negative.Meets(-56) {
		t.Error("a relative tolerance around a negative target")
	}
}

func TestFaultyDeclarations(t *testing.T) {
	for want, spoil := range map[string]func(*Experiment){
		"name":                 func(e *Experiment) { e.Name = "Sample 1" },
		"title":                func(e *Experiment) { e.Title = "" },
		"Run":                  func(e *Experiment) { e.Run = nil },
		"declared twice":       func(e *Experiment) { e.Parameters = append(e.Parameters, e.Parameters[0]) },
		"no meaning":           func(e *Experiment) { e.Parameters[0].Meaning = "" },
		"default":              func(e *Experiment) { e.Parameters[0].Default = 5 },
		"default 50":           func(e *Experiment) { e.Parameters[0].Default = 50.0 },
		"choices":              func(e *Experiment) { e.Parameters[4].Choices = nil },
		"no such metric":       func(e *Experiment) { e.Targets[0].Metric = "rat" },
		"no source":            func(e *Experiment) { e.Targets[0].Source = "" },
		"no tolerance":         func(e *Experiment) { e.Targets[0].Tolerance = Tolerance{} },
		"makes no sense":       func(e *Experiment) { e.Targets[0].Tolerance = Band(2, 1) },
		"undeclared parameter": func(e *Experiment) { e.Targets[0].When = []Condition{WhenIs("h", "1")} },
		"one of":               func(e *Experiment) { e.Targets[0].When = []Condition{WhenIs("regime", "XX")} },
		"numeric":              func(e *Experiment) { e.Targets[0].When = []Condition{WhenBetween("regime", 0, 1)} },
		"figure name":          func(e *Experiment) { e.Figures[0].Name = "../raster" },
	} {
		e := sample()
		spoil(e)
		if err := e.validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("validate() = %v, want an error with %q", err, want)
		}
	}
	if err := sample().validate(); err != nil {
		t.Errorf("the sample is faulty: %v", err)
	}
}

func TestRegistry(t *testing.T) {
	before := len(All())
	e := sample()
	Register(e)
	defer func() {
		registry.Lock()
		delete(registry.byName, e.Name)
		registry.Unlock()
	}()
	if got, err := Lookup("sample"); err != nil || got != e {
		t.Errorf("Lookup = %v, %v", got, err)
	}
	_, err := Lookup("smaple")
	var unknown *UnknownError
	if !errors.As(err, &unknown) || unknown.Nearest != "sample" || !strings.Contains(err.Error(), `did you mean "sample"`) {
		t.Errorf("Lookup of a misspelt name: %v", err)
	}
	if _, err := Lookup("entirely-else"); err == nil || !strings.Contains(err.Error(), "known: ") {
		t.Errorf("Lookup of another name: %v", err)
	}
	if len(All()) != before+1 {
		t.Errorf("%d experiments, want %d", len(All()), before+1)
	}
	defer func() {
		if recover() == nil {
			t.Error("a duplicate name did not panic")
		}
	}()
	Register(sample())
}

// A list keeps the order the user gave, spelled as declared; conditions look at its first word.
func TestLists(t *testing.T) {
	e := Experiment{Parameters: []Parameter{{Name: "rules", Kind: List, Default: "pair", Choices: []string{"pair", "triplet", "Clopath"}, Meaning: "rules"}}}
	v, err := e.Parse([]string{"rules=clopath, pair"})
	if err != nil {
		t.Fatal(err)
	}
	if got := v.List("rules"); !slices.Equal(got, []string{"Clopath", "pair"}) {
		t.Errorf("words %q, want Clopath and pair", got)
	}
	if got := v.Assignments(); !slices.Equal(got, []string{"rules=Clopath,pair"}) {
		t.Errorf("assignments %q", got)
	}
	if !WhenIs("rules", "triplet", "Clopath").holds(v, "") || WhenIs("rules", "pair").holds(v, "") {
		t.Error("a condition does not go by the first word")
	}
}
