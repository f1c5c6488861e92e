package readout

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
)

// Work is cut into chunks of samples (forward) and of features (backward and
// update). Each chunk computes whole sums by itself, so there is no reduction
// between workers and no trace of their number in the result.
const (
	forwardChunk  = 8  // samples
	backwardChunk = 64 // features: one cache line of each sample's counts
)

// scored is a set to be scored after each pass.
type scored struct {
	Set
	factors []float32
	packed  bool
	all     []int // its rows
	hits    []int // per chunk
	z       []float32
}

// trainer is a Softmax at work.
type trainer struct {
	Softmax
	model   *SoftmaxModel
	stepper stepper
	pool    *pool
	work    []scratch
	packed  bool
	blocks  bool // eight rows or features at a time

	train            Set
	sum              summary
	validation, test *scored
	hit, miss        float64 // targets

	order      []int     // samples in the order of the pass
	batch      []int     // samples of the current batch
	offsets    []int     // where their features start
	factors    []float32 // their scale factors
	errors     []float32 // (p - target)/B, samples x classes: drives the biases
	scaled     []float32 // errors times the sample's factor: drives the weights
	losses     []float64 // cross-entropy of each sample
	correct    []bool    // whether each was predicted
	biasChange []float32

	forward, backward func(worker, chunk int)
}

func (s Softmax) newTrainer(p *pool, train, validation, test Set) (*trainer, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	if train.X == nil {
		return nil, refuse("training features", nil, "must be given")
	}
	if s.Patience > 0 && validation.X == nil {
		return nil, refuse("patience", s.Patience, "must be 0 without a validation set")
	}
	if err := train.check("training", train.X.cols, s.Classes); err != nil {
		return nil, err
	}
	t := &trainer{Softmax: s, pool: p, train: train, sum: train.X.summarise()}
	if err := s.Scaling.check("training", train.X, &t.sum); err != nil {
		return nil, err
	}
	t.Batch = min(s.Batch, train.X.rows)
	cols := train.X.cols
	t.model = newSoftmaxModel(s, cols, s.Scaling.constant(&t.sum, s.Batch))
	var err error
	if t.validation, err = t.newScored("validation", validation); err != nil {
		return nil, err
	}
	if t.test, err = t.newScored("test", test); err != nil {
		return nil, err
	}
	t.packed = t.sum.zeros > denseZeros
	t.blocks = haveBlocks && s.Classes == 10
	t.stepper = s.Optimizer.start((cols + 1) * s.Classes)
	t.work = newScratch(p.workers, max(cols, t.Batch), backwardChunk*s.Classes)
	for k := range t.work {
		t.work[k].powers = make([]float64, s.Classes)
	}
	t.hit, t.miss = s.targets()
	t.order = ascending(train.X.rows)
	t.offsets = make([]int, t.Batch)
	t.factors = make([]float32, t.Batch)
	t.errors = make([]float32, t.Batch*s.Classes)
	t.scaled = make([]float32, t.Batch*s.Classes)
	t.losses = make([]float64, t.Batch)
	t.correct = make([]bool, t.Batch)
	t.biasChange = make([]float32, s.Classes)
	t.forward, t.backward = t.forwardPhase, t.backwardPhase
	return t, nil
}

// newScored prepares a validation or test set; nil if it is absent.
func (t *trainer) newScored(name string, set Set) (*scored, error) {
	if err := set.check(name, t.train.X.cols, t.Classes); err != nil || set.X == nil {
		return nil, err
	}
	sum := set.X.summarise()
	if err := t.Scaling.check(name, set.X, &sum); err != nil {
		return nil, err
	}
	return &scored{
		Set:     set,
		factors: t.Scaling.allFactors(&sum, t.model.Batch, t.model.Divisor),
		packed:  sum.zeros > denseZeros,
		hits:    make([]int, (set.X.rows+scoreChunk-1)/scoreChunk),
		all:     ascending(set.X.rows),
		z:       make([]float32, t.pool.workers*scoreChunk*t.Classes),
	}, nil
}

// pass trains once on every sample, then scores.
func (t *trainer) pass(ctx context.Context, index int) (Pass, error) {
	if t.Shuffle {
		for i := range t.order {
			t.order[i] = i
		}
		// The order is a function of seed and pass alone.
		rng := rand.New(rand.NewPCG(t.Seed, uint64(index)))
		rng.Shuffle(len(t.order), func(i, j int) { t.order[i], t.order[j] = t.order[j], t.order[i] })
	}
	report := Pass{Index: index, Validation: math.NaN(), Test: math.NaN()}
	hits := 0
	for lo := 0; lo < len(t.order); lo += t.Batch {
		if err := ctx.Err(); err != nil {
			return report, err
		}
		loss, n := t.step(t.order[lo:min(lo+t.Batch, len(t.order))])
		if math.IsNaN(loss) || math.IsInf(loss, 0) {
			return report, t.diverged(index)
		}
		report.Loss += loss
		hits += n
	}
	for _, w := range t.model.Weights {
		if w-w != 0 {
			return report, t.diverged(index)
		}
	}
	report.Loss /= float64(len(t.order))
	report.Train = float64(hits) / float64(len(t.order))
	if t.validation != nil {
		report.Validation = t.score(t.validation)
	}
	if t.test != nil {
		report.Test = t.score(t.test)
	}
	return report, nil
}

