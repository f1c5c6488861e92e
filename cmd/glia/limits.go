package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/experiments/runfolder"
	"github.com/glia-sim/glia/viz"
)

// safety is how a run is kept from being lost, and stopped before it does harm.
type safety struct {
	every           time.Duration // between checkpoints
	keepCheckpoints bool
	maxWall         time.Duration
	maxMemory       int64   // bytes
	maxRate         float64 // Hz
}

const (
	checkpointEvery = 5 * time.Minute
	runawayRate     = 500.0 // Hz; no cortical population comes near for a tenth of a second
)

// safetyFlags are those of run and resume.
func safetyFlags(s *safety) []cli.Flag {
	*s = safety{every: checkpointEvery, maxRate: runawayRate}
	return []cli.Flag{
		&cli.GenericFlag{Name: "checkpoint-every", Value: (*durationValue)(&s.every), Usage: "wall `time` between checkpoints; 0: only when the run is stopped"},
		&cli.BoolFlag{Name: "keep-checkpoints", Destination: &s.keepCheckpoints, DisableDefaultText: true, Usage: "leave the checkpoints in the folder of a complete run"},
		&cli.GenericFlag{Name: "max-wall", Value: (*durationValue)(&s.maxWall), DefaultText: "no bound", Usage: "stop after this wall `time`, such as 2h or 90m; 0: no bound"},
		&cli.GenericFlag{Name: "max-memory", Value: (*bytesValue)(&s.maxMemory), DefaultText: "what the machine has", Usage: "refuse a network that needs more, and stop a run that takes more: `size` such as 4GB"},
		&cli.GenericFlag{Name: "max-rate", Value: (*rateValue)(&s.maxRate), Usage: fmt.Sprintf("stop when a population fires at a higher mean `rate` in Hz for %g ms; 0: no bound", experiments.RunawayTime)},
	}
}

// durationValue is a flag like "90m"; a bare number is in seconds.
type durationValue time.Duration

func (v *durationValue) String() string {
	if v == nil {
		return ""
	}
	text := time.Duration(*v).String()
	for _, zeros := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, zeros) {
			text = text[:len(text)-2]
		}
	}
	return text
}

func (v *durationValue) Set(text string) error {
	d, err := time.ParseDuration(text)
	if seconds, numErr := strconv.ParseFloat(text, 64); numErr == nil && seconds < 1e9 {
		d, err = time.Duration(seconds*float64(time.Second)), nil
	}
	if err != nil || d < 0 {
		return errors.New("must be a time such as 30s, 90m or 2h, or 0")
	}
	*v = durationValue(d)
	return nil
}

// bytesValue is a flag like "4GB".
type bytesValue int64

func (v *bytesValue) String() string {
	if v == nil || *v == 0 {
		return ""
	}
	return experiments.Bytes(int64(*v))
}

var byteUnits = []struct {
	name string
	size float64
}{{"kib", 1 << 10}, {"mib", 1 << 20}, {"gib", 1 << 30}, {"tib", 1 << 40}, {"kb", 1e3}, {"mb", 1e6}, {"gb", 1e9}, {"tb", 1e12}, {"k", 1e3}, {"m", 1e6}, {"g", 1e9}, {"t", 1e12}, {"b", 1}}

func (v *bytesValue) Set(text string) error {
	number, unit := strings.ToLower(strings.TrimSpace(text)), 1.0
	for _, u := range byteUnits {
		if rest, ok := strings.CutSuffix(number, u.name); ok {
			number, unit = strings.TrimSpace(rest), u.size
			break
		}
	}
	x, err := strconv.ParseFloat(number, 64)
	if err != nil || !(x >= 0) || x*unit > 1e18 {
		return errors.New("must be a size such as 800MB or 4GB, or 0 for what the machine has")
	}
	*v = bytesValue(x * unit)
	return nil
}

// rateValue is a flag like "500" or "500Hz".
type rateValue float64

func (v *rateValue) String() string {
	if v == nil {
		return ""
	}
	return strconv.FormatFloat(float64(*v), 'g', -1, 64)
}

func (v *rateValue) Set(text string) error {
	x, err := experiments.ParseQuantity(text, "Hz")
	if err != nil || !(x >= 0) {
		return errors.New("must be a rate such as 500 or 500Hz, or 0 for no bound")
	}
	*v = rateValue(x)
	return nil
}

