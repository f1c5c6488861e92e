package results

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/experiments/runfolder"
)

// Run is a complete run, or what one that was interrupted had measured.
type Run struct {
	Dir      string
	Manifest runfolder.Manifest
	Metrics  []runfolder.Metric
}

// Group holds the runs of one experiment with the same parameters on the same data, by seed.
type Group struct {
	Experiment *experiments.Experiment
	Values     experiments.Values
	Data       string // name of the data set, empty for none
	DataDir    string // last element of its path, as the user named it; empty for none
	Runs       []Run
}

// Omission is a folder that is not on the page.
type Omission struct{ Dir, Reason string }

// Read reads run folders, and the run folders that other folders hold. Of two complete runs with equal settings and
// seed the later one counts, and a complete one before one that was interrupted, of which what it had measured by
// then counts. A run that failed or is under way, or of an experiment or parameters that this glia does not
// have, is left out with a reason. The error is that of a folder which holds no run at all.
func Read(dirs []string) ([]*Group, []Omission, error) {
	var omitted []Omission
	groups := map[string]*Group{}
	for _, dir := range dirs {
		found, err := folders(dir)
		if err != nil {
			return nil, nil, err
		}
		for _, d := range found {
			run, key, g, err := read(d)
			if err != nil {
				omitted = append(omitted, Omission{d, err.Error()})
				continue
			}
			if groups[key] == nil {
				groups[key] = g
			}
			groups[key].add(run)
		}
	}
	all := make([]*Group, 0, len(groups))
	for _, g := range groups {
		all = append(all, g)
	}
	slices.SortFunc(all, compare)
	return all, omitted, nil
}

// folders are the run folders at or directly below dir.
func folders(dir string) ([]string, error) {
	if _, err := os.Stat(filepath.Join(dir, runfolder.ManifestFile)); err == nil {
		return []string{dir}, nil
	}
	found, err := filepath.Glob(filepath.Join(escape(dir), "*", runfolder.ManifestFile))
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s does not exist: want a run folder, or a folder of them", dir)
		}
		return nil, fmt.Errorf("%s holds no run: want a folder with %s, or a folder of such folders", dir, runfolder.ManifestFile)
	}
	for i := range found {
		found[i] = filepath.Dir(found[i])
	}
	return found, nil
}

// escape takes their meaning from the special characters of a pattern.
func escape(path string) string {
	return strings.NewReplacer(`*`, `[*]`, `?`, `[?]`, `[`, `[[]`).Replace(path)
}

func read(dir string) (run Run, key string, g *Group, err error) {
	run.Dir = dir
	if run.Manifest, err = runfolder.ReadManifest(dir); err != nil {
		return run, "", nil, err
	}
	m := run.Manifest
	if m.Status != runfolder.Complete && m.Status != runfolder.Interrupted {
		return run, "", nil, fmt.Errorf("the run is not complete: %s", m.Status)
	}
	if run.Metrics, err = runfolder.ReadMetrics(dir); err != nil {
		return run, "", nil, err
	}
	if m.Status == runfolder.Interrupted && len(run.Metrics) == 0 {
		return run, "", nil, fmt.Errorf("the run was interrupted before it had measured anything")
	}
	e, err := experiments.Lookup(m.Experiment)
	if err != nil {
		return run, "", nil, err
	}
	sets, data := settings(m.Command)
	v, err := e.Parse(sets)
	if err != nil {
		return run, "", nil, fmt.Errorf("made by another version of glia: %w", err)
	}
	g = &Group{Experiment: e, Values: v, Data: m.Data, DataDir: data}
	return run, strings.Join(append([]string{e.Name, m.Data}, v.Assignments()...), "\x00"), g, nil
}

// settings are the parameters that the command of a run sets, and the last element of the path of its data.
func settings(command string) (sets []string, data string) {
	words := split(command)
	for i := 0; i+1 < len(words); i++ {
		switch words[i] {
		case "--set":
			sets = append(sets, words[i+1])
		case "--data":
			data = filepath.Base(words[i+1])
		}
	}
	return sets, data
}

// split cuts a shell line into words, with single quotes and backslashes, as the command of a run is written.
func split(line string) []string {
	var words []string
	var word strings.Builder
	quoted, escaped, open := false, false, false
	for _, r := range line {
		switch {
		case escaped:
			word.WriteRune(r)
			escaped = false
		case r == '\'':
			quoted, open = !quoted, true
		case quoted:
			word.WriteRune(r)
		case r == '\\':
			escaped, open = true, true
		case r == ' ':
			if open {
				words = append(words, word.String())
				word.Reset()
				open = false
			}
		default:
			word.WriteRune(r)
			open = true
		}
	}
	if open {
		words = append(words, word.String())
	}
	return words
}

