package nalsm

import (
	"fmt"
	"os"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/experiments/dataset"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/viz"
)

// stimuli are what a run shows to the liquid: images or recordings, split.
type stimuli struct {
	name                    string
	inputs                  int   // input neurons
	pool                    split // training stimuli before the validation ones, from which the initialisation draws
	train, validation, test split
	testOwn                 split   // the test images in their own scale, where both scales are asked for
	probe                   split   // for the branching factor
	trainScale, testScale   float64 // of images: largest pixel after division by the image's sum
}

// split is a part of the stimuli: images with the constant that scales them, or recordings.
type split struct {
	images   dataset.LabeledImages
	scale    float64
	recorded recordings
}

func (s split) count() int { return max(s.images.Count, len(s.recorded)) }

func (s split) labels() []int {
	out := make([]int, 0, s.count())
	for _, l := range s.images.Labels {
		out = append(out, int(l))
	}
	for _, r := range s.recorded {
		out = append(out, int(r.digit))
	}
	return out
}

// part gives the stimuli from to to-1.
func (s split) part(from, to int) split {
	if s.recorded != nil {
		s.recorded = s.recorded[from:to]
		return s
	}
	s.images = s.images.Slice(from, to)
	return s
}

// show gives stimulus i to the input device: an image for as long as it takes, of a recording the events
// from ms from on, for a number of steps that begin after the tick now.
func (s split) show(e *inputEvents, i int, key sim.Key, now sim.Tick, from, steps int) {
	if s.recorded != nil {
		e.play(s.recorded[i].slice(from, from+steps), now)
		return
	}
	e.show(s.images.At(i), s.scale, key)
}

// excerpt is where the initialisation begins in a recording: uniform, so that an excerpt of 20 ms starts
// at 1 to 278 ms, as published.
func excerpt(key sim.Key, steps int) int {
	if last := recordedMS - 2 - steps; last > 1 {
		return 1 + sim.NewRand(key.Sub(0)).IntN(last)
	}
	return 0
}

// loadStimuli reads the user's data set, or draws digits, writes them as IDX files and reads those, so
// that both come through the same loader.
func loadStimuli(r *experiments.Run, n sizes) (*stimuli, error) {
	dir := r.Data
	if dir == "" {
		r.Logf("no --data given: drawing %d generated digits", max(n.train, n.init)+n.validation+n.test)
		var err error
		if dir, err = os.MkdirTemp("", "glia-digits-"); err != nil {
			return nil, fmt.Errorf("a place for the generated digits: %w", err)
		}
		defer os.RemoveAll(dir)
		if _, err := dataset.WriteGenerated(dir, r.Seed, max(n.train, n.init)+n.validation, n.test, r.Workers); err != nil {
			return nil, err
		}
	}
	if hasRecordings(dir) {
		return loadRecordings(r, dir, n)
	}
	set, err := dataset.Load(dir)
	if err != nil {
		return nil, err
	}
	s := &stimuli{name: set.Name, inputs: set.Train.Rows * set.Train.Cols, trainScale: largestPixel(set.Train)}
	s.testScale = s.trainScale
	own := largestPixel(set.Test)
	if r.Choice("test_scaling") == "published" {
		s.testScale = own
	}
	if n.init+n.validation > set.Train.Count {
		return nil, tooFew("init_images", n.init, fmt.Sprintf("%s has %d training images, too few for %d to initialise and %d to validate", s.name, set.Train.Count, n.init, n.validation))
	}
	if err := s.divide(r, n, split{images: set.Train, scale: s.trainScale}, split{images: set.Test, scale: s.testScale}); err != nil {
		return nil, err
	}
	if r.Choice("test_scaling") == "both" {
		s.testOwn = s.test
		s.testOwn.scale = own
	}
	return s, nil
}

func tooFew(parameter string, value int, reason string) error {
	return &experiments.ParameterError{Parameter: parameter, Value: fmt.Sprint(value), Reason: reason}
}

