package results

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/glia-sim/glia/experiments/runfolder"
)

const pageHead = `# Results

Published experiments, repeated with glia. This page is made from run folders by

    glia results DIR... --markdown docs/RESULTS.md

and says what those runs gave, no more: a number that is not reached stands here as such. Do not edit the
page; run the commands beside the numbers (one for each seed) and make it anew.

**How to read it.** *Ours* is the mean over the seeds, with the standard deviation where there are several. *Accepted*
is what counts as agreement; most published values are themselves means over several networks. Wall times are
of the machine named, which may have had other work at the time: docs/PERFORMANCE.md is about speed. **Reduced** marks runs that
cut the published protocol; published values that hold for the whole protocol are not held against them.
`

// Markdown writes the page; curves are the figures drawn for it, by [Curves].
func Markdown(w io.Writer, groups []*Group, curves []Curve, imageDir string) error {
	p := &page{}
	p.WriteString(pageHead)
	p.overview(groups)
	for len(groups) > 0 {
		e := groups[0].Experiment
		n := slices.IndexFunc(groups, func(g *Group) bool { return g.Experiment != e })
		if n < 0 {
			n = len(groups)
		}
		fmt.Fprintf(p, "\n## %s\n\n%s. %s\n", e.Name, e.Title, sentence(e.Citation))
		for _, c := range curves {
			if c.Experiment == e {
				fmt.Fprintf(p, "\n![%s](%s/%s.svg)\n\n*%s*\n", c.Title(), imageDir, c.Name, c.Caption)
			}
		}
		for _, g := range groups[:n] {
			p.group(g)
		}
		groups = groups[n:]
	}
	_, err := io.WriteString(w, p.String())
	return err
}

type page struct{ strings.Builder }

// overview counts the published values met, by experiment.
func (p *page) overview(groups []*Group) {
	p.WriteString("\n| experiment | settings | runs | published values met |\n|---|--:|--:|--:|\n")
	for i := 0; i < len(groups); {
		e := groups[i].Experiment
		settings, runs, met, held := 0, 0, 0, 0
		for ; i < len(groups) && groups[i].Experiment == e; i++ {
			settings++
			runs += len(groups[i].Runs)
			for _, m := range groups[i].Measures() {
				if ok, known := m.OK(); known {
					held++
					if ok {
						met++
					}
				}
			}
		}
		fmt.Fprintf(p, "| [%s](#%s) | %d | %d | %d of %d |\n", e.Name, e.Name, settings, runs, met, held)
	}
}

// group writes the runs of one setting.
func (p *page) group(g *Group) {
	fmt.Fprintf(p, "\n    %s\n\n", g.Command())
	p.WriteString(g.circumstances() + "\n")
	var rest []string
	table := false
	for _, m := range g.Measures() {
		ok, known := m.OK()
		if !known {
			rest = append(rest, fmt.Sprintf("%s %s", code(m.Name), m.ours()))
			continue
		}
		if !table {
			p.WriteString("\n| metric | published | accepted | ours | ok | source |\n|---|--:|--:|--:|---|---|\n")
			table = true
		}
		mark := "**no**"
		if ok {
			mark = "ok"
		}
		published := "-"
		if m.Target != nil {
			published = withUnit(short(*m.Target), m.Unit)
		}
		fmt.Fprintf(p, "| %s | %s | %s | %s | %s | %s |\n", code(m.Name), published, m.accepted(), m.ours(), mark, escaped(*m.Source))
	}
	if rest != nil {
		lead := "Measured without a published value"
		if table {
			lead = "Besides"
		}
		fmt.Fprintf(p, "\n%s: %s.\n", lead, strings.Join(rest, ", "))
	}
}

// circumstances says how much was run, where and how long it took.
func (g *Group) circumstances() string {
	var parts []string
	if r := g.Reduced(); r != "" {
		parts = append(parts, "**Reduced:** "+escaped(r))
	}
	if stopped := g.stopped(); stopped != "" {
		parts = append(parts, stopped)
	}
	var seeds, machines, versions []string
	var least, most float64 = math.Inf(1), 0
	for _, r := range g.Runs {
		m := r.Manifest
		seeds = append(seeds, strconv.FormatUint(m.Seed, 10))
		cpu := m.CPU
		if cpu == "" {
			cpu = "processor unknown"
		}
		machines = append(machines, fmt.Sprintf("%s, %d × %s/%s", cpu, m.CPUs, m.GOOS, m.GOARCH))
		versions = append(versions, "glia "+m.Version)
		least, most = min(least, m.WallSeconds), max(most, m.WallSeconds)
	}
	word := "seeds"
	if len(seeds) == 1 {
		word = "seed"
	}
	parts = append(parts, fmt.Sprintf("%s %s", word, strings.Join(seeds, ", ")))
	if g.Data != "" {
		parts = append(parts, "data "+g.Data)
	}
	wall := duration(most)
	if duration(least) != wall {
		wall = duration(least) + " to " + wall
	}
	parts = append(parts, wall, strings.Join(distinct(machines), "; "), strings.Join(distinct(versions), "; "))
	return strings.Join(parts, " · ")
}

// stopped says which runs were interrupted, and at what.
func (g *Group) stopped() string {
	var at []string
	for _, r := range g.Runs {
		if n := len(r.Manifest.Phases); r.Manifest.Status == runfolder.Interrupted && n > 0 {
			at = append(at, fmt.Sprintf("seed %d during %s", r.Manifest.Seed, r.Manifest.Phases[n-1].Name))
		}
	}
	if at == nil {
		return ""
	}
	return "**Stopped early:** " + strings.Join(at, ", ") + "; what had been measured by then"
}

func distinct(all []string) []string {
	all = slices.Clone(all)
	slices.Sort(all)
	return slices.Compact(all)
}

// duration writes a wall time [s].
func duration(s float64) string {
	switch {
	case s < 10:
		return fmt.Sprintf("%.1f s", s)
	case s < 120:
		return fmt.Sprintf("%.0f s", s)
	}
	return fmt.Sprintf("%.0f min", s/60)
}

// ours is the mean, with the deviation where there is one.
func (m Measure) ours() string {
	x := float64(m.Value)
	if math.IsNaN(x) {
		return "not measured"
	}
	if m.N == 1 {
		return withUnit(short(x), m.Unit)
	}
	return withUnit(fmt.Sprintf("%s ± %s", short(x), strconv.FormatFloat(m.SD, 'g', 2, 64)), m.Unit)
}

func (m Measure) accepted() string {
	switch {
	case m.Tolerance != nil:
		return "± " + strconv.FormatFloat(*m.Tolerance, 'g', 3, 64)
	case m.Min != nil && m.Max != nil:
		return short(*m.Min) + " to " + short(*m.Max)
	case m.Min != nil:
		return "≥ " + short(*m.Min)
	case m.Max != nil:
		return "≤ " + short(*m.Max)
	}
	return ""
}

func short(x float64) string { return strconv.FormatFloat(x, 'g', 5, 64) }

func withUnit(text, unit string) string {
	if unit == "" {
		return text
	}
	return text + " " + unit
}

// sentence ends a text with a full stop.
func sentence(s string) string {
	if s == "" || strings.HasSuffix(s, ".") {
		return s
	}
	return s + "."
}

func code(name string) string { return "`" + name + "`" }

func escaped(s string) string {
	return strings.NewReplacer("|", `\|`, "*", `\*`, "_", `\_`, "<", "&lt;", "\n", " ").Replace(s)
}