// limitError is the cause of a context that a limit ended.
type limitError struct{ error }

func (e *limitError) Unwrap() error { return e.error }

// guarded gives a context that ends when a limit is met, and the limits that the run itself looks after.
func (s safety) guarded(ctx context.Context) (context.Context, experiments.Limits, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	stop := func(err error) { cancel(&limitError{err}) }
	limits := experiments.Limits{Rate: s.maxRate, Stop: stop}
	limits.Memory, limits.MemoryReason = s.memory()
	done := make(chan struct{})
	if s.maxWall > 0 || s.maxMemory > 0 {
		go s.watch(done, stop)
	}
	return ctx, limits, sync.OnceFunc(func() { close(done); cancel(nil) })
}

// memory is what a network may take before it is built.
func (s safety) memory() (limit int64, reason string) {
	limit, reason = availableMemory()
	if s.maxMemory > 0 && (limit == 0 || s.maxMemory < limit) {
		return s.maxMemory, "that --max-memory allows"
	}
	return limit, reason
}

// watch looks at clock and memory several times a second.
func (s safety) watch(done <-chan struct{}, stop func(error)) {
	start := time.Now()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-done:
			return
		case <-tick.C:
		}
		if s.maxWall > 0 && time.Since(start) >= s.maxWall {
			stop(fmt.Errorf("the run has taken %s, as long as --max-wall allows", (*durationValue)(&s.maxWall)))
			return
		}
		if used := residentMemory(); s.maxMemory > 0 && used > s.maxMemory {
			stop(fmt.Errorf("the run takes %s of memory, more than the %s that --max-memory allows", experiments.Bytes(used), experiments.Bytes(s.maxMemory)))
			return
		}
	}
}

// drawRunaway adds a raster of what happened to the folder of a run whose activity got out of control.
func drawRunaway(run *experiments.Run, folder *runfolder.Folder, cause *experiments.RunawayError) error {
	const shown = 300.0 // ms
	raster := viz.Raster{Title: "Runaway activity", Start: max(0, cause.To-shown), Stop: cause.To, Show: 300}
	for _, p := range run.Populations() {
		raster.Populations = append(raster.Populations, viz.Population{Name: p.Name, First: int32(p.First), Size: p.Size})
	}
	// Enough spikes from the end to hold the time shown, in a network out of control.
	last := run.SpikesWritten()
	from := max(0, last-int64(20e6))
	if err := folder.ReadSpikes(from, last, func(batch []experiments.Spike) error {
		for _, s := range batch {
			if s.Time >= raster.Start {
				raster.Times, raster.IDs = append(raster.Times, s.Time), append(raster.IDs, int32(s.ID))
			}
		}
		return nil
	}); err != nil {
		return err
	}
	return run.Figure("runaway", fmt.Sprintf("The last %g ms before the run was stopped: %v", cause.To-raster.Start, cause), raster)
}

// procValue reads a number of bytes, or of kB, from a file of the system; 0 if it cannot be had.
func procValue(path, key string) int64 {
	b, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	text := string(b)
	if key != "" {
		_, rest, ok := strings.Cut(text, key+":")
		if !ok {
			return 0
		}
		text, _, _ = strings.Cut(rest, "\n")
	}
	number, inKB := strings.CutSuffix(strings.TrimSpace(text), " kB")
	n, err := strconv.ParseInt(strings.TrimSpace(number), 10, 64)
	if err != nil {
		return 0 // "max" among others
	}
	if inKB {
		n <<= 10
	}
	return n
}

// availableMemory is what the machine, or the control group of the process, has left.
func availableMemory() (limit int64, reason string) {
	limit, reason = procValue("/proc/meminfo", "MemAvailable"), "that this machine has available"
	for _, group := range []struct{ limit, used string }{
		{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"},
		{"/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"},
	} {
		// A limit above what the machine has is none.
		if most := procValue(group.limit, ""); most > 0 {
			if left := most - procValue(group.used, ""); limit == 0 || left < limit {
				limit, reason = max(1, left), "that the control group of this process has left"
			}
		}
	}
	return limit, reason
}

// residentMemory is what the process takes, 0 if unknown.
func residentMemory() int64 { return procValue("/proc/self/status", "VmRSS") }
