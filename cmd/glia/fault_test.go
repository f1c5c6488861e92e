package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/experiments/runfolder"
	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/plasticity"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/synapses"
)

// kills is how often TestFault kills a run. A long test:
//
//	go test ./cmd/glia -run Fault -kills 1000 -timeout 30m
var kills = flag.Int("kills", 100, "times that TestFault kills a run")

func init() {
	experiments.Register(&experiments.Experiment{
		Name: "random-net", Title: "A network drawn at random", Summary: "Whatever the engine has, put together at random.",
		Parameters: []experiments.Parameter{
			{Name: "net", Kind: experiments.Int, Default: 1, Range: experiments.NonNegative(), Meaning: "which network"},
			{Name: "duration", Kind: experiments.Float, Default: 200.0, Unit: "ms", Range: experiments.Positive(), Meaning: "model time"},
		},
		Metrics: []experiments.Metric{{Name: "weight", Meaning: "sum of the plastic weights"}, {Name: "sampled", Unit: "mV", Meaning: "sum of the sampled potentials"}},
		Run:     runRandomNet,
	})
}

// runRandomNet simulates a network of some populations, stepped and event-driven, with static and plastic
// synapses, short-term plasticity and every kind of recorder.
func runRandomNet(ctx context.Context, run *experiments.Run) error {
	run.Phase("build")
	r := rand.New(rand.NewPCG(uint64(run.Int("net")), 7))
	net := sim.New(sim.Options{Seed: run.Seed, Workers: run.Workers, DT: 0.1})
	pick := func(k ...float64) float64 { return k[r.IntN(len(k))] }
	noisy := neurons.DefaultLIFExp()
	noisy.IE = 200
	resting := neurons.DefaultLIFDelta()
	models := []sim.Model{noisy, resting, neurons.IntFire{Tau: 15, TRef: 2.2}}
	var pops []*sim.Population
	for k := range 2 + r.IntN(3) {
		pops = append(pops, net.Populate(fmt.Sprintf("p%d", k), 40+r.IntN(160), models[(k+r.IntN(2))%len(models)]))
	}
	source := net.Populate("source", 100, neurons.PoissonSource{Rate: pick(20, 50, 100)})
	var plastic []*sim.Projection
	for k, to := range pops {
		strong := map[bool]float64{true: 60, false: 1.5}
		_, current := to.Model.(neurons.LIFExp)
		_, event := to.Model.(neurons.IntFire)
		size := strong[current]
		if event {
			size = 0.3
		}
		syn := sim.Synapse{Weight: synapses.Uniform{Lo: 0, Hi: size}, Delay: synapses.Uniform{Lo: 0.5, Hi: pick(1, 3, 20)}}
		if !event && r.IntN(2) == 0 {
			syn.Release = synapses.TsodyksMarkram{U: 0.5, TauRec: 100}
		}
		net.Connect(source, to, synapses.FixedInDegree{K: 20}, syn)
		from := pops[r.IntN(len(pops))]
		syn = sim.Synapse{Name: fmt.Sprintf("recurrent %d", k), Weight: synapses.Uniform{Lo: 0, Hi: size / 2}, Delay: sim.Constant(pick(0.5, 1, 1.5))}
		if !event {
			rule := plasticity.DefaultPairSTDP()
			rule.WMax = size
			syn.Plasticity = rule
		}
		p := net.Connect(from, to, synapses.Bernoulli{P: 0.1}, syn)
		if syn.Plasticity != nil {
			plastic = append(plastic, p)
		}
		if !event {
			net.Drive(to, to.Model.Receptors()[0], neurons.PoissonDrive{Rate: 500, Weight: size / 3})
		}
	}
	sampled := 0.0
	net.RecordState(pops[0], sim.StateOptions{Variable: "V", Interval: 1, Neurons: []int{0, 5}, Sink: func(_ float64, v []float64) error {
		sampled += v[0] + v[1]
		return nil
	}})
	for _, p := range net.Populations() {
		if _, err := run.AddPopulation(p.Name, p.Size); err != nil {
			return err
		}
	}
	clock := net.Clock()
	var all []sim.Selection
	for _, p := range net.Populations() {
		all = append(all, p)
	}
	net.RecordSpikes(sim.SpikeOptions{Sink: func(batch []sim.Spike) error {
		var times []float64
		var ids []int32
		for _, s := range batch {
			times, ids = append(times, clock.InstantMS(s.At)), append(ids, s.ID)
		}
		return run.AddSpikes(times, ids)
	}}, all...)
	if err := net.Err(); err != nil {
		return err
	}
	run.Phase("simulate")
	if err := run.Advance(ctx, "first half", net, run.Float("duration")/2, &sampled); err != nil {
		return err
	}
	if err := run.Advance(ctx, "second half", net, run.Float("duration")/2, &sampled); err != nil {
		return err
	}
	weight := 0.0
	for _, p := range plastic {
		w, err := p.Weights()
		if err != nil {
			return err
		}
		for _, x := range w {
			weight += x
		}
	}
	if err := run.Metrics(map[string]float64{"weight": weight, "sampled": sampled}); err != nil {
		return err
	}
	return run.Figure("raster", "spikes", fakeFigure{})
}

