package runfolder

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"time"

	"github.com/glia-sim/glia/experiments"
)

// FormatVersion is the number that Manifest.Format carries. It changes only
// when a reader of the former one would be misled.
const FormatVersion = 1

// Names of the files every run folder holds.
const (
	ManifestFile = "manifest.json"
	MetricsFile  = "metrics.json"
	SpikesFile   = "spikes.npz"
	ReportFile   = "report.html"
)

// ProgressFile tells other processes how far a run is; it is gone when the run has ended.
const ProgressFile = ".progress.json"

// Status says how far a run came.
type Status string

// The states of a run.
const (
	Running     Status = "running"     // not ended, or killed
	Complete    Status = "complete"    // ended as meant
	Interrupted Status = "interrupted" // stopped by the user
	Failed      Status = "failed"      // stopped by an error, see Manifest.Error
)

// Manifest is the content of manifest.json.
type Manifest struct {
	Format     int    `json:"format"`          // FormatVersion
	Experiment string `json:"experiment"`      // registered name
	Status     Status `json:"status"`          // only "complete" is complete
	Error      string `json:"error,omitempty"` // why it failed
	Command    string `json:"command"`         // shell line that repeats the run

	Parameters     map[string]any    `json:"parameters"`      // every parameter, defaults included
	ParameterUnits map[string]string `json:"parameter_units"` // of those that have one
	Seed           uint64            `json:"seed"`
	Workers        int               `json:"workers"`
	Data           string            `json:"data"`                  // name of the data set, empty if none
	DataDir        string            `json:"data_dir,omitempty"`    // absolute path of the user's data set
	DataStamp      string            `json:"data_stamp,omitempty"`  // fingerprint of its files
	DT             float64           `json:"dt"`                    // resolution of the time grid [ms], 0 if there is none
	FigureSize     string            `json:"figure_size,omitempty"` // one of viz.Sizes, empty for that of each figure

	Version         string    `json:"version"` // of glia
	Start           time.Time `json:"start"`
	Resumed         int       `json:"resumed,omitempty"` // times the run was resumed
	WallSeconds     float64   `json:"wall_seconds"`      // pauses left out
	Phases          []Phase   `json:"phases"`            // in order of their beginning
	PeakMemoryBytes uint64    `json:"peak_memory_bytes"`

	Neurons        int    `json:"neurons"`
	Synapses       int64  `json:"synapses"`
	Spikes         int64  `json:"spikes"`
	SynapticEvents int64  `json:"synaptic_events"`
	SpikesSHA256   string `json:"spikes_sha256"` // see experiments.AppendSpikeRecord

	Populations []experiments.Population `json:"populations"`
	Figures     []Figure                 `json:"figures"`
	Files       []string                 `json:"files"` // everything the run wrote here

	GoVersion string `json:"go_version"`
	GOOS      string `json:"goos"`
	GOARCH    string `json:"goarch"`
	CPU       string `json:"cpu"`  // model name, empty if unknown
	CPUs      int    `json:"cpus"` // logical processors
}

// Phase is a phase of a run with the wall time it took.
type Phase struct {
	Name        string  `json:"name"`
	WallSeconds float64 `json:"wall_seconds"`
}

// Figure is a picture in the folder.
type Figure struct {
	Name    string `json:"name"`
	File    string `json:"file"`
	Caption string `json:"caption"`
}

// Metric is one entry of metrics.json. Target, tolerance, source, ok, min and
// max are null where no published value applies to the run. A value that could
// not be measured (NaN) is null.
type Metric struct {
	Name      string   `json:"name"`
	Value     Number   `json:"value"`
	Unit      string   `json:"unit"`
	Target    *float64 `json:"target"`
	Tolerance *float64 `json:"tolerance"` // accepted distance in Unit; null for a one-sided or uneven band
	Source    *string  `json:"source"`
	OK        *bool    `json:"ok"`
	Min       *float64 `json:"min"` // lowest accepted value; null if unbounded
	Max       *float64 `json:"max"` // highest accepted value; null if unbounded
	Meaning   string   `json:"meaning"`
}

// Number is a float64 that is null in JSON when it is not finite, since JSON
// has no word for NaN.
type Number float64

// MarshalJSON writes the number, or null.
func (n Number) MarshalJSON() ([]byte, error) {
	if x := float64(n); math.IsNaN(x) || math.IsInf(x, 0) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(n))
}

// UnmarshalJSON reads a number; null becomes NaN.
func (n *Number) UnmarshalJSON(b []byte) error {
	x := math.NaN()
	if string(b) != "null" {
		if err := json.Unmarshal(b, &x); err != nil {
			return err
		}
	}
	*n = Number(x)
	return nil
}

// NewMetric turns a result into its entry.
func NewMetric(r experiments.Result) Metric {
	m := Metric{Name: r.Name, Value: Number(r.Value), Unit: r.Unit, Meaning: r.Meaning}
	if r.Target == nil {
		return m
	}
	finite := func(x float64) *float64 {
		if math.IsInf(x, 0) {
			return nil
		}
		return &x
	}
	lo, hi := r.Target.Interval()
	ok, _ := r.OK()
	m.Target, m.Source, m.OK = finite(r.Target.Value), &r.Target.Source, &ok
	m.Min, m.Max = finite(lo), finite(hi)
	if d, even := r.Target.Margin(); even {
		m.Tolerance = &d
	}
	return m
}

// ReadManifest reads manifest.json of a run folder. The error satisfies
// errors.Is(err, fs.ErrNotExist) when there is none.
func ReadManifest(dir string) (Manifest, error) {
	var m Manifest
	if err := readJSON(filepath.Join(dir, ManifestFile), &m); err != nil {
		return Manifest{}, err
	}
	if m.Format != FormatVersion {
		return Manifest{}, fmt.Errorf("%s: run folder format %d, this glia reads %d", dir, m.Format, FormatVersion)
	}
	return m, nil
}

// ReadMetrics reads metrics.json of a run folder.
func ReadMetrics(dir string) ([]Metric, error) {
	var metrics []Metric
	err := readJSON(filepath.Join(dir, MetricsFile), &metrics)
	return metrics, err
}

func readJSON(path string, into any) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	b, err := io.ReadAll(io.LimitReader(file, maxHeader+1))
	if err != nil {
		return err
	}
	if len(b) > maxHeader {
		return fmt.Errorf("%s is larger than %d bytes: no run of glia wrote it", path, maxHeader)
	}
	if err := json.Unmarshal(b, into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
