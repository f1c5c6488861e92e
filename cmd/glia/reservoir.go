package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/glia-sim/glia/networks/reservoir"
	"github.com/glia-sim/glia/networks/reservoir/forecast"
	"github.com/glia-sim/glia/neurons"
)

func reservoirCommand() *cli.Command {
	return &cli.Command{
		Name:      "reservoir",
		Usage:     "train a reservoir on your own series, and run it on new data",
		UsageText: "glia reservoir train|predict|info",
		Subcommands: []*cli.Command{
			reservoirTrainCommand(), reservoirPredictCommand(), reservoirInfoCommand(),
		},
		Action: func(c *cli.Context) error {
			return usagef("what should be done? There are: train, predict, info; see 'glia reservoir --help'")
		},
	}
}

func reservoirTrainCommand() *cli.Command {
	d := forecast.DefaultOptions()
	seed := seedValue(d.Seed)
	return &cli.Command{
		Name:      "train",
		Usage:     "train on columns of a CSV file",
		UsageText: "glia reservoir train --data FILE.csv --input COLUMN[,COLUMN...] [--target COLUMN[,...]] [--horizon N] --save FILE.glia",
		Description: `Trains a reservoir to predict the targets from the inputs, one row after the other.
The file has a header and a number in every field. Series of any scale can be given.

The kinds of reservoir are esn, an echo-state network; ei, rate units under Dale's law
with adapted inhibition; lif and izhikevich, networks of spiking neurons, which receive
each row for 10 ms as a current or, with --coder, as spikes; assembly, modules that forget
by construction; and ngrc, the products of past rows.

The last rows are kept for a test that neither training nor the choice of the ridge
has seen; its error (NRMSE: root mean square over the standard deviation) is printed
beside that of the forecast that nothing changes.

Examples:
   glia reservoir train --data load.csv --input load,temperature --target load --save load.glia
   glia reservoir train --data lorenz.csv --input x,y,z --squares --save lorenz.glia
   glia reservoir train --data load.csv --input load --kind lif --coder population --save spikes.glia
   glia reservoir predict lorenz.glia --data new.csv --free-run 200 --out future.csv`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "data", Usage: "`FILE` with the series: CSV with a header"},
			&cli.StringSliceFlag{Name: "input", Usage: "`columns` that drive the network, separated by commas"},
			&cli.StringSliceFlag{Name: "target", DefaultText: "the inputs", Usage: "`columns` to predict"},
			&cli.IntFlag{Name: "horizon", Value: d.Horizon, Usage: "`rows` from an input to the target it predicts; 0: the same row"},
			&cli.StringFlag{Name: "kind", Value: string(d.Kind), Usage: "`kind` of reservoir: esn, ei, lif, izhikevich, assembly or ngrc"},
			&cli.IntFlag{Name: "units", Value: d.Units, Usage: "`number` of units or neurons (all but ngrc)"},
			&cli.Float64Flag{Name: "density", DefaultText: "0.1; 0.3 for ei and lif", Usage: "`fraction` of the connections that exist"},
			&cli.Float64Flag{Name: "radius", Value: d.Radius, Usage: "spectral `radius` (esn)"},
			&cli.Float64Flag{Name: "leak", Value: d.Leak, Usage: "`share` of the state that is new at each row (esn)"},
			&cli.Float64Flag{Name: "input-scale", DefaultText: "0.5; 2 with a coder", Usage: "input weights are uniform between minus and plus this, for inputs of standard deviation 1"},
			&cli.Float64Flag{Name: "bias-scale", Value: d.BiasScale, Usage: "biases are uniform between minus and plus this (esn)"},
			&cli.Float64Flag{Name: "balance", Usage: "mean signed `sum` of the weights onto a neuron (lif, izhikevich): 0 balanced, below 0 over-inhibited"},
			&cli.StringFlag{Name: "coder", DefaultText: "currents", Usage: "how rows become spikes (lif, izhikevich): `poisson`, latency, population or levels"},
			&cli.IntFlag{Name: "taps", Value: d.Taps, Usage: "`rows` that are remembered, the present one among them (ngrc)"},
			&cli.IntFlag{Name: "stride", Value: d.Stride, Usage: "distance of these in `rows` (ngrc)"},
			&cli.IntFlag{Name: "degree", Value: d.Degree, Usage: "`degree` of their products, 2 to 4 (ngrc)"},
			workersOfReservoir(),
			&cli.BoolFlag{Name: "squares", DisableDefaultText: true, Usage: "the readout sees the squares of the state too"},
			&cli.StringFlag{Name: "ridge", Value: "select", Usage: "regularisation: a number, several separated by commas, or `select` to choose among powers of ten on the validation rows"},
			&cli.IntFlag{Name: "washout", Value: d.Washout, Usage: "first `rows` that are not fitted"},
			&cli.Float64Flag{Name: "validation", Value: d.Validation, Usage: "`fraction` of the rows that chooses the ridge"},
			&cli.Float64Flag{Name: "test", Value: d.Test, Usage: "`fraction` of the rows, the last, that measures the error"},
			&cli.GenericFlag{Name: "seed", Value: &seed, Usage: "seed of the random weights: a whole `number`"},
			&cli.StringFlag{Name: "save", Usage: "`FILE` for the trained model"},
		},
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			for _, name := range []string{"data", "input", "save"} {
				if !c.IsSet(name) || c.String(name) == "" && name != "input" {
					return usagef("--%s is missing; see '%s --help'", name, c.Command.HelpName)
				}
			}
			o := forecast.Options{
				Horizon: c.Int("horizon"), Kind: forecast.Kind(c.String("kind")), Units: c.Int("units"), Density: c.Float64("density"),
				Radius: c.Float64("radius"), Leak: c.Float64("leak"), InputScale: c.Float64("input-scale"), BiasScale: c.Float64("bias-scale"),
				Balance: c.Float64("balance"), Coder: c.String("coder"), Workers: workersOf(c), Taps: c.Int("taps"), Stride: c.Int("stride"), Degree: c.Int("degree"),
				Squares: c.Bool("squares"), Seed: uint64(seed), Washout: c.Int("washout"), Validation: c.Float64("validation"), Test: c.Float64("test"),
			}
			if err := fittingOptions(c, o.Kind); err != nil {
				return err
			}
			for _, name := range []string{"density", "input-scale"} {
				if c.IsSet(name) && c.Float64(name) == 0 {
					return usagef("--%s 0: must be above 0", name)
				}
			}
			var err error
			if o.Lambdas, err = ridgeOf(c.String("ridge"), d.Lambdas); err != nil {
				return err
			}
			table, err := readTable(c.String("data"))
			if err != nil {
				return err
			}
			o.Inputs, o.Targets = columns(c.StringSlice("input"), table), columns(c.StringSlice("target"), table)
			fit, err := forecast.Train(table, o)
			if err != nil {
				return usageOf(c.String("data"), err)
			}
			if err := saveModel(c.String("save"), fit); err != nil {
				return err
			}
			return printFit(c.App.Writer, fit, c.String("save"))
		},
	}
}

