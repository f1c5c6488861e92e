package runfolder

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/synapses"
)

// disk has room for so many bytes of the files with a certain name.
type disk struct {
	mu    sync.Mutex
	left  int
	files string
}

func (d *disk) on(file io.Writer) io.Writer {
	if !strings.Contains(filepath.Base(file.(*os.File).Name()), d.files) {
		return file
	}
	return diskFile{d, file}
}

type diskFile struct {
	*disk
	file io.Writer
}

// Write writes what there is room for, as the system does.
func (f diskFile) Write(b []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.file.Write(b[:min(len(b), f.left)])
	f.left -= n
	if err == nil && n < len(b) {
		err = &fs.PathError{Op: "write", Path: "file", Err: syscall.ENOSPC}
	}
	return n, err
}

// noisy is a network whose spikes fill a disk.
var noisy = &experiments.Experiment{
	Name: "noisy", Title: "A network that fires", Summary: "-",
	Metrics: []experiments.Metric{{Name: "spikes", Meaning: "number of spikes"}},
	Run: func(ctx context.Context, r *experiments.Run) error {
		net := sim.New(sim.Options{Seed: r.Seed, Workers: r.Workers, DT: 0.1})
		model := neurons.DefaultLIFDelta()
		model.TRef = 1
		p := net.Populate("p", 100, model)
		net.Drive(p, "v", neurons.PoissonDrive{Rate: 20000, Weight: 0.5})
		net.Connect(p, p, synapses.FixedInDegree{K: 10}, sim.Synapse{Weight: synapses.Uniform{Lo: -0.5, Hi: 0.5}, Delay: sim.Constant(1.5)})
		all, err := experiments.Simulation{Net: net, Duration: 300}.Run(ctx, r)
		if err != nil {
			return err
		}
		_, err = r.Metric("spikes", float64(len(all.Times)))
		return err
	},
}

// carryOut runs it into a folder, or goes on with the run there.
func carryOut(t *testing.T, dir string, d *disk) (*Folder, error) {
	t.Helper()
	v, err := noisy.Parse(nil)
	must(t, err)
	o := Options{Experiment: noisy, Values: v, Seed: 3, Workers: 2, Version: "test", Start: time.Now(), Dir: dir}
	if d != nil {
		o.disk = d.on
	}
	var folder *Folder
	var from *experiments.Checkpoint
	if m, noRun := ReadManifest(dir); noRun == nil {
		folder, from, err = Resume(m, o)
	} else {
		folder, err = Create(o)
	}
	if err != nil {
		return nil, err
	}
	run := experiments.NewRun(noisy, v, experiments.Options{Seed: 3, Workers: 2, Sink: folder, Store: folder, CheckpointEvery: 4 * time.Millisecond, Resume: from})
	err = noisy.Run(context.Background(), run)
	status := Complete
	if err != nil {
		status = Failed
	}
	return folder, errors.Join(err, folder.Finish(run, status, err))
}

// Wherever a disk fills up, the run ends with a message that says so, the checkpoint before stays
// sound, and the run goes on from there to the same bytes.
func TestFullDisk(t *testing.T) {
	want := filepath.Join(t.TempDir(), "run")
	_, err := carryOut(t, want, nil)
	must(t, err)
	spikes, err := os.ReadFile(filepath.Join(want, SpikesFile))
	must(t, err)
	failed, resumed := map[string]int{}, 0
	for k := range 12 {
		dir := filepath.Join(t.TempDir(), "run")
		d := &disk{left: k * len(spikes) / 8, files: partialSpikes}
		if k%2 == 1 {
			d.left, d.files = k*5000, latestFile
		}
		room := d.left
		folder, err := carryOut(t, dir, d)
		if err == nil {
			continue // it fitted: few checkpoints were due
		}
		var full *DiskError
		if !errors.As(err, &full) || !full.Full() {
			t.Fatalf("room for %d bytes: %v, want a full disk", room, err)
		}
		for _, want := range []string{"no space left on device", "make room", "glia resume " + dir} {
			if !strings.Contains(full.Error(), want) {
				t.Errorf("message %q lacks %q", full, want)
			}
		}
		failed[full.What]++
		if folder.Resumable() {
			resumed++
			if _, err := folder.latest(); err != nil {
				t.Errorf("room for %d bytes: %v", room, err)
			}
		}
		_, err = carryOut(t, dir, nil)
		must(t, err)
		for _, name := range []string{SpikesFile, MetricsFile} {
			a, errA := os.ReadFile(filepath.Join(want, name))
			b, errB := os.ReadFile(filepath.Join(dir, name))
			must(t, errA, errB)
			if !bytes.Equal(a, b) {
				t.Errorf("room for %d bytes: %s differs after resuming", room, name)
			}
		}
	}
	t.Logf("%d bytes of spikes; failed %v, %d of them after a checkpoint", len(spikes), failed, resumed)
	if failed["spikes"] == 0 || failed["a checkpoint"] == 0 || resumed == 0 {
		t.Error("no disk filled up while spikes, or a checkpoint, were written")
	}
}
