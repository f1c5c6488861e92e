package nalsm

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/experiments/dataset"
	"github.com/glia-sim/glia/networks"
	"github.com/glia-sim/glia/sim"
)

// TestEventProbabilities: each pixel over the sum of its image, over the constant of the set.
func TestEventProbabilities(t *testing.T) {
	set := dataset.LabeledImages{Images: dataset.Images{Count: 3, Rows: 2, Cols: 2, Pixels: []byte{
		0, 100, 50, 50, // largest 100/200
		255, 85, 0, 0, // largest 255/340 = 0.75
		0, 0, 0, 0, // no ink: no events, and no part in the constant
	}}, Labels: []byte{0, 1, 2}}
	scale := largestPixel(set)
	if scale != 0.75 {
		t.Fatalf("largest pixel is %g, want 0.75", scale)
	}
	for i, want := range [][]float64{{0, 2. / 3, 1. / 3, 1. / 3}, {1, 1. / 3, 0, 0}, {0, 0, 0, 0}} {
		e := &inputEvents{}
		e.show(set.At(2), 1, sim.NewKey(1, "")) // what was shown before leaves nothing
		e.show(set.At(1), 1, sim.NewKey(1, ""))
		e.show(set.At(i), scale, sim.NewKey(1, ""))
		got := make([]float64, 4)
		for k, a := range e.active {
			got[a] = e.p[k]
		}
		for k := range want {
			if math.Abs(got[k]-want[k]) > 1e-15 {
				t.Errorf("image %d: probabilities %v, want %v", i, got, want)
				break
			}
		}
	}
}

// The events that are drawn have the probabilities, and differ from image to image and step to step.
func TestEventDraws(t *testing.T) {
	e := &inputEvents{}
	e.show([]byte{0, 10, 30, 60}, 0.6, sim.NewKey(2, "draws")) // p = 0, 1/6, 1/2, 1
	b, err := e.NewInput(sim.BlockSpec{N: 4, Size: 4})
	if err != nil {
		t.Fatal(err)
	}
	const steps = 20000
	var n [4]int
	in := make([]float64, 4)
	for k := range steps {
		clear(in)
		b.Add(sim.Tick(k+1), in)
		for i, x := range in {
			if x != 0 && x != eventCurrent {
				t.Fatalf("current %g, want 0 or %d", x, eventCurrent)
			}
			if x > 0 {
				n[i]++
			}
		}
	}
	for i, p := range []float64{0, 1. / 6, 0.5, 1} {
		if got, sd := float64(n[i]), math.Sqrt(steps*p*(1-p)); math.Abs(got-steps*p) > 5*sd {
			t.Errorf("pixel %d had %g events in %d steps, want %g", i, got, steps, steps*p)
		}
	}
}

// The draws belong to the pixel, whichever worker has its input neuron: a network has the same input
// spikes on any number of workers.
func TestEventsDoNotDependOnWorkers(t *testing.T) {
	l := networks.DefaultLiquid(3, 49)
	pixels := make([]byte, 49)
	for i := range pixels {
		pixels[i] = byte(5 * i)
	}
	var want []sim.Spike
	for _, workers := range []int{1, 2, 5} {
		input := &inputEvents{}
		n, err := l.Build(1, workers, input)
		if err != nil {
			t.Fatal(err)
		}
		rec := n.Net.RecordSpikes(sim.SpikeOptions{}, n.Input, n.Liquid)
		input.show(pixels, 0.05, sim.NewKey(1, "nalsm"))
		if err := n.Net.Run(context.Background(), 200); err != nil {
			t.Fatal(err)
		}
		got := rec.Spikes()
		if len(got) < 500 {
			t.Fatalf("%d spikes: too few to compare", len(got))
		}
		if want == nil {
			want = slices.Clone(got)
		} else if !slices.Equal(got, want) {
			t.Errorf("%d workers: other spikes than with 1", workers)
		}
	}
}

