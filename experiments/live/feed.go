package live

import (
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/experiments/runfolder"
)

// Sizes of what a Feed keeps for viewers.
const (
	shownRows   = 240     // neurons of the raster
	keptSpikes  = 1 << 17 // of those neurons
	keptBins    = 1 << 15 // of the population rates: half a minute of model time, which a small network passes between two looks
	keptValues  = 1 << 13 // of each signal
	keptLines   = 100     // of the log
	maxSeries   = 24      // populations with a rate of their own, the rest together
	maxSignals  = 16
	binWidth    = 1.0 // of the population rates [ms]
	noRow       = 1<<16 - 1
	ticksPerMS  = 1000 // times of spikes travel in µs
	rowBits     = 16
	largestTime = 1 << 47 // [µs]
)

// About says what is shown; it does not change.
type About struct {
	Experiment string      `json:"experiment"`
	Title      string      `json:"title"`
	Summary    string      `json:"summary"`
	Citation   string      `json:"citation"`
	Parameters [][2]string `json:"parameters"` // name and value with its unit
	Seed       uint64      `json:"seed"`
	Dir        string      `json:"dir"`
	Command    string      `json:"command"`
	Version    string      `json:"version"`
	// Control says that the viewer may pause and stop the run; if not, Why says why.
	Control bool   `json:"control"`
	Why     string `json:"why"`
}

// Feed is a Tracker that keeps the last moments of a run for viewers.
type Feed struct {
	*Tracker
	About About

	foreign atomic.Pointer[Status] // of another process's run, instead of the tracker's
	layout  atomic.Pointer[layout]
	signals atomic.Pointer[[]*signal]
	bin     int64 // being filled; the writer's, as those below
	counts  []uint64
	newest  float64 // latest time of a spike or value [ms]
	begun   bool    // a phase that has not brought any yet

	slow     sync.Mutex // guards what changes rarely
	figures  []runfolder.Figure
	metrics  []runfolder.Metric
	lines    []string
	revision struct{ figures, metrics, lines int }
}

// layout is how neurons are laid out for viewers.
type layout struct {
	populations []experiments.Population
	rows        []int    // rows of the raster per population
	series      []series // of the rates
	of          []uint32 // per neuron: its series, then its row, or noRow, in the low bits
	spikes      *ring    // time and row in one word
	bins        *ring    // index of the bin, then a count per series
}

type series struct {
	Name    string `json:"name"`
	Neurons int    `json:"neurons"`
}

// signal is a named quantity over time.
type signal struct {
	name, unit string
	values     *ring // time [ms] and value, as bits
}

// NewFeed makes a feed of the run that the tracker follows.
func NewFeed(t *Tracker, about About) *Feed {
	f := &Feed{Tracker: t, About: about, bin: -1}
	f.layout.Store(newLayout(nil))
	f.signals.Store(new([]*signal))
	return f
}

func newLayout(populations []experiments.Population) *layout {
	l := &layout{populations: populations, rows: make([]int, len(populations)), spikes: newRing(keptSpikes, 1)}
	total := 0
	for _, p := range populations {
		total += p.Size
	}
	l.of = make([]uint32, total)
	row := 0
	for k, p := range populations {
		s := min(k, maxSeries-1)
		if s == len(l.series) {
			l.series = append(l.series, series{Name: p.Name})
		} else {
			l.series[s].Name = "others"
		}
		l.series[s].Neurons += p.Size
		// Rows are spread over populations by size, and evenly over the neurons of each.
		n := p.Size
		if total > shownRows {
			n = min(p.Size, max(1, int(math.Round(shownRows*float64(p.Size)/float64(total)))))
		}
		n = min(n, noRow-row)
		l.rows[k] = n
		of := l.of[p.First : p.First+p.Size]
		for i := range of {
			of[i] = uint32(s)<<rowBits | noRow
		}
		for i := range n {
			of[i*p.Size/n] = uint32(s)<<rowBits | uint32(row)
			row++
		}
	}
	l.bins = newRing(keptBins, 1+len(l.series))
	return l
}

// WritePopulations lays the neurons out anew.
func (f *Feed) WritePopulations(p []experiments.Population) error {
	l := newLayout(p)
	f.counts, f.bin = make([]uint64, 1+len(l.series)), -1
	f.layout.Store(l)
	return f.Tracker.WritePopulations(p)
}

// WriteSpikes keeps the spikes of the shown neurons and counts all.
func (f *Feed) WriteSpikes(spikes []experiments.Spike) error {
	f.keep(spikes)
	return f.Tracker.WriteSpikes(spikes)
}

