package nalsm

import (
	"fmt"
	"os"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/experiments/dataset"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/viz"
)

// images are the pictures of a run, split and scaled to probabilities of input events per step.
type images struct {
	set                     dataset.Set
	pixels                  int
	train, validation, test dataset.LabeledImages
	probe                   dataset.LabeledImages // for the branching factor
	trainScale, testScale   float64               // largest pixel after division by the image's sum
}

// loadImages reads the user's data set, or draws digits, writes them as IDX files and reads those, so
// that both come through the same loader.
func loadImages(r *experiments.Run, n sizes) (*images, error) {
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
	set, err := dataset.Load(dir)
	if err != nil {
		return nil, err
	}
	r.UseData(set.Name)
	if got := set.Train.Count; got < n.train+n.validation || got < n.init {
		return nil, &experiments.ParameterError{Parameter: "train_images", Value: fmt.Sprint(n.train),
			Reason: fmt.Sprintf("%s has %d training images, too few for %d to train, %d to validate and %d to initialise", set.Name, got, n.train, n.validation, n.init)}
	}
	if got := set.Test.Count; got < n.test {
		return nil, &experiments.ParameterError{Parameter: "test_images", Value: fmt.Sprint(n.test), Reason: fmt.Sprintf("%s has %d test images", set.Name, got)}
	}
	if n.train < 1 || n.validation < 1 || n.test < 1 {
		return nil, &experiments.ParameterError{Parameter: "protocol", Value: r.Choice("protocol"), Reason: "want at least one image to train, validate and test"}
	}
	im := &images{set: set, pixels: set.Train.Rows * set.Train.Cols}
	im.train = set.Train.Slice(0, n.train)
	im.validation = set.Train.Slice(validationFrom(set.Train.Count, n), set.Train.Count).Slice(0, n.validation)
	im.probe = set.Train.Slice(max(0, set.Train.Count-probeBatch), set.Train.Count)
	im.test = set.Test.Slice(0, n.test)
	im.trainScale = largestPixel(set.Train)
	im.testScale = im.trainScale
	if r.Choice("test_scaling") == "published" {
		im.testScale = largestPixel(set.Test)
	}
	return im, nil
}

// validationFrom is the first validation image. As published, it is number 50 000 of 60 000; where the
// training images leave no room for that, the validation images are the last ones of the file.
func validationFrom(count int, n sizes) int {
	if from := count / 6 * 5; from >= n.train && from+n.validation <= count {
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

// pixelEvents is the input device: in each step pixel i has an event with probability p_i, drawn anew.
// An event is a current of 100, five times the threshold of the input neuron.
type pixelEvents struct {
	active []int32
	p      []float64
	key    sim.Key
}

const eventCurrent = 100

// Validate has nothing to check.
func (e *pixelEvents) Validate() error { return nil }

// NewInput gives the part that drives a stretch of the input neurons.
func (e *pixelEvents) NewInput(b sim.BlockSpec) (sim.InputBlock, error) {
	return &pixelBlock{e, b.First, b.N}, nil
}

type pixelBlock struct {
	e        *pixelEvents
	first, n int
}

// Add draws the events of a step.
func (b *pixelBlock) Add(t sim.Tick, in []float64) {
	draws := b.e.key.Draws(t)
	for k, i := range b.e.active {
		if j := int(i) - b.first; j >= 0 && j < b.n && draws.Float64(uint64(i)) < b.e.p[k] {
			in[j] += eventCurrent
		}
	}
}

// show sets the image: pixels over their sum, over the constant of the set. The key decides the draws.
func (e *pixelEvents) show(pixels []byte, scale float64, key sim.Key) {
	e.key = key
	e.active, e.p = e.active[:0], e.p[:0]
	sum := 0
	for _, p := range pixels {
		sum += int(p)
	}
	for i, p := range pixels {
		if p > 0 {
			e.active = append(e.active, int32(i))
			e.p = append(e.p, float64(p)/float64(sum)/scale)
		}
	}
}

func (im *images) grid() viz.ImageGrid {
	g := viz.ImageGrid{Title: im.set.Name + ": first images of the test set", Ink: true}
	for i := 0; i < min(40, im.test.Count); i++ {
		g.Images = append(g.Images, viz.Image{Pixels: im.test.At(i), Width: im.test.Cols, Height: im.test.Rows, Label: fmt.Sprint(im.test.Labels[i])})
	}
	return g
}