// fittingOptions refuses options that mean nothing to a kind of reservoir.
func fittingOptions(c *cli.Context, kind forecast.Kind) error {
	if !slices.Contains(forecast.Kinds(), kind) {
		return nil // which is refused later, with the list
	}
	esn, spiking, ngrc := []forecast.Kind{forecast.ESN}, []forecast.Kind{forecast.LIF, forecast.Izhikevich}, []forecast.Kind{forecast.NGRC}
	networks := slices.DeleteFunc(forecast.Kinds(), func(k forecast.Kind) bool { return k == forecast.NGRC })
	for _, o := range []struct {
		name string
		of   []forecast.Kind
	}{{"units", networks}, {"density", networks}, {"input-scale", networks}, {"radius", esn}, {"leak", esn}, {"bias-scale", esn},
		{"balance", spiking}, {"coder", spiking}, {"taps", ngrc}, {"stride", ngrc}, {"degree", ngrc}} {
		if c.IsSet(o.name) && !slices.Contains(o.of, kind) {
			return usagef("--%s means nothing to a reservoir of kind %s: it is an option of %s", o.name, kind, strings.Trim(fmt.Sprint(o.of), "[]"))
		}
	}
	return nil
}

func workersOfReservoir() *cli.GenericFlag {
	workers := workersValue(1)
	return &cli.GenericFlag{Name: "workers", Value: &workers, Usage: fmt.Sprintf("`number` of goroutines of a spiking reservoir, 1 to %d; does not change the result", maxWorkers)}
}

// workersOf reads it.
func workersOf(c *cli.Context) int { return int(*c.Generic("workers").(*workersValue)) }

