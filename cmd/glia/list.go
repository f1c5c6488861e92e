package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"github.com/glia-sim/glia/experiments"
)

func jsonFlag() cli.Flag {
	return &cli.BoolFlag{Name: "json", DisableDefaultText: true, Usage: "print JSON for other programs"}
}

func listCommand() *cli.Command {
	return &cli.Command{
		Name:      "list",
		Usage:     "list the experiments",
		UsageText: "glia list [--json]",
		Flags:     []cli.Flag{jsonFlag()},
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			all := experiments.All()
			if c.Bool("json") {
				heads := make([]experimentHead, len(all))
				for i, e := range all {
					heads[i] = headOf(e)
				}
				return writeJSON(c.App.Writer, heads)
			}
			if len(all) == 0 {
				fmt.Fprintln(c.App.Writer, "This glia was built without experiments. They are imported in experiments/all.")
				return nil
			}
			w := table(c.App.Writer)
			for _, e := range all {
				fmt.Fprintf(w, "%s\t%s\n", e.Name, e.Title)
			}
			if err := w.Flush(); err != nil {
				return err
			}
			fmt.Fprintf(c.App.Writer, "\nMore about one: glia describe %s\n", all[0].Name)
			return nil
		},
	}
}

func describeCommand() *cli.Command {
	return &cli.Command{
		Name:      "describe",
		Usage:     "show parameters, published targets and figures of an experiment",
		UsageText: "glia describe EXPERIMENT [--json]",
		Description: `Examples:
   glia describe brunel
   glia describe brunel --json`,
		Flags: []cli.Flag{jsonFlag()},
		Action: func(c *cli.Context) error {
			name, err := oneArgument(c, "experiment")
			if err != nil {
				return err
			}
			e, err := experiments.Lookup(name)
			if err != nil {
				return err
			}
			if c.Bool("json") {
				return writeJSON(c.App.Writer, describe(e))
			}
			return printDescription(c.App.Writer, e)
		},
	}
}

// The JSON forms of list and describe. They are read by other programs: fields
// may be added but keep their names.
type (
	experimentHead struct {
		Name        string `json:"name"`
		Title       string `json:"title"`
		Summary     string `json:"summary"`
		Citation    string `json:"citation"`
		NeedsData   bool   `json:"needs_data"`
		AcceptsData bool   `json:"accepts_data"`
	}
	experimentDescription struct {
		experimentHead
		Parameters []parameterDescription `json:"parameters"`
		Metrics    []metricDescription    `json:"metrics"`
		Targets    []targetDescription    `json:"targets"`
		Figures    []figureDescription    `json:"figures"`
	}
	parameterDescription struct {
		Name    string   `json:"name"`
		Kind    string   `json:"kind"` // float, int, bool, choice or list
		Default any      `json:"default"`
		Unit    string   `json:"unit"`
		Min     *float64 `json:"min"` // null: no bound
		Max     *float64 `json:"max"`
		OpenMin bool     `json:"open_min"` // whether the bound itself is excluded
		OpenMax bool     `json:"open_max"`
		Choices []string `json:"choices,omitempty"`
		Meaning string   `json:"meaning"`
	}
	metricDescription struct {
		Name    string `json:"name"`
		Unit    string `json:"unit"`
		Meaning string `json:"meaning"`
		Split   string `json:"split,omitempty"` // validation or test: the data it is computed on
		Goal    string `json:"goal,omitempty"`  // larger or smaller: which values are better
	}
	targetDescription struct {
		Metric    string   `json:"metric"`
		Value     float64  `json:"value"`
		Tolerance *float64 `json:"tolerance"` // null for a band
		Min       *float64 `json:"min"`       // null: no bound
		Max       *float64 `json:"max"`
		Source    string   `json:"source"`
		When      []string `json:"when"` // all must hold
	}
	figureDescription struct {
		Name    string `json:"name"`
		Caption string `json:"caption"`
	}
)

func headOf(e *experiments.Experiment) experimentHead {
	return experimentHead{e.Name, e.Title, e.Summary, e.Citation, e.NeedsData, e.NeedsData || e.AcceptsData}
}

