// Package validation holds glia against independent truths and makes a table of it: recordings of other
// simulators (NEST 3.10, Brian 2.5.1), closed forms, statistics with known distributions, and the
// engine against itself on other numbers of workers.
//
// A Comparison is one protocol on one model, kernel, rule or network; it yields Rows: a quantity, what
// glia gives, the reference, the error and the bound that the error must keep. Comparisons lists
// all, Run carries out a selection, and the Table that comes back writes itself as text, as a Markdown
// document (docs/VALIDATION.md) and as a page for the browser.
//
//	table, err := validation.Run(ctx, validation.Comparisons(), validation.Options{})
//	if err != nil { … }
//	table.Text(os.Stdout)
//	if !table.OK() { … }
//
// The command is glia validate. Seeds are fixed, so that a table is the same each time; what a
// statistical row promises is that its seed was not picked: the bounds are wide enough for all but one
// realisation in some thousands, and the comment at each says how they were found.
//
// The package embeds its references (data/README.md) and those of neurons/reference, 1.2 MB in all.
package validation