// usageOf tells mistakes in options and column names from failures.
func usageOf(path string, err error) error {
	var option *forecast.OptionError
	var column *forecast.UnknownColumnError
	if errors.As(err, &option) || errors.As(err, &column) {
		return usagef("%s: %v", path, err)
	}
	return fmt.Errorf("%s: %w", path, err)
}

// columns splits lists of names. A name that itself contains a comma is taken whole.
func columns(lists []string, t *forecast.Table) []string {
	var out []string
	for _, list := range lists {
		if _, err := t.Select([]string{list}); err == nil {
			out = append(out, list)
			continue
		}
		for _, name := range strings.Split(list, ",") {
			out = append(out, strings.TrimSpace(name))
		}
	}
	return out
}

// ridgeOf reads --ridge.
func ridgeOf(text string, usual []float64) ([]float64, error) {
	if text == "select" {
		return usual, nil
	}
	var out []float64
	for _, part := range strings.Split(text, ",") {
		x, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil || !(x >= 0) || math.IsInf(x, 0) {
			return nil, usagef("--ridge %s: must be 'select' or numbers of at least 0, separated by commas", text)
		}
		out = append(out, x)
	}
	return out, nil
}

func readTable(path string) (*forecast.Table, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the data: %w", err)
	}
	defer f.Close()
	t, err := forecast.ReadCSV(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return t, nil
}

// writeWhole writes a file that appears only when it is whole.
func writeWhole(path string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.partial")
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	w := bufio.NewWriter(f)
	err = write(w)
	// Files made for others to read, as os.Create makes them under the usual mask.
	if err = errors.Join(err, w.Flush(), f.Chmod(0o644), f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("cannot write %s: %w", path, err), os.Remove(f.Name()))
	}
	return nil
}

func saveModel(path string, fit *forecast.Fit) error {
	return writeWhole(path, func(w io.Writer) error { return fit.Model.Save(w, fit.About) })
}

func printFit(out io.Writer, fit *forecast.Fit, path string) error {
	fmt.Fprintf(out, "%d rows to train on, %d to choose the ridge (%g), %d for the test\n\n", fit.Train, fit.Validation, fit.About.Lambda, fit.Test)
	w := table(out)
	fmt.Fprintln(w, "target\tvalidation NRMSE\ttest NRMSE\tif nothing changed")
	for k, name := range fit.About.Targets {
		at := func(v []float64) string {
			if k >= len(v) || math.IsNaN(v[k]) {
				return "-"
			}
			return strconv.FormatFloat(v[k], 'g', 4, 64)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", name, at(fit.ValidationError), at(fit.TestError), at(fit.Persistence))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "\nmodel  %s\n", path)
	return err
}

func loadModel(path string, workers int) (*reservoir.Model, reservoir.About, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, reservoir.About{}, fmt.Errorf("cannot read the model: %w", err)
	}
	defer f.Close()
	m, about, err := reservoir.Load(f, workers)
	if err != nil {
		return nil, about, fmt.Errorf("%s: %w", path, err)
	}
	return m, about, nil
}

func reservoirPredictCommand() *cli.Command {
	return &cli.Command{
		Name:      "predict",
		Usage:     "run a trained model on new data",
		UsageText: "glia reservoir predict FILE.glia --data NEW.csv [--continue] [--free-run N] [--out PREDICTIONS.csv]",
		Description: `Drives the model with the rows of the file and writes its predictions as CSV: the row
that each is for (counted from 1), the predicted targets and, where the file has them,
the actual ones.

The model starts at rest, and its first rows, the wash-out, are not predicted; with
--continue it starts in the state after its training data, for a file that follows
them at once. --free-run N goes on for N rows after the end, on its own predictions.

Examples:
   glia reservoir predict load.glia --data today.csv --out predictions.csv
   glia reservoir predict lorenz.glia --data new.csv --free-run 200 | head`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "data", Usage: "`FILE` with the inputs: CSV with a header"},
			&cli.BoolFlag{Name: "continue", DisableDefaultText: true, Usage: "start in the state after the training data"},
			workersOfReservoir(),
			&cli.IntFlag{Name: "free-run", Usage: "predict `N` rows after the end of the data"},
			&cli.StringFlag{Name: "out", DefaultText: "the terminal", Usage: "`FILE` for the predictions"},
		},
		Action: func(c *cli.Context) error {
			path, err := oneArgument(c, "model")
			if err != nil {
				return err
			}
			if c.String("data") == "" {
				return usagef("--data is missing; see '%s --help'", c.Command.HelpName)
			}
			m, about, err := loadModel(path, workersOf(c))
			if err != nil {
				return err
			}
			t, err := readTable(c.String("data"))
			if err != nil {
				return err
			}
			p, err := forecast.Predict(m, about, t, forecast.PredictOptions{Continue: c.Bool("continue"), FreeRun: c.Int("free-run")})
			if err != nil {
				return usageOf(c.String("data"), err)
			}
			if c.String("out") == "" {
				return p.WriteCSV(c.App.Writer)
			}
			if err := writeWhole(c.String("out"), p.WriteCSV); err != nil {
				return err
			}
			rows, _ := p.Predicted.Dims()
			fmt.Fprintf(c.App.Writer, "%s for rows %d to %d: %s\n", plural(rows, "prediction"), p.First, p.First+rows-1, c.String("out"))
			for k, e := range p.Error {
				if !math.IsNaN(e) {
					fmt.Fprintf(c.App.Writer, "%s: NRMSE %.4g on the rows of the file\n", p.Targets[k], e)
				}
			}
			return nil
		},
	}
}