func TestValidationFrom(t *testing.T) {
	for _, c := range []struct {
		count int
		n     sizes
		want  int
	}{
		{60000, sizes{train: 50000, validation: 10000}, 50000}, // as published
		{60000, sizes{train: 10000, validation: 2000}, 50000},
		{60000, sizes{init: 55000, train: 10000, validation: 2000}, 58000}, // the initialisation sees no validation image
		{60000, sizes{train: 55000, validation: 5000}, 55000},              // training images reach further
		{60000, sizes{train: 40000, validation: 20000}, 40000},
		{100, sizes{train: 60, validation: 40}, 60},
	} {
		got := validationFrom(c.count, c.n)
		if got != c.want {
			t.Errorf("%d images, %d to train, %d to validate: validation begins at %d, want %d", c.count, c.n.train, c.n.validation, got, c.want)
		}
		if got < c.n.train || got+c.n.validation > c.count {
			t.Errorf("%d images: validation images %d to %d overlap the %d training images or the end", c.count, got, got+c.n.validation, c.n.train)
		}
	}
}

// small is a run on a small set in a directory.
func small(t *testing.T, dir string, set ...string) (*experiments.Run, sizes) {
	t.Helper()
	e, err := experiments.Lookup("nalsm")
	if err != nil {
		t.Fatal(err)
	}
	v, err := e.Parse(append([]string{"neurons=27", "init_images=4", "train_images=10", "validation_images=6", "test_images=5"}, set...))
	if err != nil {
		t.Fatal(err)
	}
	r := experiments.NewRun(e, v, experiments.Options{Seed: 1, Workers: 2, Data: dir})
	return r, sizesOf(v)
}

func TestLoadStimuli(t *testing.T) {
	dir := t.TempDir()
	set, err := dataset.WriteGenerated(dir, 1, 30, 8, 2)
	if err != nil {
		t.Fatal(err)
	}
	r, n := small(t, dir)
	im, err := loadStimuli(r, n)
	if err != nil {
		t.Fatal(err)
	}
	if im.train.count() != 10 || im.validation.count() != 6 || im.test.count() != 5 || im.inputs != 784 {
		t.Errorf("%d, %d, %d images of %d pixels, want 10, 6, 5 of 784", im.train.count(), im.validation.count(), im.test.count(), im.inputs)
	}
	if !slices.Equal(im.validation.images.At(0), set.Train.At(24)) {
		t.Error("the first validation image is not number 24 of 30, the last of which is number 29")
	}
	if want := largestPixel(set.Train); im.trainScale != want || im.testScale != want {
		t.Errorf("constants %g and %g, want %g for both", im.trainScale, im.testScale, want)
	}
	r, n = small(t, dir, "test_scaling=published", "test_images=8")
	if im, err = loadStimuli(r, n); err != nil {
		t.Fatal(err)
	}
	if want := largestPixel(im.test.images); im.testScale != want {
		t.Errorf("constant of the test images is %g, want their own, %g", im.testScale, want)
	}

	for _, c := range []struct {
		set  string
		want []string
	}{
		{"train_images=25", []string{`"train_images"`, "25", "30 training images", "6 to validate"}},
		{"init_images=31", []string{"30 training images", "31 to initialise"}},
		{"test_images=9", []string{`"test_images"`, "9", "8 test images"}},
	} {
		r, n := small(t, dir, c.set)
		_, err := loadStimuli(r, n)
		var wrong *experiments.ParameterError
		if !errors.As(err, &wrong) {
			t.Errorf("%s: error %v, want a ParameterError", c.set, err)
			continue
		}
		for _, s := range c.want {
			if !strings.Contains(err.Error(), s) {
				t.Errorf("%s: error %q does not name %q", c.set, err, s)
			}
		}
	}
}

func TestCheckNamesRemedy(t *testing.T) {
	e, err := experiments.Lookup("nalsm")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ set, want string }{
		{"neurons=900", "729 or 1000"}, {"duration=100.5", "whole number of ms"}, {"init_duration=2.5", "whole number of ms"},
	} {
		v, err := e.Parse([]string{c.set})
		if err == nil {
			err = check(v)
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one that says %q", c.set, err, c.want)
		}
	}
}

// The published training images of MNIST have 19.9 expected events per ms, the same for all images.
func TestEventsOfMNIST(t *testing.T) {
	set, err := dataset.Load("../../../shared/data/mnist")
	if err != nil {
		t.Skipf("MNIST is not at hand: %v", err)
	}
	if got := 1 / largestPixel(set.Train); math.Abs(got-19.9) > 0.1 {
		t.Errorf("%.2f events per ms, want 19.9", got)
	}
	t.Logf("events per ms: training images %.2f, test images by their own constant %.2f", 1/largestPixel(set.Train), 1/largestPixel(set.Test))
}
