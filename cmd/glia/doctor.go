package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
	"golang.org/x/sys/cpu"

	"github.com/glia-sim/glia/bench"
	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/experiments/dataset"
	"github.com/glia-sim/glia/experiments/live"
	"github.com/glia-sim/glia/sim/panics"
)

func doctorCommand() *cli.Command {
	return &cli.Command{
		Name:      "doctor",
		Usage:     "show what this machine offers, and whether glia works on it",
		UsageText: "glia doctor [--data DIR] [--json]",
		Description: `Shows processor, memory, data sets and tools, and simulates a small network to
see that one worker and several give the same spikes. The exit status is 1 only
if something that is needed does not work.

Data sets are looked for in --data, or else in ./data and the folders in it.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "data", DefaultText: "data", Usage: "folder of a data set, or of several: `DIR`"},
			jsonFlag(),
		},
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			d := examine(c.Context, c.String("data"), c.IsSet("data"))
			var err error
			if c.Bool("json") {
				err = writeJSON(c.App.Writer, d)
			} else {
				err = d.print(c.App.Writer)
			}
			if err != nil || d.OK {
				return err
			}
			return fmt.Errorf("%s", strings.Join(d.problems(), "; "))
		},
	}
}

// diagnosis is what doctor finds. Its JSON form is read by other programs: fields may be added but keep their names.
type diagnosis struct {
	OK     bool    `json:"ok"` // nothing that is needed is broken
	Checks []check `json:"checks"`

	Machine  bench.Machine `json:"machine"`
	Features []string      `json:"cpu_features"`
	Assembly bool          `json:"assembly_kernels"` // in use
	Memory   struct {
		Available int64 `json:"available_bytes"` // 0 if unknown
		Limit     int64 `json:"limit_bytes"`     // of the control group, 0 for none
	} `json:"memory"`
	HugePages string            `json:"huge_pages"` // always, madvise, never; empty if unknown
	DataSets  []foundData       `json:"data_sets"`
	Tools     map[string]string `json:"tools"` // path of each, empty if it is missing
}

// check is a line of the diagnosis.
type check struct {
	Name   string  `json:"name"`
	Status verdict `json:"status"`
	Text   string  `json:"text"`
}

type verdict string

const (
	fine   verdict = "ok"
	note   verdict = "note" // works, but could be better
	broken verdict = "broken"
)

type foundData struct {
	Dir     string `json:"dir"`
	Name    string `json:"name"`
	Problem string `json:"problem,omitempty"`
}

func (d *diagnosis) add(name string, status verdict, format string, args ...any) {
	d.Checks = append(d.Checks, check{name, status, fmt.Sprintf(format, args...)})
	d.OK = d.OK && status != broken
}

func examine(ctx context.Context, data string, given bool) *diagnosis {
	d := &diagnosis{OK: true, Machine: bench.ThisMachine(version()), Features: cpuFeatures(), DataSets: []foundData{}}
	d.add("glia", fine, "%s, %s, %s/%s", d.Machine.Glia, d.Machine.Go, d.Machine.OS, d.Machine.Arch)
	d.processor()
	d.memory()
	d.sameSpikes(ctx)
	d.folder("runs")
	d.page()
	d.data(data, given)
	d.tools()
	return d
}

// cpuFeatures lists the instruction sets of interest that the processor has.
func cpuFeatures() []string {
	features := []string{}
	for _, f := range []struct {
		name string
		has  bool
	}{
		{"SSE4.2", cpu.X86.HasSSE42}, {"AVX", cpu.X86.HasAVX}, {"AVX2", cpu.X86.HasAVX2}, {"FMA", cpu.X86.HasFMA}, {"BMI2", cpu.X86.HasBMI2},
		{"AVX-512", cpu.X86.HasAVX512F && cpu.X86.HasAVX512DQ}, {"NEON", cpu.ARM64.HasASIMD}, {"SVE", cpu.ARM64.HasSVE},
	} {
		if f.has {
			features = append(features, f.name)
		}
	}
	return features
}

func (d *diagnosis) processor() {
	model := d.Machine.CPU
	if model == "" {
		model = "unknown model"
	}
	text := fmt.Sprintf("%s, %d logical processors", model, runtime.NumCPU())
	if d.Machine.Cores != runtime.NumCPU() {
		text += fmt.Sprintf(", %d workers by default", d.Machine.Cores)
	}
	if d.Machine.L2 > 0 {
		text += fmt.Sprintf(", %d KiB L2 each", d.Machine.L2>>10)
	}
	d.add("processor", fine, "%s; %s", text, strings.Join(d.Features, " "))
	d.Assembly = assembly && cpu.X86.HasAVX2
	switch {
	case d.Assembly:
		d.add("kernels", fine, "assembly with AVX2")
	case assembly:
		d.add("kernels", note, "Go, because the processor has no AVX2: same results, slower")
	default:
		d.add("kernels", note, "Go, because this program was built without assembly: same results, slower")
	}
}

func (d *diagnosis) memory() {
	available, reason := availableMemory()
	d.Memory.Available, d.Memory.Limit = available, memoryLimit()
	text := "size unknown"
	if d.Machine.MemoryGB > 0 {
		text = fmt.Sprintf("%s, %s %s", experiments.Bytes(int64(d.Machine.MemoryGB*1e9)), experiments.Bytes(available), reason)
	}
	if d.Memory.Limit > 0 {
		text += fmt.Sprintf(", limit of the control group %s", experiments.Bytes(d.Memory.Limit))
	}
	status := fine
	if available > 0 && available < 1<<30 {
		status = note
		text += ": little, networks of more than a million synapses or so may be refused"
	}
	d.add("memory", status, "%s", text)
	switch d.HugePages = hugePages(); d.HugePages {
	case "always", "madvise":
		d.add("huge pages", fine, "%s: large networks use them", d.HugePages)
	case "never":
		d.add("huge pages", note, "never: large networks run slower; 'echo madvise > %s' as root allows them", hugePagesFile)
	default:
		d.add("huge pages", note, "not known on this system")
	}
}

// memoryLimit is that of the process's control group [bytes], 0 for none.
func memoryLimit() int64 {
	total := procValue("/proc/meminfo", "MemTotal")
	for _, path := range []string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"} {
		if limit := procValue(path, ""); limit > 0 && (total == 0 || limit < total) {
			return limit
		}
	}
	return 0
}

const hugePagesFile = "/sys/kernel/mm/transparent_hugepage/enabled"

// hugePages is the word in brackets of "always [madvise] never".
func hugePages() string {
	text, err := os.ReadFile(hugePagesFile)
	if err != nil {
		return ""
	}
	_, rest, _ := strings.Cut(string(text), "[")
	word, _, _ := strings.Cut(rest, "]")
	return word
}

// sameSpikes simulates a small network with one worker and with several.
func (d *diagnosis) sameSpikes(ctx context.Context) {
	const name = "brunel"
	e, err := experiments.Lookup(name)
	if err != nil {
		return // a program without it
	}
	v, err := e.Parse(e.Short)
	if err != nil {
		d.add("simulation", broken, "%s: %v", name, err)
		return
	}
	several := max(2, d.Machine.Cores)
	var sums []string
	var spikes int64
	for _, workers := range []int{1, several} {
		run := experiments.NewRun(e, v, experiments.Options{Seed: 1, Workers: workers})
		err := panics.Catch(func() error { return errors.Join(e.Run(ctx, run), run.Close()) })
		if err != nil {
			d.add("simulation", broken, "%s with %d workers: %v", name, workers, err)
			return
		}
		sums, spikes = append(sums, run.SpikesSHA256()), run.Spikes()
	}
	if sums[0] != sums[1] || spikes == 0 {
		d.add("simulation", broken, "a small %s gives other spikes with %d workers than with one (%.12s, %.12s); please report it at %s", name, several, sums[1], sums[0], issuesURL)
		return
	}
	d.add("simulation", fine, "a small %s gives the same %s spikes with 1 and %d workers (%.12s)", name, grouped(spikes), several, sums[0])
}

// folder sees whether run folders can be written where glia writes them by default.
func (d *diagnosis) folder(dir string) {
	where := dir
	for {
		if info, err := os.Stat(where); err == nil {
			if !info.IsDir() {
				d.add("run folders", broken, "%s is a file, so that no run can be written to %s/; run glia elsewhere, or give --out", where, dir)
				return
			}
			break
		} else if !errors.Is(err, fs.ErrNotExist) {
			d.add("run folders", broken, "%v", err)
			return
		}
		where = filepath.Dir(where)
	}
	probe, err := os.CreateTemp(where, ".glia-doctor-")
	if err == nil {
		_, err = probe.WriteString("x")
		err = errors.Join(err, probe.Close(), os.Remove(probe.Name()))
	}
	if err != nil {
		var pe *fs.PathError
		if errors.As(err, &pe) {
			err = pe.Err
		}
		d.add("run folders", broken, "cannot write to %s/: %v; run glia elsewhere, or give --out", dir, err)
		return
	}
	text, status := fmt.Sprintf("%s/ can be written to", dir), fine
	if free := freeSpace(where); free > 0 {
		text += fmt.Sprintf(", %s free", experiments.Bytes(free))
		if free < 1e9 {
			status = note
		}
	}
	d.add("run folders", status, "%s", text)
}

// page sees whether the live page could be served.
func (d *diagnosis) page() {
	l, err := live.Listen(0)
	if err != nil {
		d.add("live page", note, "'glia watch' cannot serve its page: %v", err)
		return
	}
	l.Close()
	d.add("live page", fine, "'glia watch' can serve its page on 127.0.0.1")
}

// data looks for data sets in a folder and in those below it.
func (d *diagnosis) data(dir string, given bool) {
	if !given {
		dir = "data"
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		if given {
			d.add("data", broken, "%v", err)
			return
		}
		d.add("data", fine, "none in ./data; glia draws digits of its own, and 'glia data fetch mnist' gets the real ones")
		return
	}
	folders := []string{dir}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if info, err := os.Stat(path); err == nil && info.IsDir() { // follows links
			folders = append(folders, path)
		}
	}
	for _, f := range folders {
		d.set(f)
	}
	if len(d.DataSets) == 0 {
		d.add("data", map[bool]verdict{true: broken, false: fine}[given], "no data set that glia knows in %s or the folders in it", dir)
	}
}

// set adds the data set in a folder, if there is one.
func (d *diagnosis) set(dir string) {
	if found, _ := filepath.Glob(filepath.Join(dir, "nmnist*.tar.gz")); len(found) > 0 { // the pattern is well-formed
		d.DataSets = append(d.DataSets, foundData{Dir: dir, Name: "nmnist"})
		d.add("data", fine, "%s: N-MNIST recordings in %s", dir, filepath.Base(found[0]))
		return
	}
	report, err := dataset.Check(dir)
	if err != nil || !slices.ContainsFunc(report.Files, func(f dataset.FileStatus) bool { return f.Present || f.Partial > 0 }) {
		return
	}
	if !report.OK() {
		problem := fmt.Sprintf("not complete or damaged; see 'glia data check %s'", shellQuote(dir))
		d.DataSets = append(d.DataSets, foundData{dir, report.Name, problem})
		d.add("data", note, "%s: %s", dir, problem)
		return
	}
	origin := "not one of the published sets"
	if report.Generated {
		origin = "generated digits"
	} else if report.Known != "" {
		origin = "as published"
	}
	d.DataSets = append(d.DataSets, foundData{Dir: dir, Name: report.Name})
	d.add("data", fine, "%s: %s, %s + %s images, %s", dir, report.Name, grouped(int64(report.Files[0].Count)), grouped(int64(report.Files[2].Count)), origin)
}

// tools looks for programs that glia never needs, but that go well with it.
func (d *diagnosis) tools() {
	d.Tools = map[string]string{}
	for _, t := range []struct{ name, use string }{
		{"rsvg-convert", "makes PNG or PDF of the figures"}, {"chromium", "tests the live page"}, {"chromedriver", "tests the live page"},
	} {
		path, err := exec.LookPath(t.name)
		if err != nil {
			d.Tools[t.name] = ""
			d.add("optional", fine, "no %s (%s)", t.name, t.use)
			continue
		}
		d.Tools[t.name] = path
		d.add("optional", fine, "%s (%s)", path, t.use)
	}
}

func (d *diagnosis) problems() []string {
	var texts []string
	for _, c := range d.Checks {
		if c.Status == broken {
			texts = append(texts, c.Name+": "+c.Text)
		}
	}
	return texts
}

func (d *diagnosis) print(out io.Writer) error {
	p := paintFor(out)
	for _, c := range d.Checks {
		mark := map[verdict]string{fine: p.good("ok    "), note: p.warn("note  "), broken: p.bad("broken")}[c.Status]
		if _, err := fmt.Fprintf(out, "%s  %-11s  %s\n", mark, c.Name, c.Text); err != nil {
			return err
		}
	}
	return nil
}
