package validation

import (
	"fmt"
	"io"
	"strings"
)

// Command is what makes the document.
const Command = "glia validate --markdown docs/VALIDATION.md"

const markdownHead = `# Validation

What glia computes, held against independent truths: recordings of other simulators, closed forms,
statistics with known distributions, and the engine against itself. This page is made by

    ` + Command + `

which carries out every comparison anew (a minute or two on two cores), prints the same table, and ends with
status 1 if any row is not ok. Do not edit the page; run the command. Each row is also a Go test:

    go test ./experiments/validation

**How to read it.** *Ours* is what glia gives and *reference* what it is held against; where a row stands
for many values it shows the one with the largest error. For spike trains the two are numbers of spikes,
and the error is the largest difference between the times of corresponding spikes; 0 ms means that all
fall into the same steps. *Bound* is the largest error that counts as agreement. Where it is 0 the two
must be equal to the last bit. The last digits of errors near 1e-13 depend on the processor
(DETERMINISM.md), nothing else does: seeds are fixed.

**What it does not show.** Recordings of chaotic cells are compared up to the time at which two correct
programs part, which is part of the quantity's name. Networks are compared by their statistics, since no
two simulators draw the same random numbers; the bounds allow for the scatter between realisations.
`

// Markdown writes the table as a document. It holds no dates and nothing about the machine.
func (t Table) Markdown(w io.Writer) error {
	var b strings.Builder
	b.WriteString(markdownHead)
	fmt.Fprintf(&b, "\n%s.\n", t.Summary())
	group := Group("")
	for _, res := range t.Results {
		if res.Comparison.Group != group {
			group = res.Comparison.Group
			fmt.Fprintf(&b, "\n## %s%s\n\n", strings.ToUpper(string(group[:1])), group[1:])
			b.WriteString("| what | quantity | ours | reference | error | bound | source | ok |\n")
			b.WriteString("|---|---|--:|--:|--:|--:|---|---|\n")
		}
		for _, r := range res.Rows {
			b.WriteString(r.markdown())
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (r Row) markdown() string {
	c := r.cells()
	var b strings.Builder
	for _, cell := range []string{r.Subject, c.quantity, c.ours, c.reference, c.err, c.bound, c.source, c.ok} {
		b.WriteString("| " + markdownEscape.Replace(cell) + " ")
	}
	b.WriteString("|\n")
	return b.String()
}

var markdownEscape = strings.NewReplacer("|", "\\|", "*", "\\*", "_", "\\_", "<", "&lt;", "\n", " ")
