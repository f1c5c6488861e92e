package coding

import (
	"encoding/json"
	"fmt"
	"math"
)

// form is a coder as JSON: what it is, its parameters, and for Population the coder of the activations.
type form struct {
	Kind       string          `json:"kind"`
	Parameters json.RawMessage `json:"parameters"`
	Spikes     json.RawMessage `json:"spikes,omitempty"`
}

// Marshal writes a coder of this package as JSON, from which [Unmarshal] makes the same again. Other coders give an
// [*ArgumentError].
func Marshal(c Coder) (json.RawMessage, error) {
	var f form
	var err error
	switch p := c.(type) {
	case Poisson:
		f.Kind = "poisson"
	case Direct:
		f.Kind = "direct"
	case Latency:
		f.Kind = "latency"
	case Delta:
		f.Kind = "delta"
	case Levels:
		f.Kind = "levels"
	case Population:
		f.Kind = "population"
		if f.Spikes, err = Marshal(p.Spikes); err != nil {
			return nil, err
		}
	default:
		return nil, &ArgumentError{"coder", fmt.Sprintf("%T", c), "must be one of this package to be saved"}
	}
	if f.Parameters, err = json.Marshal(c); err != nil {
		return nil, err
	}
	return json.Marshal(f)
}

// Unmarshal makes the coder that Marshal wrote. Parameters are tested when it makes its encoder; here only those are
// refused that would let a few bytes of a file fill the memory with spikes.
func Unmarshal(data []byte) (Coder, error) {
	var f form
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, fmt.Errorf("coding: %w", err)
	}
	switch f.Kind {
	case "poisson":
		p, err := parametersOf[Poisson](f)
		return p, bounded(err, p.Rate <= 1e6, "Poisson.Rate", p.Rate, "must be at most 1e6 Hz in a file")
	case "direct":
		return parametersOf[Direct](f)
	case "latency":
		return parametersOf[Latency](f)
	case "delta":
		p, err := parametersOf[Delta](f)
		return p, bounded(err, p.Step >= 1e-6*max(1, math.Abs(p.Start)), "Delta.Step", p.Step, "must be at least a millionth of the scale of the signal in a file")
	case "levels":
		return parametersOf[Levels](f)
	case "population":
		p, err := parametersOf[Population](f)
		if err != nil {
			return nil, err
		}
		if p.Spikes, err = Unmarshal(f.Spikes); err != nil {
			return nil, err
		}
		_, nested := p.Spikes.(Population)
		return p, bounded(nil, !nested, "Population.Spikes", "population", "must be another coder in a file")
	}
	return nil, &ArgumentError{"kind of coder", f.Kind, "must be poisson, direct, latency, delta, levels or population"}
}

func parametersOf[C Coder](f form) (C, error) {
	var c C
	if err := json.Unmarshal(f.Parameters, &c); err != nil {
		return c, fmt.Errorf("coding: parameters of the coder %s: %w", f.Kind, err)
	}
	return c, nil
}

func bounded(err error, ok bool, name string, value any, want string) error {
	if err == nil && !ok {
		return &ArgumentError{name, value, want}
	}
	return err
}
