package tasks

import (
	"bytes"
	"encoding/gob"

	"gonum.org/v1/gonum/mat"
)

// forecastsWire is what package gob carries of Forecasts.
type forecastsWire struct {
	OneStep   float64
	Predicted []*mat.Dense
	Origin    []int
	Series    *mat.Dense
	SD        []float64
}

// GobEncode writes all but the model.
func (f *Forecasts) GobEncode() ([]byte, error) {
	var b bytes.Buffer
	err := gob.NewEncoder(&b).Encode(forecastsWire{f.OneStep, f.Predicted, f.Origin, f.series, f.sd})
	return b.Bytes(), err
}

// GobDecode reads what GobEncode wrote; the model is nil.
func (f *Forecasts) GobDecode(data []byte) error {
	var w forecastsWire
	if err := gob.NewDecoder(bytes.NewReader(data)).Decode(&w); err != nil {
		return err
	}
	*f = Forecasts{OneStep: w.OneStep, Predicted: w.Predicted, Origin: w.Origin, series: w.Series, sd: w.SD}
	return nil
}