func (g *Group) add(run Run) {
	for i, r := range g.Runs {
		if r.Manifest.Seed == run.Manifest.Seed {
			whole, other := run.Manifest.Status == runfolder.Complete, r.Manifest.Status == runfolder.Complete
			if whole && !other || whole == other && run.Manifest.Start.After(r.Manifest.Start) {
				g.Runs[i] = run
			}
			return
		}
	}
	g.Runs = append(g.Runs, run)
	slices.SortFunc(g.Runs, func(a, b Run) int { return cmp.Compare(a.Manifest.Seed, b.Manifest.Seed) })
}

// compare orders by experiment, then by data, then by the parameters in the order of their declaration.
func compare(a, b *Group) int {
	if c := cmp.Or(strings.Compare(a.Experiment.Name, b.Experiment.Name), strings.Compare(a.Data, b.Data)); c != 0 {
		return c
	}
	for _, p := range a.Experiment.Parameters {
		var c int
		switch x := a.Values.Get(p.Name).(type) {
		case float64:
			c = cmp.Compare(x, b.Values.Float(p.Name))
		case int:
			c = cmp.Compare(x, b.Values.Int(p.Name))
		case string:
			y := b.Values.Get(p.Name).(string) // of the same kind
			if c = cmp.Compare(slices.Index(p.Choices, x), slices.Index(p.Choices, y)); p.Kind == experiments.List {
				c = strings.Compare(x, y)
			}
		}
		if c != 0 {
			return c
		}
	}
	return 0
}

// Measure is a metric of a group: its mean over the seeds.
type Measure struct {
	runfolder.Metric         // of the first run, but for Value, which is the mean
	SD               float64 // standard deviation over seeds; NaN of one
	N                int     // runs that have it
}

// OK says whether the mean is accepted; known is false where no published value applies.
func (m Measure) OK() (ok, known bool) {
	if m.Metric.OK == nil {
		return false, false
	}
	x := float64(m.Value)
	return x == x && (m.Min == nil || x >= *m.Min) && (m.Max == nil || x <= *m.Max), true
}

// Measures are the metrics of the group in the order in which they are declared.
func (g *Group) Measures() []Measure {
	var all []Measure
	for _, declared := range g.Experiment.Metrics {
		var of []runfolder.Metric
		for _, r := range g.Runs {
			for _, m := range r.Metrics {
				if m.Name == declared.Name {
					of = append(of, m)
				}
			}
		}
		if len(of) > 0 {
			all = append(all, newMeasure(of))
		}
	}
	return all
}

func newMeasure(of []runfolder.Metric) Measure {
	m := Measure{Metric: of[0], N: len(of)}
	sum, squares := 0.0, 0.0
	for _, x := range of {
		sum += float64(x.Value)
	}
	mean := sum / float64(len(of))
	for _, x := range of {
		squares += (float64(x.Value) - mean) * (float64(x.Value) - mean)
	}
	m.Value, m.SD = runfolder.Number(mean), math.NaN()
	if len(of) > 1 {
		m.SD = math.Sqrt(squares / float64(len(of)-1))
	}
	return m
}

// Command is the shell line that repeats a run of the group, but for the seed; the folder of the data is given by its
// name alone.
func (g *Group) Command() string {
	words := []string{"glia", "run", g.Experiment.Name}
	if g.DataDir != "" {
		words = append(words, "--data", g.DataDir)
	}
	for _, a := range g.Values.Assignments() {
		words = append(words, "--set", quote(a))
	}
	return strings.Join(words, " ")
}

func quote(word string) string {
	if strings.ContainsAny(word, " '\"$`\\*?;&|<>()#~!{}[]") {
		return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	return word
}

// whole are the values with the published protocol, where the experiment says what that is.
func (g *Group) whole() (experiments.Values, error) {
	return g.Experiment.Parse(append(g.Values.Assignments(), g.Experiment.Whole...))
}

// Reduced lists the settings by which the group departs from the published protocol, if the experiment says what that
// is; empty if there are none.
func (g *Group) Reduced() string {
	w, err := g.whole()
	if err != nil {
		return ""
	}
	var cut []string
	for _, p := range g.Values.Parameters() {
		if x := g.Values.Get(p.Name); x != w.Get(p.Name) {
			cut = append(cut, p.Name+"="+p.Format(x))
		}
	}
	return strings.Join(cut, ", ")
}

// published is the value that a publication gives for a metric of the group, after the whole protocol.
func (g *Group) published(metric string) (float64, bool) {
	w, err := g.whole()
	if err != nil {
		return 0, false
	}
	t, ok := g.Experiment.TargetFor(metric, w, g.Data)
	return t.Value, ok
}
