package live

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/experiments/runfolder"
)

const journalInterval = time.Second

// Journal is what a running run writes beside its results for other processes: how far it is.
type Journal struct {
	Updated     time.Time                `json:"updated"`
	Interval    float64                  `json:"interval"` // seconds to the next
	PID         int                      `json:"pid"`
	Status      Status                   `json:"status"`
	Populations []experiments.Population `json:"populations"`
	Signals     []SignalValue            `json:"signals"` // the latest of each
}

// SignalValue is the value of a signal at a moment of model time.
type SignalValue struct {
	Name  string  `json:"name"`
	Unit  string  `json:"unit"`
	MS    float64 `json:"ms"`
	Value float64 `json:"value"`
}

// Keep writes the journal of the run into its folder, every second until the returned function is called,
// which removes it. Failures are passed over: the run has more important things to write there.
func (t *Tracker) Keep(dir string) (end func()) {
	path := filepath.Join(dir, runfolder.ProgressFile)
	write := func() {
		j := Journal{Updated: time.Now(), Interval: journalInterval.Seconds(), PID: os.Getpid(), Status: t.Status()}
		t.mu.Lock()
		j.Populations, j.Signals = t.populations, append(j.Signals, t.signals...)
		t.mu.Unlock()
		text, err := json.Marshal(j)
		if err != nil {
			return // a value that is no number; the next may be one
		}
		// Renamed, so that a reader finds it whole. A crash of the machine may lose it.
		if os.WriteFile(path+".partial", text, 0o666) == nil {
			os.Rename(path+".partial", path)
		}
	}
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		ticks := time.NewTicker(journalInterval)
		defer ticks.Stop()
		for {
			write()
			select {
			case <-ticks.C:
			case <-quit:
				os.Remove(path + ".partial")
				os.Remove(path)
				return
			}
		}
	}()
	return func() { close(quit); <-done }
}

// readJournal reads the journal of a run folder; ok is false when there is none.
func readJournal(dir string) (j Journal, ok bool, err error) {
	text, err := os.ReadFile(filepath.Join(dir, runfolder.ProgressFile))
	if errors.Is(err, fs.ErrNotExist) {
		return j, false, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &j)
	}
	return j, err == nil, err
}
