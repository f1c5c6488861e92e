package validation

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/glia-sim/glia/neurons/reference"
)

// neuronComparisons are the cases of neurons/reference: recordings of NEST and Brian, and closed forms.
func neuronComparisons() []Comparison {
	var all []Comparison
	for _, c := range reference.Cases() {
		all = append(all, Comparison{Name: "neurons/" + slug(c.Name), Group: Neurons, Source: c.Source,
			Run: func(ctx context.Context) ([]Row, error) {
				checks, err := c.Run(ctx)
				return neuronRows(checks), err
			}})
	}
	return append(all, Comparison{Name: "neurons/closed/convergence", Group: Neurons, Run: convergenceOrders,
		Source: "error against dt on a log-log line, slope of the method"})
}

// slug makes a name that a shell and a user can handle.
func slug(name string) string {
	return strings.NewReplacer("_", "-", " ", "-").Replace(strings.ToLower(name))
}

// neuronRows puts the checks of one case that are about the same thing into one row: the spikes of all
// cells, a state variable of all cells, one quantity of all settings.
func neuronRows(checks []reference.Check) []Row {
	var rows []Row
	index := map[string]int{}
	for _, c := range checks {
		r := Row{Quantity: c.Quantity, Unit: c.Unit, Ours: c.Ours, Reference: c.Reference, Error: c.Error, Bound: c.Bound, Checks: 1}
		topic := topicOf(c.Quantity)
		if topic == "spikes" {
			r.Unit, r.ErrorUnit, r.Checks = "spikes", "ms", max(1, int(c.Reference))
		}
		k, seen := index[topic]
		if !seen {
			index[topic] = len(rows)
			rows = append(rows, r)
			continue
		}
		rows[k].keepWorse(r)
	}
	for topic, k := range index {
		if n := rows[k].Checks; topic == "spikes" && rows[k].Quantity != "spikes" {
			rows[k].Quantity += fmt.Sprintf(" (worst train; %d spikes in all)", n)
		}
	}
	return rows
}

var setting = regexp.MustCompile(` of .*| (\d|TauEx).*`)

// topicOf is what a quantity is about without the cell or the setting: "V of FS to 330 ms" is about V.
func topicOf(quantity string) string { return setting.ReplaceAllString(quantity, "") }
