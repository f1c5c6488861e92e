package runfolder

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"

	"github.com/glia-sim/glia/experiments"
)

// newManifest says what is known before the run starts.
func newManifest(o Options) Manifest {
	m := Manifest{
		Format: FormatVersion, Experiment: o.Experiment.Name, Status: Running, Command: o.Command,
		Parameters: map[string]any{}, ParameterUnits: map[string]string{},
		Seed: o.Seed, Workers: o.Workers, Version: o.Version, Start: o.Start,
		Phases: []Phase{}, Populations: []experiments.Population{}, Figures: []Figure{},
		Files:     []string{ManifestFile},
		GoVersion: runtime.Version(), GOOS: runtime.GOOS, GOARCH: runtime.GOARCH,
		CPU: cpuModel(), CPUs: runtime.NumCPU(),
		DataDir: o.DataDir, DataStamp: DataStamp(o.DataDir), FigureSize: o.FigureSize,
	}
	for _, p := range o.Values.Parameters() {
		m.Parameters[p.Name] = o.Values.Get(p.Name)
		if p.Unit != "" {
			m.ParameterUnits[p.Name] = p.Unit
		}
	}
	return m
}

// summarise takes over what the run has counted.
func (f *Folder) summarise(run *experiments.Run) {
	m := &f.manifest
	c := run.Counters()
	m.Neurons, m.Synapses, m.SynapticEvents, m.DT = c.Neurons, c.Synapses, c.SynapticEvents, c.DT
	m.Spikes, m.SpikesSHA256 = run.Spikes(), run.SpikesSHA256()
	m.Data = run.DataName()
	m.Phases = []Phase{}
	for _, p := range run.Phases() {
		m.Phases = append(m.Phases, Phase{p.Name, p.Seconds})
	}
	m.WallSeconds = run.WallSeconds()
	m.PeakMemoryBytes = max(f.before, peakMemory())
}

// peakMemory returns the largest resident size of the process so far: VmHWM
// where /proc has it, else what the Go runtime has obtained from the system.
func peakMemory() uint64 {
	if text, ok := procField("/proc/self/status", "VmHWM"); ok {
		if kib, err := strconv.ParseUint(strings.TrimSuffix(text, " kB"), 10, 64); err == nil {
			return kib << 10
		}
	}
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.Sys
}

// cpuModel returns the name of the processor, or "" where it cannot be had.
func cpuModel() string {
	name, _ := procField("/proc/cpuinfo", "model name")
	return name
}

// procField returns the value of the first "key: value" line of a file.
func procField(path, key string) (string, bool) {
	file, err := os.Open(path)
	if err != nil {
		return "", false
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if k, v, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(k) == key {
			return strings.TrimSpace(v), true
		}
	}
	return "", false
}

func jsonWriter(v any) func(io.Writer) error {
	return func(w io.Writer) error {
		encoder := json.NewEncoder(w)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		return encoder.Encode(v)
	}
}
