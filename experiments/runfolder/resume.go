package runfolder

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/glia-sim/glia/experiments"
)

// CompleteError says that a run has nothing left to resume.
type CompleteError struct{ Dir string }

func (e *CompleteError) Error() string {
	return fmt.Sprintf("the run in %s is complete: there is nothing to resume", e.Dir)
}

// Resume opens the folder of a run that was stopped, failed or was killed, to go on with it. The manifest
// m, from ReadManifest, says what run it is, and o what this program would run; both must agree. It gives
// the checkpoint to go on from, nil if there is none and the run begins anew, apart from stages kept.
//
// A checkpoint that is damaged gives way to the one before it; if no checkpoint that is there can be used,
// the error is a *CheckpointError.
func Resume(m Manifest, o Options) (*Folder, *experiments.Checkpoint, error) {
	if m.Status == Complete {
		// A process that was killed on its way out leaves what nobody needs any more.
		return nil, nil, errors.Join(&CompleteError{o.Dir}, tidy(filepath.Clean(o.Dir), !o.KeepCheckpoints))
	}
	f := &Folder{dir: filepath.Clean(o.Dir), o: o}
	f.manifest = newManifest(o)
	f.manifest.Start, f.manifest.Resumed = m.Start, m.Resumed+1
	f.manifest.Files, f.before = m.Files, m.PeakMemoryBytes
	f.manifest.Populations = m.Populations // until the run declares them again
	if m.DataStamp != f.manifest.DataStamp {
		return nil, nil, fmt.Errorf("the files in %s are not those the run in %s began with: put them back, or begin anew with: %s", o.DataDir, o.Dir, m.Command)
	}
	// Taking the file of spikes is what keeps a second process away.
	path := filepath.Join(f.dir, partialSpikes)
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, nil, fmt.Errorf("cannot write to run folder %s: %w", f.dir, reason(err))
	}
	if err := lock(file); err != nil {
		file.Close()
		return nil, nil, fmt.Errorf("the run in %s is still going on in another process: wait for it, or stop it first", f.dir)
	}
	c, err := f.latest()
	if err == nil {
		err = removeHidden(f.dir)
	}
	if err == nil {
		size := int64(0)
		if c != nil {
			size = c.Spikes.Written
		}
		if err = file.Truncate(size * experiments.SpikeRecordSize); err == nil {
			f.spikes, err = openSpikeWriter(file, size, o)
		}
	}
	if err == nil {
		err = f.writeManifest()
	}
	if err != nil {
		file.Close()
		return nil, nil, err
	}
	return f, c, nil
}

// tidy removes what a complete run has no use for.
func tidy(dir string, checkpoints bool) error {
	err := errors.Join(removeHidden(dir), ignoreMissing(os.Remove(filepath.Join(dir, partialSpikes))))
	if checkpoints {
		err = errors.Join(err, removeCheckpoints(dir))
	}
	return err
}

// removeHidden removes the files that a process was writing when it was killed.
func removeHidden(dir string) error {
	hidden, err := filepath.Glob(filepath.Join(dir, ".*.partial"))
	if err != nil {
		return err
	}
	for _, name := range append(hidden, filepath.Join(dir, ProgressFile)) {
		err = errors.Join(err, ignoreMissing(os.Remove(name)))
	}
	return err
}

// latest gives the last checkpoint that can be used, nil if none was written.
func (f *Folder) latest() (*experiments.Checkpoint, error) {
	c, err := f.readCheckpoint(latestFile)
	if err == nil {
		return c, nil
	}
	_, olderErr := f.readCheckpoint(previousFile)
	missing, olderMissing := errors.Is(err, fs.ErrNotExist), errors.Is(olderErr, fs.ErrNotExist)
	switch {
	case olderErr == nil:
		if !missing { // missing: the process died between the two renames
			f.notes = append(f.notes, fmt.Sprintf("%v; the checkpoint before it is used", err))
		}
		// So that the next one does not push the sound one out.
		if err := os.Rename(f.checkpointPath(previousFile), f.checkpointPath(latestFile)); err != nil {
			return nil, err
		}
		return f.readCheckpoint(latestFile)
	case missing && olderMissing:
		return nil, nil
	case missing:
		err = olderErr
	}
	return nil, fmt.Errorf("%w; to begin the run anew in the same folder, delete %s", err, filepath.Join(f.dir, checkpointDir))
}

// Resumable says whether there is a checkpoint or a finished stage to go on from.
func (f *Folder) Resumable() bool {
	entries, err := os.ReadDir(filepath.Join(f.dir, checkpointDir))
	return err == nil && slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return isKept(e.Name()) })
}

// isKept says whether a file of the checkpoint folder is one that glia keeps there.
func isKept(name string) bool {
	return name == latestFile || name == previousFile || strings.HasPrefix(name, stagePrefix)
}

// Notes are remarks of the folder for the user, such as a damaged checkpoint that another replaced.
func (f *Folder) Notes() []string { return f.notes }

// DataStamp is a fingerprint of the files of a data set: names, sizes and times of change.
func DataStamp(dir string) string {
	if dir == "" {
		return ""
	}
	stamp := sha256.New()
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil
		}
		if info, err := d.Info(); err == nil {
			name, _ := filepath.Rel(dir, path)
			fmt.Fprintf(stamp, "%s %d %s\n", filepath.ToSlash(name), info.Size(), info.ModTime().UTC().Format(time.RFC3339Nano))
		}
		return nil
	})
	return fmt.Sprintf("%x", stamp.Sum(nil)[:16])
}