// loadRecordings reads N-MNIST. Of a subset the run takes what the protocol asks for as far as it goes:
// all test recordings, and of the training ones five sixths to train and the rest to validate, as in
// the published division of the full set.
func loadRecordings(r *experiments.Run, dir string, n sizes) (*stimuli, error) {
	train, test, err := readRecordings(dir)
	if err != nil {
		return nil, err
	}
	s := &stimuli{name: "N-MNIST", inputs: cameraCells}
	if len(train) != 60000 || len(test) != 10000 {
		s.name = fmt.Sprintf("N-MNIST subset of %d + %d", len(train), len(test))
		if r.Int("train_images") == 0 {
			n.train = min(n.train, max(1, len(train)*5/6))
		}
		if r.Int("validation_images") == 0 {
			n.validation = min(n.validation, len(train)-n.train)
		}
		if r.Int("test_images") == 0 {
			n.test = min(n.test, len(test))
		}
		r.Logf("%s: %d recordings to train, %d to validate, %d to test", s.name, n.train, n.validation, n.test)
	}
	return s, s.divide(r, n, split{recorded: train}, split{recorded: test})
}

// divide gives each purpose its part of the set.
func (s *stimuli) divide(r *experiments.Run, n sizes, train, test split) error {
	r.UseData(s.name)
	count := train.count()
	switch {
	case n.train < 1 || n.validation < 1 || n.test < 1:
		return &experiments.ParameterError{Parameter: "protocol", Value: r.Choice("protocol"), Reason: "want at least one image to train, validate and test"}
	case count < n.train+n.validation:
		name, value := "train_images", n.train
		if r.Int(name) == 0 && r.Int("validation_images") != 0 {
			name, value = "validation_images", n.validation
		}
		return tooFew(name, value, fmt.Sprintf("%s has %d training images, too few for %d to train and %d to validate", s.name, count, n.train, n.validation))
	case test.count() < n.test:
		return tooFew("test_images", n.test, fmt.Sprintf("%s has %d test images", s.name, test.count()))
	}
	first := validationFrom(count, n)
	s.pool, s.train, s.validation = train.part(0, first), train.part(0, n.train), train.part(first, first+n.validation)
	s.probe, s.test = train.part(max(0, count-probeBatch), count), test.part(0, n.test)
	return nil
}

// validationFrom is the first validation image. As published, it is number 50 000 of 60 000; where the
// images to train and to initialise leave no room for that, the validation images are the last ones of
// the file.
func validationFrom(count int, n sizes) int {
	if from := count / 6 * 5; from >= max(n.train, n.init) && from+n.validation <= count {
		return from
	}
	return count - n.validation
}

// probeBatch is the number of images, the last ones of the training file, among which those of the
// branching factor are chosen: the last batch of the published validation set.
const probeBatch = 250

// largestPixel is the largest value that division by the image's sum leaves in a set.
func largestPixel(l dataset.LabeledImages) float64 {
	most := 0.0
	for i := 0; i < l.Count; i++ {
		sum, top := 0, 0
		for _, p := range l.At(i) {
			sum += int(p)
			top = max(top, int(p))
		}
		if sum > 0 {
			most = max(most, float64(top)/float64(sum))
		}
	}
	return most
}

// grid draws the first test stimuli; of recordings the events of each pixel.
func (s *stimuli) grid() viz.ImageGrid {
	g := viz.ImageGrid{Title: s.name + ": first images of the test set", Ink: true}
	labels := s.test.labels()
	for i := range min(40, s.test.count()) {
		image := viz.Image{Label: fmt.Sprint(labels[i])}
		if s.test.recorded != nil {
			image.Pixels, image.Width, image.Height = s.test.recorded[i].picture(), cameraEdge, cameraEdge
		} else {
			image.Pixels, image.Width, image.Height = s.test.images.At(i), s.test.images.Cols, s.test.images.Rows
		}
		g.Images = append(g.Images, image)
	}
	return g
}
