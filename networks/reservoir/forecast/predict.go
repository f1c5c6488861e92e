package forecast

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"

	"github.com/glia-sim/glia/networks/reservoir"
	"gonum.org/v1/gonum/mat"
)

// PredictOptions say how a model is run on new data.
type PredictOptions struct {
	// Continue starts from the state in which the model was saved, for data that follow the training data at once.
	// Otherwise it starts at rest, and the first rows, the model's wash-out, are not predicted.
	Continue bool
	// FreeRun predicts so many rows after the last one: the first from the data, the others from the model's own
	// predictions. It needs targets that are the inputs, and a horizon of 1.
	FreeRun int
}

// Predictions are the outputs of a model beside the truth, as far as the data know it.
type Predictions struct {
	Targets   []string
	First     int        // row of the data, from 1, that the first prediction is for; may lie behind the last row
	Predicted *mat.Dense // rows x targets
	Free      int        // how many of the rows, at the end, live on predictions
	Actual    *Table     // the data
	Error     []float64  // NRMSE of each target over the rows that the data know; NaN without
}

// Predict runs a model on new data. The error is an *UnknownColumnError, *OptionError, or that of the model.
func Predict(m *reservoir.Model, about reservoir.About, t *Table, o PredictOptions) (*Predictions, error) {
	x, err := t.Select(about.Inputs)
	if err != nil {
		return nil, err
	}
	washout := about.Washout
	if o.Continue {
		washout = 0
	}
	rows := t.Rows()
	switch {
	case len(about.Inputs) != m.Reservoir.Inputs() || len(about.Targets) != m.Readout.Outputs:
		return nil, &OptionError{"names of the model", len(about.Inputs), fmt.Sprintf("it has %d inputs and %d outputs", m.Reservoir.Inputs(), m.Readout.Outputs)}
	case about.Horizon < 0 || about.Washout < 0:
		return nil, &OptionError{"horizon and wash-out of the model", fmt.Sprint(about.Horizon, ", ", about.Washout), "must be at least 0"}
	case rows <= washout:
		return nil, &OptionError{"number of rows", rows, fmt.Sprintf("must be above the wash-out of the model, %d; or continue from the training data", washout)}
	case o.FreeRun < 0 || o.FreeRun > MaxValues/len(about.Targets):
		return nil, &OptionError{"free run", o.FreeRun, "must be at least 0, and fit into memory"}
	case o.FreeRun > 0 && (about.Horizon != 1 || !slices.Equal(about.Inputs, about.Targets)):
		return nil, &OptionError{"free run", o.FreeRun, "the model must predict all its inputs one row ahead to run on its own predictions"}
	}
	if !o.Continue {
		m.Reservoir.Reset()
	}
	out, err := m.Predict(x)
	if err != nil {
		return nil, err
	}
	p := &Predictions{Targets: about.Targets, First: washout + about.Horizon + 1, Free: max(0, o.FreeRun-1), Actual: t}
	driven := out.Slice(washout, rows, 0, len(about.Targets))
	p.Predicted = mat.DenseCopyOf(driven)
	if p.Free > 0 {
		free, err := m.FreeRun(out.RawRowView(rows-1), p.Free)
		if err != nil {
			return nil, err
		}
		var all mat.Dense
		all.Stack(driven, free)
		p.Predicted = &all
	}
	p.Error = make([]float64, len(p.Targets))
	for k, name := range p.Targets {
		p.Error[k] = math.NaN()
		if i := t.column(name); i >= 0 && p.First <= rows {
			truth := mat.Col(nil, i, t.Values)[p.First-1:]
			p.Error[k] = nrmse(mat.Col(nil, k, p.Predicted)[:len(truth)], truth)
		}
	}
	return p, nil
}

// WriteCSV writes the predictions: the row of the data that each is for, the predicted targets, and the actual ones
// where the data have them. Numbers are written so that they read back exactly.
func (p *Predictions) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	header := []string{"row"}
	var columns []int
	for _, name := range p.Targets {
		header = append(header, name+"_predicted")
	}
	for _, name := range p.Targets {
		if i := p.Actual.column(name); i >= 0 {
			header, columns = append(header, name), append(columns, i)
		}
	}
	if err := out.Write(header); err != nil {
		return err
	}
	rows, _ := p.Predicted.Dims()
	for t := range rows {
		at := p.First + t
		record := []string{strconv.Itoa(at)}
		for _, v := range p.Predicted.RawRowView(t) {
			record = append(record, strconv.FormatFloat(v, 'g', -1, 64))
		}
		for _, i := range columns {
			cell := ""
			if at <= p.Actual.Rows() {
				cell = strconv.FormatFloat(p.Actual.Values.At(at-1, i), 'g', -1, 64)
			}
			record = append(record, cell)
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