// TestFault kills runs of random networks and of the experiments at random moments, resumes them, kills
// them again, and compares what they end with to a run that was left alone: every file but manifest and
// report must have the same bytes.
func TestFault(t *testing.T) {
	budget := *kills
	if testing.Short() {
		budget = min(budget, 10)
	}
	seed := uint64(time.Now().UnixNano())
	if fixed := os.Getenv("GLIA_FAULT_SEED"); fixed != "" {
		if _, err := fmt.Sscan(fixed, &seed); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("GLIA_FAULT_SEED=%d repeats the choices of this test", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	dir := t.TempDir()
	killed, resumed, trial := 0, 0, 0
	for ; killed < budget; trial++ {
		line := faultLine(r)
		want := filepath.Join(dir, fmt.Sprintf("want-%d", trial))
		start := time.Now()
		if out, err := child(append(line, "--out", want)...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", strings.Join(line, " "), err, out)
		}
		took := time.Since(start)
		got := filepath.Join(dir, fmt.Sprintf("got-%d", trial))
		most := killed + 1 + r.IntN(6)
		command := append(slices.Clone(line), "--out", got)
		for {
			var out bytes.Buffer
			cmd := child(append(command, "--checkpoint-every", fmt.Sprintf("%dms", 1+r.IntN(20)))...)
			cmd.Stdout, cmd.Stderr = &out, &out
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() { ended <- cmd.Wait() }()
			moment := time.Duration(r.Float64() * float64(took))
			if killed >= min(most, budget) {
				moment = time.Minute
			}
			var err error
			select {
			case err = <-ended:
				if err != nil {
					t.Fatalf("%s: %v\n%s", strings.Join(command, " "), err, out.String())
				}
			case <-time.After(moment):
				if err := cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
					t.Fatal(err)
				}
				err = <-ended
				killed++
			}
			if err == nil && !strings.Contains(out.String(), "complete") {
				m, err := runfolder.ReadManifest(got)
				if err == nil && m.Status == runfolder.Complete {
					resumed += m.Resumed
					break
				}
			}
			// Killed before it could say what it is, a run is begun anew.
			if _, err := runfolder.ReadManifest(got); err != nil {
				if err := os.RemoveAll(got); err != nil {
					t.Fatal(err)
				}
				continue
			}
			if m, err := runfolder.ReadManifest(got); err == nil && m.Status == runfolder.Complete {
				resumed += m.Resumed
				// Killed on its way out: resuming says so and tidies up.
				if out, err := child("resume", got).CombinedOutput(); err == nil || !strings.Contains(string(out), "complete") {
					t.Errorf("resume of a complete run: %v\n%s", err, out)
				}
				break
			}
			command = []string{"resume", got, "-q"}
		}
		sameFiles(t, strings.Join(line, " "), want, got)
		if t.Failed() {
			break
		}
		if err := errors.Join(os.RemoveAll(want), os.RemoveAll(got)); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d kills of %d runs, resumed %d times", killed, trial, resumed)
	if resumed == 0 && budget > 20 {
		t.Error("no run was ever resumed")
	}
}

// faultLine draws a command line.
func faultLine(r *rand.Rand) []string {
	set := func(name string, assignments ...string) []string {
		line := []string{"run", name, "-q", "--workers", fmt.Sprint(1 + r.IntN(3)), "--seed", fmt.Sprint(r.IntN(1000))}
		for _, a := range assignments {
			line = append(line, "--set", a)
		}
		return line
	}
	switch r.IntN(8) {
	case 0:
		return set("brunel", fmt.Sprintf("neurons=%d", 500+r.IntN(1000)), fmt.Sprintf("g=%.2g", 3+3*r.Float64()), "warmup=20", "duration=150")
	case 1:
		return set("izhikevich2003", "duration=500")
	case 2:
		return set("cuba", "neurons=800", "warmup=20", "duration=150")
	case 3:
		return set("nalsm", "neurons=64", "init_images=60", "train_images=60", "validation_images=40", "test_images=40", "duration=70", "passes=3")
	}
	return set("random-net", fmt.Sprintf("net=%d", r.IntN(1e6)), "duration=400")
}

// child makes this program run as glia.
func child(args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), asCommand+"=1")
	return cmd
}

// sameFiles compares two run folders.
func sameFiles(t *testing.T, what, want, got string) {
	t.Helper()
	a, err := runfolder.ReadManifest(want)
	if err != nil {
		t.Fatal(err)
	}
	b, err := runfolder.ReadManifest(got)
	if err != nil {
		t.Fatal(err)
	}
	if a.SpikesSHA256 != b.SpikesSHA256 || a.Spikes != b.Spikes || a.SynapticEvents != b.SynapticEvents || a.Synapses != b.Synapses {
		t.Errorf("%s: %d spikes (%s), %d events; resumed: %d spikes (%s), %d events", what, a.Spikes, a.SpikesSHA256, a.SynapticEvents, b.Spikes, b.SpikesSHA256, b.SynapticEvents)
	}
	list := func(dir string) (names []string) {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			names = append(names, e.Name())
		}
		return names
	}
	if x, y := list(want), list(got); !slices.Equal(x, y) {
		t.Errorf("%s: files %v, resumed: %v", what, x, y)
		return
	}
	for _, name := range list(want) {
		if name == runfolder.ManifestFile || name == runfolder.ReportFile {
			continue
		}
		x, err := os.ReadFile(filepath.Join(want, name))
		if err != nil {
			t.Fatal(err)
		}
		y, err := os.ReadFile(filepath.Join(got, name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(x, y) {
			t.Errorf("%s: %s differs after resuming", what, name)
		}
	}
}
