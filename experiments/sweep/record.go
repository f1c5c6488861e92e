package sweep

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/glia-sim/glia/experiments"
)

// Names of the files of a sweep's folder.
const (
	SettingsFile = "sweep.json"   // what the points have in common
	PointsFile   = "points.jsonl" // a line for each finished point, in the order in which they finished
	TableFile    = "table.csv"    // the table, in the order of the sweep
)

// formatVersion is the number that the settings carry.
const formatVersion = 1

// Settings are what all points of a folder have in common. A sweep of other settings is refused.
type Settings struct {
	Format     int      `json:"format"`
	Experiment string   `json:"experiment"`
	Varied     []string `json:"varied"` // names of the parameters
	Set        []string `json:"set"`    // "name=value" of the fixed parameters that are not at their defaults
	Data       string   `json:"data"`   // folder of the data set, absolute; empty for none
	Version    string   `json:"version"`
}

// difference names the first setting in which o is not s, and is empty if there is none. The version of the
// program is not a setting.
func (s Settings) difference(o Settings) string {
	list := func(l []string) string {
		if len(l) == 0 {
			return "none"
		}
		return strings.Join(l, ", ")
	}
	for _, k := range [][3]string{
		{"format", strconv.Itoa(s.Format), strconv.Itoa(o.Format)},
		{"experiment", s.Experiment, o.Experiment},
		{"varied parameters", list(s.Varied), list(o.Varied)},
		{"parameters set", list(s.Set), list(o.Set)},
		{"data", list(slices.DeleteFunc([]string{s.Data}, empty)), list(slices.DeleteFunc([]string{o.Data}, empty))},
	} {
		if k[1] != k[2] {
			return fmt.Sprintf("%s: %s there, %s here", k[0], k[1], k[2])
		}
	}
	return ""
}

func empty(s string) bool { return s == "" }

// SettingsError says that a folder holds a sweep of other settings, or none at all.
type SettingsError struct {
	Dir        string
	Difference string // empty: no sweep is there
}

// Error names the difference and the remedy.
func (e *SettingsError) Error() string {
	if e.Difference == "" {
		return fmt.Sprintf("%s is not empty and holds no sweep; choose a new folder with --out", e.Dir)
	}
	return fmt.Sprintf("%s holds a sweep of other settings (%s); choose another folder with --out, or leave --out out", e.Dir, e.Difference)
}

// Point is a place of the sweep: values of the varied parameters, and a seed.
type Point struct {
	Assignments []string `json:"point"` // "name=value", in the order of the axes
	Seed        uint64   `json:"seed"`
}

func (p Point) key() string {
	return strings.Join(p.Assignments, "\x00") + "\x00" + strconv.FormatUint(p.Seed, 10)
}

// String writes the point as "g=5 seed 1".
func (p Point) String() string {
	return strings.Join(append(slices.Clone(p.Assignments), fmt.Sprintf("seed %d", p.Seed)), " ")
}

// Record is a finished point.
type Record struct {
	Point
	Metrics  map[string]Number `json:"metrics"`
	Data     string            `json:"data,omitempty"` // name of the data set the run used
	Synapses int64             `json:"synapses"`
	Seconds  float64           `json:"wall_seconds"`
}

// Number is a float64 that survives JSON in every case: as a number if finite, otherwise as the text NaN, +Inf or
// -Inf.
type Number float64

// MarshalJSON writes the shortest text that reads back.
func (n Number) MarshalJSON() ([]byte, error) {
	if x := float64(n); math.IsNaN(x) || math.IsInf(x, 0) {
		return json.Marshal(strconv.FormatFloat(x, 'g', -1, 64))
	}
	return json.Marshal(float64(n))
}

// UnmarshalJSON reads what MarshalJSON writes.
func (n *Number) UnmarshalJSON(b []byte) error {
	x, err := strconv.ParseFloat(strings.Trim(string(b), `"`), 64)
	*n = Number(x)
	return err
}

// Folder is the record of a sweep on the disk.
type Folder struct {
	Dir      string
	Settings Settings // those found there, of the program that began it
	Damaged  int      // lines of the record that could not be read and are to be run again

	done  map[string]Record
	lines *os.File
}

