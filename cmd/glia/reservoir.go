package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/glia-sim/glia/networks/reservoir"
	"github.com/glia-sim/glia/networks/reservoir/forecast"
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
		Description: `Trains an echo-state network (or, with --kind ei, a network under Dale's law with
adapted inhibition) to predict the targets from the inputs, one row after the other.
The file has a header and a number in every field. Series of any scale can be given.

The last rows are kept for a test that neither training nor the choice of the ridge
has seen; its error (NRMSE: root mean square over the standard deviation) is printed
beside that of the forecast that nothing changes.

Examples:
   glia reservoir train --data load.csv --input load,temperature --target load --save load.glia
   glia reservoir train --data lorenz.csv --input x,y,z --squares --save lorenz.glia
   glia reservoir predict lorenz.glia --data new.csv --free-run 200 --out future.csv`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "data", Usage: "`FILE` with the series: CSV with a header"},
			&cli.StringSliceFlag{Name: "input", Usage: "`columns` that drive the network, separated by commas"},
			&cli.StringSliceFlag{Name: "target", DefaultText: "the inputs", Usage: "`columns` to predict"},
			&cli.IntFlag{Name: "horizon", Value: d.Horizon, Usage: "`rows` from an input to the target it predicts; 0: the same row"},
			&cli.StringFlag{Name: "kind", Value: string(d.Kind), Usage: "`esn` or ei"},
			&cli.IntFlag{Name: "units", Value: d.Units, Usage: "`number` of units"},
			&cli.Float64Flag{Name: "density", DefaultText: "0.1; 0.3 for ei", Usage: "`fraction` of the connections that exist"},
			&cli.Float64Flag{Name: "radius", Value: d.Radius, Usage: "spectral `radius` (esn)"},
			&cli.Float64Flag{Name: "leak", Value: d.Leak, Usage: "`share` of the state that is new at each row (esn)"},
			&cli.Float64Flag{Name: "input-scale", Value: d.InputScale, Usage: "input weights are uniform between minus and plus this, for inputs of standard deviation 1"},
			&cli.Float64Flag{Name: "bias-scale", Value: d.BiasScale, Usage: "biases are uniform between minus and plus this (esn)"},
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
				Horizon: c.Int("horizon"), Kind: forecast.Kind(c.String("kind")), Units: c.Int("units"), Density: 0.1,
				Radius: c.Float64("radius"), Leak: c.Float64("leak"), InputScale: c.Float64("input-scale"), BiasScale: c.Float64("bias-scale"),
				Squares: c.Bool("squares"), Seed: uint64(seed), Washout: c.Int("washout"), Validation: c.Float64("validation"), Test: c.Float64("test"),
			}
			if o.Kind == forecast.EI {
				o.Density = 0.3
			}
			if c.IsSet("density") {
				o.Density = c.Float64("density")
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

func loadModel(path string) (*reservoir.Model, reservoir.About, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, reservoir.About{}, fmt.Errorf("cannot read the model: %w", err)
	}
	defer f.Close()
	m, about, err := reservoir.Load(f)
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
			m, about, err := loadModel(path)
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
			m, about, err := loadModel(path)
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
	switch r := m.Reservoir.(type) {
	case *reservoir.ESN:
		row("reservoir", "echo-state network of %d %s units, leak %g", r.Units(), r.Activation, r.Leak)
		row("recurrent weights", "%s", weightsText(r.W))
	case *reservoir.EI:
		row("reservoir", "%d excitatory and %d inhibitory sigmoid units", r.NE, r.Units()-r.NE)
		row("recurrent weights", "%s and %s", weightsText(r.E), weightsText(r.I))
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