func reservoirInfoCommand() *cli.Command {
	return &cli.Command{
		Name:      "info",
		Usage:     "show what a saved model is",
		UsageText: "glia reservoir info FILE.glia",
		Action: func(c *cli.Context) error {
			path, err := oneArgument(c, "model")
			if err != nil {
				return err
			}
			m, about, err := loadModel(path, 1)
			if err != nil {
				return err
			}
			return printModel(c.App.Writer, m, about)
		},
	}
}

func printModel(out io.Writer, m *reservoir.Model, about reservoir.About) error {
	w := table(out)
	row := func(name, format string, args ...any) {
		fmt.Fprintf(w, "%s\t%s\n", name, fmt.Sprintf(format, args...))
	}
	r := m.Reservoir
	if s, ok := r.(*reservoir.Scaled); ok {
		r = s.Reservoir
	}
	switch r := r.(type) {
	case *reservoir.ESN:
		row("reservoir", "echo-state network of %d %s units, leak %g", r.Units(), r.Activation, r.Leak)
		row("recurrent weights", "%s", weightsText(r.W))
	case *reservoir.EI:
		row("reservoir", "%d excitatory and %d inhibitory sigmoid units", r.NE, r.Units()-r.NE)
		row("recurrent weights", "%s and %s", weightsText(r.E), weightsText(r.I))
	case *reservoir.Assembly:
		row("reservoir", "assembly of %d tanh units, contracting at a rate of %.3g or more per time constant", r.Units(), r.Rate)
		row("recurrent weights", "%s within modules and %s between them", weightsText(r.W), weightsText(r.L))
	case *reservoir.NGRC:
		row("reservoir", "next-generation: %d past values and products", r.Units())
	case *reservoir.Spiking:
		row("reservoir", "spiking network, %g ms per row", r.StepTime())
		for _, p := range r.Net.Populations() {
			model := p.Model
			if s, ok := model.(neurons.CurrentSynapses); ok {
				model = s.Cell
			}
			if p.Name == "input" {
				row("input", "%d channels of spikes", p.Size)
				continue
			}
			row(p.Name, "%d neurons (%s)", p.Size, reflect.TypeOf(model).Name())
		}
		synapses := int64(0)
		for _, p := range r.Net.Projections() {
			synapses += p.Synapses()
		}
		row("synapses", "%d", synapses)
	}
	row("inputs", "%s", strings.Join(about.Inputs, ", "))
	row("targets", "%s", strings.Join(about.Targets, ", "))
	row("horizon", "%d rows", about.Horizon)
	row("wash-out", "%d rows", about.Washout)
	row("readout", "%d features, ridge %g", m.Readout.Inputs, about.Lambda)
	if about.Note != "" {
		row("training", "%s", about.Note)
	}
	return w.Flush()
}

func weightsText(m reservoir.Matrix) string {
	rows, cols := m.Dims()
	if s, ok := m.(*reservoir.CSR); ok {
		return fmt.Sprintf("%d x %d, sparse, %d entries", rows, cols, len(s.Data))
	}
	return fmt.Sprintf("%d x %d, dense", rows, cols)
}