func (f *Feed) keep(spikes []experiments.Spike) {
	if len(spikes) == 0 {
		return
	}
	f.arrive(spikes[0].Time)
	l := f.layout.Load()
	of, counts := l.of, f.counts
	end := float64(f.bin+1) * binWidth
	for _, s := range spikes {
		if uint64(s.ID) >= uint64(len(of)) {
			continue // of no population
		}
		if !(s.Time < end) || f.bin < 0 {
			if !(s.Time >= 0 && s.Time < largestTime/ticksPerMS) {
				continue // cannot be shown
			}
			f.closeBin(l)
			f.bin = int64(s.Time / binWidth)
			end = float64(f.bin+1) * binWidth
		}
		place := of[s.ID]
		counts[1+place>>rowBits]++
		if row := place & noRow; row != noRow {
			l.spikes.put1(uint64(s.Time*ticksPerMS+0.5)<<rowBits | uint64(row))
		}
	}
	f.newest = max(f.newest, spikes[len(spikes)-1].Time)
}

// arrive is told the time of what comes next. Where a new phase begins time anew, what is kept of the
// phases before goes, for it lies on another axis.
func (f *Feed) arrive(ms float64) {
	if f.begun && ms < f.newest {
		l := newLayout(f.layout.Load().populations)
		f.counts, f.bin = make([]uint64, 1+len(l.series)), -1
		f.newest = 0
		f.signals.Store(new([]*signal))
		f.layout.Store(l)
	}
	f.begun = false
}

// closeBin hands the bin over that was being filled.
func (f *Feed) closeBin(l *layout) {
	if f.bin < 0 {
		return
	}
	f.counts[0] = uint64(f.bin)
	l.bins.put(f.counts...)
	clear(f.counts)
	f.bin = -1
}

// Phase opens a phase; the last bin of the rates ends with the phase before.
func (f *Feed) Phase(name string) {
	f.closeBin(f.layout.Load())
	f.begun = name != "" // what Close hands over belongs to the phase before
	f.Tracker.Phase(name)
}

// Signal keeps a value of a signal. Beyond a number of signals, new ones are left out.
func (f *Feed) Signal(name, unit string, ms, value float64) {
	f.arrive(ms)
	f.newest = max(f.newest, ms)
	f.signal(name, unit).put(ms, value)
	f.Tracker.Signal(name, unit, ms, value)
}

func (f *Feed) signal(name, unit string) *signal {
	known := *f.signals.Load()
	for _, s := range known {
		if s.name == name {
			return s
		}
	}
	if len(known) == maxSignals {
		return nil
	}
	s := &signal{name, unit, newRing(keptValues, 2)}
	more := append(known[:len(known):len(known)], s)
	f.signals.Store(&more)
	return s
}

func (s *signal) put(ms, value float64) {
	if s != nil && !math.IsNaN(ms+value) && !math.IsInf(ms+value, 0) {
		s.values.put(math.Float64bits(ms), math.Float64bits(value))
	}
}

// WriteFigure passes a figure on and announces it.
func (f *Feed) WriteFigure(name, caption string, r experiments.Renderer) error {
	if err := f.Tracker.WriteFigure(name, caption, r); err != nil {
		return err
	}
	f.slow.Lock()
	defer f.slow.Unlock()
	f.figures = append(f.figures, runfolder.Figure{Name: name, File: name + ".svg", Caption: caption})
	f.revision.figures++
	return nil
}

// WriteMetrics passes results on and keeps them.
func (f *Feed) WriteMetrics(results []experiments.Result) error {
	metrics := make([]runfolder.Metric, len(results))
	for i, r := range results {
		metrics[i] = runfolder.NewMetric(r)
	}
	f.setMetrics(metrics)
	return f.Tracker.WriteMetrics(results)
}

func (f *Feed) setMetrics(m []runfolder.Metric) {
	f.slow.Lock()
	defer f.slow.Unlock()
	f.metrics = m
	f.revision.metrics++
}

// Log shows a line and keeps it.
func (f *Feed) Log(line string) {
	f.slow.Lock()
	f.lines = append(f.lines, fmt.Sprintf("%s  %s", time.Now().Format("15:04:05"), line))
	if n := len(f.lines) - keptLines; n > 0 {
		f.lines = f.lines[n:]
	}
	f.revision.lines++
	f.slow.Unlock()
	f.Tracker.Log(line)
}

func (f *Feed) setFigures(figures []runfolder.Figure) {
	f.slow.Lock()
	defer f.slow.Unlock()
	if len(figures) != len(f.figures) { // figures are only added
		f.figures = figures
		f.revision.figures++
	}
}

// Status returns how far the run is.
func (f *Feed) Status() Status {
	if s := f.foreign.Load(); s != nil {
		return *s
	}
	return f.Tracker.Status()
}

// figureFile returns the file of a figure that was announced.
func (f *Feed) figureFile(name string) (string, bool) {
	f.slow.Lock()
	defer f.slow.Unlock()
	for _, x := range f.figures {
		if x.Name == name {
			return x.File, true
		}
	}
	return "", false
}