// Open makes the folder or continues the sweep in it. The error is a *SettingsError when it holds something
// else, and otherwise that of the disk. Only one process at a time can have it open.
func Open(dir string, s Settings) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, fmt.Errorf("cannot make the folder of the sweep: %w", err)
	}
	f := &Folder{Dir: dir, done: map[string]Record{}}
	s.Format = formatVersion
	old, err := os.ReadFile(filepath.Join(dir, SettingsFile))
	switch {
	case err == nil:
		if err := json.Unmarshal(old, &f.Settings); err != nil {
			return nil, fmt.Errorf("%s cannot be read: %w; choose another folder with --out", filepath.Join(dir, SettingsFile), err)
		}
		if d := f.Settings.difference(s); d != "" {
			return nil, &SettingsError{dir, d}
		}
	case errors.Is(err, fs.ErrNotExist):
		entries, err := os.ReadDir(dir)
		if err != nil {
			return nil, err
		}
		// Settings that a crash left half written do not count.
		if slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() != "."+SettingsFile+".partial" }) {
			return nil, &SettingsError{Dir: dir}
		}
		text, err := json.MarshalIndent(s, "", "  ")
		if err == nil {
			err = writeFile(dir, SettingsFile, func(w io.Writer) error { _, err := w.Write(append(text, '\n')); return err })
		}
		if err != nil {
			return nil, fmt.Errorf("cannot write to the folder of the sweep: %w", err)
		}
		f.Settings = s
	default:
		return nil, err
	}
	if f.lines, err = os.OpenFile(filepath.Join(dir, PointsFile), os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o666); err != nil {
		return nil, fmt.Errorf("cannot write to the folder of the sweep: %w", err)
	}
	if err = lock(f.lines); err != nil {
		return nil, errors.Join(fmt.Errorf("%s is in use by another sweep; wait for its end or choose another folder with --out", dir), f.lines.Close())
	}
	if err = f.load(); err != nil {
		return nil, errors.Join(err, f.lines.Close())
	}
	return f, nil
}

// load reads the finished points. A crash can leave the last line unfinished; the file is cut there, so that the
// next line begins where one should. Damaged lines before it are passed over.
func (f *Folder) load() error {
	r := bufio.NewReaderSize(f.lines, 1<<16)
	var whole int64 // length of the lines that ended
	for {
		line, err := r.ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("cannot read %s: %w", f.lines.Name(), err)
		}
		if err != nil { // what stands behind the last end of a line
			if len(line) > 0 {
				f.Damaged++
			}
			break
		}
		whole += int64(len(line))
		var rec Record
		if json.Unmarshal(line, &rec) != nil || rec.Assignments == nil || rec.Metrics == nil {
			f.Damaged++
			continue
		}
		if _, twice := f.done[rec.key()]; !twice {
			f.done[rec.key()] = rec
		}
	}
	return f.lines.Truncate(whole)
}

// Done returns the record of a finished point.
func (f *Folder) Done(p Point) (Record, bool) {
	r, ok := f.done[p.key()]
	return r, ok
}

// add puts a finished point on record; when it returns, the line is on the disk.
func (f *Folder) add(r Record) error {
	line, err := json.Marshal(r)
	if err == nil {
		_, err = f.lines.Write(append(line, '\n'))
	}
	if err == nil {
		err = f.lines.Sync()
	}
	if err != nil {
		return fmt.Errorf("cannot keep a finished point: %w", err)
	}
	f.done[r.key()] = r
	return nil
}

// Close ends the use of the folder.
func (f *Folder) Close() error { return f.lines.Close() }

// Write writes a file of the folder; it appears when it is whole.
func (f *Folder) Write(name string, write func(io.Writer) error) error {
	return writeFile(f.Dir, name, write)
}

// WriteFigure renders a figure into the folder.
func (f *Folder) WriteFigure(name string, r experiments.Renderer) error {
	return f.Write(name+".svg", r.Render)
}

func writeFile(dir, name string, write func(io.Writer) error) error {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return err
	}
	partial := filepath.Join(dir, "."+name+".partial")
	file, err := os.Create(partial)
	if err != nil {
		return err
	}
	_, err = file.Write(b.Bytes())
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return errors.Join(err, os.Remove(partial))
	}
	return os.Rename(partial, filepath.Join(dir, name))
}
