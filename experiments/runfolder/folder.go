package runfolder

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/viz"
)

// Options describe the run a folder is made for.
type Options struct {
	Experiment *experiments.Experiment
	Values     experiments.Values
	Seed       uint64
	Workers    int
	Version    string    // of glia
	Command    string    // shell line that repeats the run
	Start      time.Time // moment the run began
	DataDir    string    // of the user's data set, empty for none

	// Dir is where to write; empty means a new folder
	// runs/<experiment>-<seed>-<start>.
	Dir string
	// FigureSize is the name in viz.Sizes of the size in which figures are
	// drawn; empty means that of each figure.
	FigureSize string
	// Force replaces a run found in Dir. Files no run wrote are left alone,
	// and a folder that holds nothing but such files is refused all the same.
	Force bool
	// KeepCheckpoints leaves the checkpoints of a complete run in the folder.
	KeepCheckpoints bool

	disk func(io.Writer) io.Writer // tests put a disk between the run and its files that fills up
}

// on is what is written through into a file.
func (o Options) on(file io.Writer) io.Writer {
	if o.disk == nil {
		return file
	}
	return o.disk(file)
}

// Folder is a run folder being written. It is an experiments.Sink.
type Folder struct {
	dir      string
	o        Options
	manifest Manifest
	spikes   *spikeWriter
	before   uint64   // peak memory before the run was resumed [bytes]
	notes    []string // for the user
}

var (
	_ experiments.Sink  = (*Folder)(nil)
	_ experiments.Store = (*Folder)(nil)
)

// InUseError says that a folder cannot take a new run because of what is in it.
type InUseError struct {
	Dir string
	Old *Manifest // the run found there; nil if the files are not a run's
}

// Error says what is in the folder and what to do.
func (e *InUseError) Error() string {
	if e.Old == nil {
		return fmt.Sprintf("%s is not empty and holds no run of glia; choose a new folder with --out", e.Dir)
	}
	status := string(e.Old.Status)
	if e.Old.Status == Running {
		status = "still running, or killed"
	}
	return fmt.Sprintf("%s already holds a run (%s, seed %d, started %s, %s); choose another folder, such as --out %s, or replace the run with --force",
		e.Dir, e.Old.Experiment, e.Old.Seed, e.Old.Start.Format("2006-01-02 15:04:05"), status, freeSibling(e.Dir))
}

// Create makes the folder and writes a manifest with the status "running".
// It returns an *InUseError when the folder already holds something.
func Create(o Options) (*Folder, error) {
	if _, ok := viz.SizeNamed(o.FigureSize); !ok && o.FigureSize != "" {
		return nil, fmt.Errorf("no size of figures is named %q", o.FigureSize)
	}
	dir, err := claim(o)
	if err != nil {
		return nil, err
	}
	f := &Folder{dir: dir, o: o}
	f.manifest = newManifest(o)
	if err := f.writeManifest(); err != nil {
		return nil, fmt.Errorf("cannot write to run folder %s: %w; choose a writable place with --out", dir, reason(err))
	}
	if f.spikes, err = newSpikeWriter(dir, o); err != nil {
		return nil, err
	}
	return f, nil
}

// Dir returns the path of the folder.
func (f *Folder) Dir() string { return f.dir }

// claim makes the directory of a run, or empties it of an older one.
func claim(o Options) (string, error) {
	if o.Dir == "" {
		base := filepath.Join("runs", fmt.Sprintf("%s-%d-%s", o.Experiment.Name, o.Seed, o.Start.Format("20060102T150405")))
		dir := base
		// Mkdir fails on an existing folder, so that two runs started in the
		// same second part here.
		for i := 2; ; i++ {
			err := makeDir(dir)
			if err == nil || !errors.Is(err, fs.ErrExist) {
				return dir, err
			}
			dir = fmt.Sprintf("%s-%d", base, i)
		}
	}
	dir := filepath.Clean(o.Dir)
	err := makeDir(dir)
	if err == nil || !errors.Is(err, fs.ErrExist) {
		return dir, err
	}
	if info, statErr := os.Stat(dir); statErr == nil && !info.IsDir() {
		return "", fmt.Errorf("%s is a file, not a folder; choose another place with --out", dir)
	}
	return dir, vacate(dir, o.Force)
}

// vacate makes sure that an existing folder can take a run.
func vacate(dir string, force bool) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("cannot read run folder %s: %w", dir, reason(err))
	}
	if len(entries) == 0 {
		return nil
	}
	old, err := ReadManifest(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &InUseError{Dir: dir}
	case err != nil:
		return fmt.Errorf("%s is not empty and its manifest cannot be read (%w); choose a new folder with --out", dir, err)
	case !force:
		return &InUseError{Dir: dir, Old: &old}
	}
	return removeRun(dir, old)
}

// removeRun deletes the files a run wrote, and no others. The manifest goes
// last: until then the folder says whose the rest is.
func removeRun(dir string, old Manifest) error {
	// A run that was killed may have left files it had not listed yet.
	partials, err := filepath.Glob(filepath.Join(dir, ".*.partial"))
	if err != nil {
		return err
	}
	names := append(old.Files, MetricsFile, SpikesFile, ReportFile, ProgressFile, partialSpikes)
	for _, p := range partials {
		names = append(names, filepath.Base(p))
	}
	for _, name := range names {
		// The list is a file's content: never follow it out of the folder.
		if name != filepath.Base(name) || name == "." || name == ".." || name == ManifestFile {
			continue
		}
		if err := ignoreMissing(os.Remove(filepath.Join(dir, name))); err != nil {
			return fmt.Errorf("cannot replace the run in %s: %w", dir, err)
		}
	}
	if err := removeCheckpoints(dir); err != nil {
		return fmt.Errorf("cannot replace the run in %s: %w", dir, err)
	}
	return ignoreMissing(os.Remove(filepath.Join(dir, ManifestFile)))
}