func (t *trainer) diverged(pass int) error {
	return fmt.Errorf("readout: softmax training diverged in pass %d: lower the rate of the optimizer, or scale the features", pass)
}

// step takes one batch through forward, backward and update; it returns the
// sum of the losses and the number of correct predictions before the update.
func (t *trainer) step(rows []int) (loss float64, hits int) {
	t.batch = rows
	t.Scaling.factors(t.factors[:len(rows)], rows, &t.sum, t.model.Divisor)
	for j, r := range rows {
		t.offsets[j] = r * t.train.X.cols
	}
	t.pool.run((len(rows)+forwardChunk-1)/forwardChunk, t.forward)
	for j := range rows {
		loss += t.losses[j]
		if t.correct[j] {
			hits++
		}
	}
	t.stepper.next()
	// One more chunk than the features fill: the biases.
	t.pool.run((t.train.X.cols+backwardChunk-1)/backwardChunk+1, t.backward)
	return loss, hits
}

// forwardPhase predicts the samples of one chunk and derives their errors.
func (t *trainer) forwardPhase(worker, chunk int) {
	width := t.Classes
	share := 1 / float64(len(t.batch))
	from, to := chunk*forwardChunk, min((chunk+1)*forwardChunk, len(t.batch))
	work := &t.work[worker]
	t.model.logitsOf(t.train.X, t.batch[from:to], t.factors[from:to], t.packed, work, t.errors[from*width:to*width])
	for j := from; j < to; j++ {
		label := t.train.Labels[t.batch[j]]
		errors := t.errors[j*width : (j+1)*width]
		best := largest(errors)
		t.correct[j] = best == label

		top := float64(errors[best])
		var sum, aligned float64
		powers := work.powers[:width]
		for k, z := range errors {
			d := float64(z) - top
			powers[k] = math.Exp(d)
			sum += powers[k]
			aligned += float64(t.target(k, label) * d)
		}
		// -sum target*log p with targets that sum to 1.
		t.losses[j] = math.Log(sum) - aligned
		scaled := t.scaled[j*width : (j+1)*width]
		for k, p := range powers {
			p /= sum
			e := float32((p - t.target(k, label)) * share)
			errors[k] = e
			scaled[k] = e * t.factors[j]
		}
	}
}

func (t *trainer) target(class, label int) float64 {
	if class == label {
		return t.hit
	}
	return t.miss
}

// backwardPhase computes the gradient of the weights of one chunk of features
// and updates them; the chunk after the last one does the biases.
func (t *trainer) backwardPhase(worker, chunk int) {
	width := t.Classes
	first := chunk * backwardChunk
	if first >= t.train.X.cols {
		t.updateBias()
		return
	}
	last := min(first+backwardChunk, t.train.X.cols)
	work := &t.work[worker]
	scaled := t.scaled[:len(t.batch)*width]
	gradient := work.gradient[:(last-first)*width]
	i := first
	for ; t.blocks && i+lanes <= last; i += lanes {
		var acc sums
		multiplyColumns(t.train.X, i, t.offsets[:len(t.batch)], scaled, &acc)
		for f := range lanes {
			g := gradient[(i-first+f)*width:][:width]
			for k := range g {
				g[k] = acc[k][f]
			}
		}
	}
	for ; i < last; i++ {
		g := gradient[(i-first)*width:][:width]
		work.multiplyColumn(t.train.X, i, t.offsets[:len(t.batch)], t.packed, scaled, g)
	}
	weights := t.model.Weights[first*width : last*width]
	if l2 := float32(t.L2); l2 != 0 {
		for i, w := range weights {
			gradient[i] += float32(l2 * w)
		}
	}
	t.stepper.apply(first*width, weights, gradient)
}

func (t *trainer) updateBias() {
	clear(t.biasChange)
	for j := range t.batch {
		for k, e := range t.errors[j*t.Classes : (j+1)*t.Classes] {
			t.biasChange[k] += e
		}
	}
	t.stepper.apply(len(t.model.Weights), t.model.Bias, t.biasChange)
}

// score returns the accuracy of the present weights on a set.
func (t *trainer) score(s *scored) float64 {
	t.pool.run(len(s.hits), func(worker, chunk int) {
		hits := 0
		from, to := chunk*scoreChunk, min((chunk+1)*scoreChunk, s.X.rows)
		z := s.z[worker*scoreChunk*t.Classes:][:(to-from)*t.Classes]
		t.model.logitsOf(s.X, s.all[from:to], s.factors[from:to], s.packed, &t.work[worker], z)
		for r, label := range s.Labels[from:to] {
			if largest(z[r*t.Classes:(r+1)*t.Classes]) == label {
				hits++
			}
		}
		s.hits[chunk] = hits
	})
	total := 0
	for _, n := range s.hits {
		total += n
	}
	return float64(total) / float64(s.X.rows)
}
