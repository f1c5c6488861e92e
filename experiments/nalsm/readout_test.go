package nalsm

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/networks/readout"
	"github.com/glia-sim/glia/sim"
)

// Standardised features have mean 0 and standard deviation 1 over the images they are made from; others
// are scaled by the same numbers.
func TestStandardiser(t *testing.T) {
	train := []uint8{ // 4 images of 3 features
		1, 7, 0,
		3, 7, 0,
		1, 7, 0,
		3, 7, 200,
	}
	s := newStandardiser(train, 3)
	got := s.apply(train)
	want := []float32{-1, 0, -0.57735, 1, 0, -0.57735, -1, 0, -0.57735, 1, 0, 1.7320508}
	for k, x := range got {
		if math.Abs(float64(x-want[k])) > 1e-5 {
			t.Fatalf("standardised to %v, want %v", got, want)
		}
	}
	if other := s.apply([]uint8{2, 9, 50, 255, 0, 50}); !slices.Equal(other, []float32{0, 0, 0, 10, 0, 0}) {
		t.Errorf("other images become %v, want [0 0 0 10 0 0]: constant features 0, others within 10", other)
	}
}

// machineFor is a machine of a small liquid with its stimuli, initialised.
func machineFor(t *testing.T, set ...string) *machine {
	t.Helper()
	r, n := small(t, "", set...)
	r.Workers = 1
	im, err := loadStimuli(r, n)
	if err != nil {
		t.Fatal(err)
	}
	m := newMachine(r, im)
	ctx := context.Background()
	if err := m.build(ctx); err != nil {
		t.Fatal(err)
	}
	if err := m.initialise(ctx); err != nil {
		t.Fatal(err)
	}
	if err := m.showAll(ctx); err != nil {
		t.Fatal(err)
	}
	return m
}

// The counts of all windows together are the counts of the whole presentation, whatever the windows.
func TestWindowsAddUp(t *testing.T) {
	whole := machineFor(t, "duration=100")
	for _, k := range []string{"2", "7"} {
		m := machineFor(t, "duration=100", "readout=windows", "windows="+k)
		size, inFirst, total := m.liquid.Size(), 0, 0
		for part := range m.counts {
			for i := range m.counts[part].set.count() {
				row := m.counts[part].n[i*m.features() : (i+1)*m.features()]
				for j := range size {
					sum := 0
					for w := range m.windows {
						sum += int(row[w*size+j])
					}
					inFirst += int(row[j])
					total += sum
					if want := int(whole.counts[part].n[i*size+j]); sum != want {
						t.Fatalf("%s windows: neuron %d fired %d times under image %d, want %d", k, j, sum, i, want)
					}
				}
			}
		}
		if total == 0 || inFirst == total {
			t.Errorf("%s windows: %d spikes, %d of them in the first", k, total, inFirst)
		}
	}
	m := &machine{steps: 250, windows: 4}
	var ends []int
	for w := range 4 {
		ends = append(ends, m.window(w))
	}
	if want := []int{61, 124, 186, 249}; !slices.Equal(ends, want) {
		t.Errorf("windows end at %v, want %v", ends, want)
	}
}

// An image has the same counts whichever worker shows it, and whatever was shown before.
func TestPresentationsAreIndependent(t *testing.T) {
	for _, model := range []string{"nalsm", "stdp", "ap-stdp", "lsm"} {
		m := machineFor(t, "duration=100", "model="+model, "domains=2", "heard=0.5")
		again, err := m.newTank(context.Background(), m.run.Seed)
		if err != nil {
			t.Fatal(err)
		}
		want := slices.Clone(m.counts[2].n)
		clear(m.counts[2].n)
		from := m.counts[0].set.count() + m.counts[1].set.count()
		for i := m.counts[2].set.count() - 1; i >= 0; i-- { // another tank, the other way round
			if err := m.feature(context.Background(), again, from+i, m.counts[2].n[i*m.features():][:m.features()]); err != nil {
				t.Fatal(err)
			}
		}
		if !slices.Equal(m.counts[2].n, want) {
			t.Errorf("%s: another copy of the liquid has other counts", model)
		}
	}
}

// Gated learning rests while images are shown; the other kinds go on.
func TestLearningWhileImagesAreShown(t *testing.T) {
	for model, learns := range map[string]bool{"nalsm": true, "stdp": true, "ap-stdp": false, "lsm": false} {
		m := machineFor(t, "neurons=64", "duration=100", "model="+model)
		tank := m.tanks[0]
		if err := m.begin(tank, m.images.test, 0, sim.NewKey(1, "learning")); err != nil {
			t.Fatal(err)
		}
		before, err := recurrentWeights(tank.LiquidNetwork)
		if err != nil {
			t.Fatal(err)
		}
		if err := tank.Net.Run(context.Background(), 99); err != nil {
			t.Fatal(err)
		}
		after, err := recurrentWeights(tank.LiquidNetwork)
		if err != nil {
			t.Fatal(err)
		}
		if tank.LiquidSpikes.Total == 0 {
			t.Fatalf("%s: no spikes", model)
		}
		if moved := !slices.Equal(before, after); moved != learns {
			t.Errorf("%s: weights moved while an image was shown: %v, want %v", model, moved, learns)
		}
	}
}

// The penalty is chosen by the validation images: with the best accuracy there, the smallest if several.
func TestPenaltyIsChosenOnValidation(t *testing.T) {
	e, err := experiments.Lookup("nalsm")
	if err != nil {
		t.Fatal(err)
	}
	v, err := e.Parse([]string{"readout=standard", "passes=30"})
	if err != nil {
		t.Fatal(err)
	}
	r := experiments.NewRun(e, v, experiments.Options{Seed: 1, Workers: 1})
	m := &machine{run: r}
	// One feature tells the classes, the others are noise: a penalty helps those who have few images.
	rng := sim.NewRand(sim.NewKey(3, "noise"))
	set := func(rows int) readout.Set {
		const cols = 60
		x, labels := make([]float32, rows*cols), make([]int, rows)
		for i := range rows {
			labels[i] = i % 2
			for j := range cols {
				x[i*cols+j] = float32(rng.NormFloat64())
			}
			x[i*cols] += float32(2 * labels[i])
		}
		f, err := readout.NewValues(x, rows, cols)
		if err != nil {
			t.Fatal(err)
		}
		return readout.Set{X: f, Labels: labels}
	}
	sets := []readout.Set{set(60), set(400), set(400)}
	fit, l2, err := m.fit(context.Background(), kinds[2], sets)
	if err != nil {
		t.Fatal(err)
	}
	got := bestPass(fit).Validation
	if !slices.Contains(penalties, l2) {
		t.Fatalf("penalty %g is not among those tried", l2)
	}
	for _, x := range penalties {
		s := m.softmax(kinds[2], sets[0].X)
		s.L2, s.Patience = x, patience(s, sets[0].X)
		f, err := s.Fit(context.Background(), sets[0], sets[1], sets[2])
		if err != nil {
			t.Fatal(err)
		}
		if v := bestPass(f).Validation; v > got || x < l2 && v == got || x == l2 && v != got {
			t.Errorf("penalty %g has validation accuracy %g, the chosen one, %g, has %g", x, v, l2, got)
		}
	}
}