func makeDir(dir string) error {
	err := os.MkdirAll(filepath.Dir(dir), 0o777)
	if err == nil {
		err = os.Mkdir(dir, 0o777)
	}
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	return fmt.Errorf("cannot create run folder %s: %w; choose a writable place with --out", dir, reason(err))
}

// freeSibling returns dir-2, dir-3, ..., the first that does not exist.
func freeSibling(dir string) string {
	for i := 2; ; i++ {
		sibling := fmt.Sprintf("%s-%d", dir, i)
		if _, err := os.Lstat(sibling); errors.Is(err, fs.ErrNotExist) {
			return sibling
		}
	}
}

// reason strips operation and path from a file error, for messages that have
// named the path already.
func reason(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

// writeFile writes a file under a hidden name and renames it when it is whole.
func (f *Folder) writeFile(name string, write func(io.Writer) error) error {
	path := filepath.Join(f.dir, name)
	partial := filepath.Join(f.dir, "."+name+".partial")
	file, err := os.Create(partial)
	if err != nil {
		return err
	}
	err = write(f.o.on(file))
	// Without Sync a crash of the machine could leave the new name on an
	// empty file.
	err = errors.Join(err, file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(partial, path)
	}
	if outOfSpace(err) {
		err = f.diskError(name, err)
	}
	if err != nil {
		return errors.Join(err, ignoreMissing(os.Remove(partial)))
	}
	for _, known := range f.manifest.Files {
		if known == name {
			return nil
		}
	}
	f.manifest.Files = append(f.manifest.Files, name)
	return nil
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// WritePopulations keeps the table for the manifest.
func (f *Folder) WritePopulations(p []experiments.Population) error {
	f.manifest.Populations = p
	return nil
}

// WriteSpikes appends to the spike file.
func (f *Folder) WriteSpikes(s []experiments.Spike) error {
	return f.diskError("spikes", f.spikes.write(s))
}

// ReadSpikes visits spikes written before.
func (f *Folder) ReadSpikes(from, to int64, visit func([]experiments.Spike) error) error {
	return f.spikes.read(from, to, visit)
}

// DiskError says that the run folder could not be written to.
type DiskError struct {
	Dir, What string
	Err       error
}

func (e *DiskError) Error() string {
	remedy := "see to that"
	if e.Full() {
		remedy = "make room there"
	}
	return fmt.Sprintf("cannot write %s to %s: %v; %s, then go on with 'glia resume %s'", e.What, e.Dir, reason(e.Err), remedy, e.Dir)
}

// Full says whether it was for want of space.
func (e *DiskError) Full() bool { return outOfSpace(e.Err) }

func outOfSpace(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}

func (e *DiskError) Unwrap() error { return e.Err }

func (f *Folder) diskError(what string, err error) error {
	if err == nil {
		return nil
	}
	return &DiskError{f.dir, what, err}
}

// WriteFigure renders the figure to <name>.svg.
func (f *Folder) WriteFigure(name, caption string, r experiments.Renderer) error {
	file := name + ".svg"
	size, _ := viz.SizeNamed(f.o.FigureSize)
	if err := f.writeFile(file, viz.Resized(r, size).Render); err != nil {
		return err
	}
	f.manifest.Figures = append(f.manifest.Figures, Figure{name, file, caption})
	return f.writeManifest()
}

// WriteMetrics replaces metrics.json.
func (f *Folder) WriteMetrics(results []experiments.Result) error {
	metrics := make([]Metric, len(results))
	for i, r := range results {
		metrics[i] = NewMetric(r)
	}
	return f.writeFile(MetricsFile, jsonWriter(metrics))
}

// Finish closes the run and writes what is left to write: spikes, metrics,
// report and, last, the manifest with the final status. cause is the error that
// ended the run early, if any. When Finish itself fails, the status is "failed".
// What resuming needs is removed from a complete run and left in any other.
func (f *Folder) Finish(run *experiments.Run, status Status, cause error) error {
	err := errors.Join(run.Close(), f.writeFile(SpikesFile, f.spikes.writeArchive), f.WriteMetrics(run.Results()))
	f.summarise(run)
	f.setStatus(status, errors.Join(cause, err))
	if reportErr := f.writeReport(run); reportErr != nil {
		err = errors.Join(err, reportErr)
		f.setStatus(status, errors.Join(cause, err))
	}
	err = errors.Join(err, f.writeManifest())
	complete := err == nil && f.manifest.Status == Complete
	err = errors.Join(err, f.spikes.close(complete))
	if complete && !f.o.KeepCheckpoints {
		err = errors.Join(err, removeCheckpoints(f.dir))
	}
	if err != nil {
		return fmt.Errorf("run folder %s is not complete: %w", f.dir, err)
	}
	return nil
}

// setStatus records how the run ended; a run that could not be written whole
// is not complete, whatever the caller says.
func (f *Folder) setStatus(status Status, cause error) {
	f.manifest.Status, f.manifest.Error = status, ""
	if cause == nil {
		return
	}
	if status == Complete {
		f.manifest.Status = Failed
	}
	f.manifest.Error = strings.ReplaceAll(cause.Error(), "\n", "; ")
}

func (f *Folder) writeManifest() error {
	return f.writeFile(ManifestFile, jsonWriter(f.manifest))
}
