package live

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/experiments/runfolder"
)

const (
	followInterval = 250 * time.Millisecond
	followSpikes   = 2_000_000 // of a run that is far already, its last ones
	silence        = 15 * time.Second
)

// Follower shows in a Feed what another process writes into a run folder.
type Follower struct {
	Feed *Feed

	dir     string
	tail    *runfolder.Tail
	metrics time.Time // of the file that was read
	laid    []experiments.Population
	last    float64 // time of the last spike [ms]
	shown   []SignalValue
	status  Status
}

// NewFollower follows the run in a folder. The error says if there is none.
func NewFollower(dir string) (*Follower, error) {
	m, err := runfolder.ReadManifest(dir)
	if err != nil {
		return nil, err
	}
	about := About{
		Experiment: m.Experiment, Seed: m.Seed, Dir: dir, Command: m.Command, Version: m.Version,
		Why: "This page follows a run of another process, so it cannot pause or stop it. Stop it where it runs, with Ctrl-C.",
	}
	if e, err := experiments.Lookup(m.Experiment); err == nil {
		about.Title, about.Summary, about.Citation = e.Title, e.Summary, e.Citation
	}
	if m.Status != runfolder.Running {
		about.Why = "This run has ended."
	}
	for name, value := range m.Parameters {
		text := fmt.Sprint(value)
		if x, ok := value.(float64); ok {
			text = strconv.FormatFloat(x, 'g', -1, 64)
		}
		if unit := m.ParameterUnits[name]; unit != "" {
			text += " " + unit
		}
		about.Parameters = append(about.Parameters, [2]string{name, text})
	}
	slices.SortFunc(about.Parameters, func(a, b [2]string) int { return slices.Compare(a[:], b[:]) })
	f := &Follower{Feed: NewFeed(NewTracker(nil, nil, nil), about), dir: dir, tail: runfolder.NewTail(dir)}
	f.status = Status{State: Running}
	f.Feed.foreign.Store(&Status{State: Running})
	return f, nil
}

// Run follows until the run has ended or the context is cancelled. The error is that of a folder that can
// no longer be read.
func (f *Follower) Run(ctx context.Context) error {
	ticks := time.NewTicker(followInterval)
	defer ticks.Stop()
	for {
		m, err := runfolder.ReadManifest(f.dir)
		if err != nil {
			return err
		}
		if err := f.look(m); err != nil {
			return err
		}
		if m.Status != runfolder.Running {
			return nil
		}
		select {
		case <-ticks.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// look takes over what has been written since the last time.
func (f *Follower) look(m runfolder.Manifest) error {
	j, running, err := readJournal(f.dir)
	if err != nil {
		running = false // written anew in a moment
	}
	populations := m.Populations
	if running && len(populations) == 0 {
		populations = j.Populations
	}
	if !slices.Equal(populations, f.laid) {
		f.laid = populations
		f.Feed.WritePopulations(populations) // nobody behind it fails
	}
	if err := f.results(m); err != nil {
		return err
	}
	if len(f.laid) > 0 {
		err := f.tail.Next(followSpikes, func(s []experiments.Spike) {
			f.Feed.keep(s)
			f.last = s[len(s)-1].Time
		})
		if err != nil {
			return err
		}
	}
	s := f.status
	if running {
		if j.Status.Phase != s.Phase {
			f.Feed.Phase(j.Status.Phase) // its time may begin anew
		}
		for _, x := range j.Signals {
			if !slices.Contains(f.shown, x) { // a journal is read several times
				f.Feed.Signal(x.Name, x.Unit, x.MS, x.Value)
			}
		}
		f.shown = j.Signals
		s = j.Status
		if time.Since(j.Updated) > silence {
			s.State = Silent
		}
	}
	if m.Status != runfolder.Running {
		f.Feed.closeBin(f.Feed.layout.Load())
		s = ended(m, s, f.last)
	}
	f.status = s
	f.Feed.foreign.Store(&s)
	return nil
}

// ended is the status of a run that is over.
func ended(m runfolder.Manifest, s Status, last float64) Status {
	s.State = State(m.Status)
	s.Wall, s.Spikes, s.Neurons, s.Synapses = m.WallSeconds, m.Spikes, m.Neurons, m.Synapses
	if s.Phase == "" && len(m.Phases) > 0 {
		s.Phase = m.Phases[len(m.Phases)-1].Name
	}
	if s.Simulated == 0 {
		s.Simulated = last
		s.PhaseWall = 0
	}
	return s
}

// results takes over metrics and figures.
func (f *Follower) results(m runfolder.Manifest) error {
	f.Feed.setFigures(m.Figures)
	info, err := os.Stat(filepath.Join(f.dir, runfolder.MetricsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.ModTime().Equal(f.metrics) {
		return nil
	}
	metrics, err := runfolder.ReadMetrics(f.dir)
	if err != nil {
		return err
	}
	f.metrics = info.ModTime()
	f.Feed.setMetrics(metrics)
	return nil
}