func describe(e *experiments.Experiment) experimentDescription {
	d := experimentDescription{
		experimentHead: headOf(e),
		Parameters:     []parameterDescription{}, Metrics: []metricDescription{},
		Targets: []targetDescription{}, Figures: []figureDescription{},
	}
	for _, p := range e.Parameters {
		x := parameterDescription{Name: p.Name, Kind: p.Kind.String(), Default: p.Default, Unit: p.Unit, Choices: p.Choices, Meaning: p.Meaning}
		if p.Range != (experiments.Range{}) {
			x.Min, x.Max = finite(p.Range.Min), finite(p.Range.Max)
			x.OpenMin, x.OpenMax = p.Range.OpenMin, p.Range.OpenMax
		}
		d.Parameters = append(d.Parameters, x)
	}
	for _, m := range e.Metrics {
		d.Metrics = append(d.Metrics, metricDescription{m.Name, m.Unit, m.Meaning, string(m.Split), string(m.Goal)})
	}
	for _, t := range e.Targets {
		lo, hi := t.Interval()
		x := targetDescription{Metric: t.Metric, Value: t.Value, Min: finite(lo), Max: finite(hi), Source: t.Source, When: conditions(t)}
		if margin, ok := t.Margin(); ok {
			x.Tolerance = &margin
		}
		d.Targets = append(d.Targets, x)
	}
	for _, f := range e.Figures {
		d.Figures = append(d.Figures, figureDescription(f))
	}
	return d
}

func finite(x float64) *float64 {
	if math.IsInf(x, 0) {
		return nil
	}
	return &x
}

func conditions(t experiments.Target) []string {
	when := []string{}
	for _, c := range t.When {
		when = append(when, c.String())
	}
	return when
}

func printDescription(out io.Writer, e *experiments.Experiment) error {
	fmt.Fprintf(out, "%s: %s\n", e.Name, e.Title)
	for _, text := range []string{e.Summary, e.Citation} {
		if text != "" {
			fmt.Fprintf(out, "\n%s\n", text)
		}
	}
	switch {
	case e.NeedsData:
		fmt.Fprintln(out, "\nNeeds a data set: --data DIR (see 'glia data --help').")
	case e.AcceptsData:
		fmt.Fprintln(out, "\nHas input of its own; takes a data set with --data DIR (see 'glia data --help').")
	}
	w := table(out)
	section := func(title string, n int) bool {
		if n > 0 {
			fmt.Fprintf(w, "\n%s\n", title)
		}
		return n > 0
	}
	if section("Parameters (--set name=value)", len(e.Parameters)) {
		for _, p := range e.Parameters {
			fmt.Fprintf(w, "  %s\t%s\t%s\t%s\n", p.Name, unit(p.Format(p.Default), p.Unit), p.Accepts(), p.Meaning)
		}
	}
	if section("Metrics", len(e.Metrics)) {
		for _, m := range e.Metrics {
			fmt.Fprintf(w, "  %s\t%s\t%s\n", m.Name, m.Unit, m.Meaning)
		}
	}
	if section("Published values", len(e.Targets)) {
		units := map[string]string{}
		for _, m := range e.Metrics {
			units[m.Name] = m.Unit
		}
		for _, t := range e.Targets {
			when := ""
			if len(t.When) > 0 {
				when = "when " + strings.Join(conditions(t), ", ")
			}
			fmt.Fprintf(w, "  %s\t%s\t%s\t%s\n", t.Metric, unit(t.Accepts(), units[t.Metric]), t.Source, when)
		}
	}
	if section("Figures", len(e.Figures)) {
		for _, f := range e.Figures {
			fmt.Fprintf(w, "  %s.svg\t%s\n", f.Name, f.Caption)
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(out, "\nRun it: glia run %s\n", e.Name)
	return nil
}

func unit(value, unit string) string {
	if unit == "" {
		return value
	}
	return value + " " + unit
}

// table aligns tab-separated cells into columns.
func table(w io.Writer) *tabwriter.Writer { return tabwriter.NewWriter(w, 0, 8, 2, ' ', 0) }

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
