package dataset

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"math"
	"testing"
)

func generate(t testing.TB, seed uint64, train, test, workers int) Set {
	t.Helper()
	s, err := Generate(seed, train, test, workers)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestGenerateIsLabelledAndValid(t *testing.T) {
	s := generate(t, 1, 30, 20, 2)
	if s.Name != GeneratedName || !s.Generated || s.Seed != 1 {
		t.Errorf("set is called %q, generated %v, seed %d", s.Name, s.Generated, s.Seed)
	}
	for _, l := range []LabeledImages{s.Train, s.Test} {
		if err := l.Validate(); err != nil {
			t.Error(err)
		}
		if l.Rows != 28 || l.Cols != 28 {
			t.Errorf("images have %dx%d pixels", l.Rows, l.Cols)
		}
	}
}

func TestGenerateDoesNotDependOnWorkersOrCounts(t *testing.T) {
	want := generate(t, 7, 57, 33, 1)
	for _, workers := range []int{0, 2, 3, 7, 1000} {
		got := generate(t, 7, 57, 33, workers)
		if !bytes.Equal(got.Train.Pixels, want.Train.Pixels) || !bytes.Equal(got.Test.Pixels, want.Test.Pixels) ||
			!bytes.Equal(got.Train.Labels, want.Train.Labels) || !bytes.Equal(got.Test.Labels, want.Test.Labels) {
			t.Errorf("%d workers draw other images than one", workers)
		}
	}
	longer := generate(t, 7, 101, 0, 3)
	if !bytes.Equal(longer.Train.Pixels[:len(want.Train.Pixels)], want.Train.Pixels) {
		t.Error("a longer set does not begin with the shorter one")
	}
}

func TestGenerateSeedsAndSplitsDiffer(t *testing.T) {
	s := generate(t, 7, 200, 200, 2)
	other := generate(t, 8, 200, 0, 2)
	seen := map[string]bool{}
	for _, l := range []LabeledImages{s.Train, s.Test, other.Train} {
		for i := range l.Count {
			seen[string(l.At(i))] = true
		}
	}
	if len(seen) != 600 {
		t.Errorf("600 images of two splits and two seeds: %d different ones", len(seen))
	}
	if bytes.Equal(s.Train.Labels, s.Test.Labels) || bytes.Equal(s.Train.Labels, other.Train.Labels) {
		t.Error("labels come in the same order in another split or for another seed")
	}
}

func TestGenerateLabelsAreBalancedInEveryTen(t *testing.T) {
	l := generate(t, 3, 1000, 0, 2).Train
	for i := 0; i < l.Count; i += 10 {
		if c := l.Slice(i, i+10).ClassCounts(); c != [10]int{1, 1, 1, 1, 1, 1, 1, 1, 1, 1} {
			t.Fatalf("images %d to %d have class counts %v", i, i+9, c)
		}
	}
	// Random within the ten: each digit comes first in about 10 of 100 blocks.
	var first [10]int
	for i := 0; i < l.Count; i += 10 {
		first[l.Labels[i]]++
	}
	for d, n := range first {
		if n < 1 || n > 25 { // 3 and 5 standard deviations
			t.Errorf("digit %d begins %d of 100 blocks", d, n)
		}
	}
}

// TestGenerateFrozen keeps the drawing from changing unnoticed: results on
// generated digits are comparable only as long as the digits stay the same.
func TestGenerateFrozen(t *testing.T) {
	s := generate(t, 42, 200, 100, 2)
	h := sha256.New()
	for _, b := range [][]byte{s.Train.Pixels, s.Train.Labels, s.Test.Pixels, s.Test.Labels} {
		h.Write(b)
	}
	const want = "7ed90226ec6711849f56b6034611830570693d0b32f3dfd7a614ecb1081e5614"
	if got := hex.EncodeToString(h.Sum(nil)); got != want {
		t.Errorf("sum of seed 42 is %s, not %s: if the drawing was changed on purpose, raise GeneratorVersion and put the new sum here", got, want)
	}
}

// TestGenerateLooksLikeMNIST compares simple statistics of the ink with those
// of MNIST's training images: mean grey value 33.4, and 19 % of pixels not 0.
func TestGenerateLooksLikeMNIST(t *testing.T) {
	l := generate(t, 5, 2000, 0, 2).Train
	var sum, inked float64
	for i := range l.Count {
		var mx, my, ink float64
		for j, v := range l.At(i) {
			f := float64(v)
			ink += f
			mx += f * float64(j%28)
			my += f * float64(j/28)
			if v > 0 {
				inked++
			}
		}
		if ink < 255*20 {
			t.Fatalf("image %d, a %d, has hardly any ink: %.0f", i, l.Labels[i], ink)
		}
		mx, my = mx/ink, my/ink
		if mx < 8 || mx > 19 || my < 8 || my > 19 {
			t.Errorf("image %d, a %d, has its centre of mass at (%.1f, %.1f)", i, l.Labels[i], mx, my)
		}
		for k := range 28 { // the frame keeps free of strong ink: nothing is cut off
			for _, j := range []int{k, 27*28 + k, k * 28, k*28 + 27} {
				if l.At(i)[j] > 100 {
					t.Errorf("image %d, a %d, touches the frame at pixel %d", i, l.Labels[i], j)
				}
			}
		}
		sum += ink
	}
	n := float64(len(l.Pixels))
	if mean := sum / n; mean < 30 || mean > 40 {
		t.Errorf("mean grey value %.1f, want 30 to 40", mean)
	}
	if share := inked / n; share < 0.17 || share > 0.25 {
		t.Errorf("%.1f %% of the pixels have ink, want 17 to 25", 100*share)
	}
}

// TestGenerateIsHardForALinearReadout asserts that the digits are neither too
// easy nor too hard: this softmax regression on raw pixels gets about 90 % with
// 2000 training images and 93 % with 10 000 (on MNIST itself 85 and 88 %).
func TestGenerateIsHardForALinearReadout(t *testing.T) {
	s := generate(t, 11, 10_000, 1500, 0)
	for _, q := range []struct{ n, passes int }{{2000, 30}, {10_000, 8}} {
		if q.n > 2000 && testing.Short() {
			continue
		}
		r := trainSoftmax(s.Train.Slice(0, q.n), q.passes)
		acc := accuracy(s.Test, r.class)
		t.Logf("softmax regression on %d images: %.1f %%", q.n, acc)
		if acc < 86 || acc > 96 {
			t.Errorf("softmax regression on %d images: %.1f %%, want 86 to 96", q.n, acc)
		}
	}
}

func accuracy(l LabeledImages, class func([]byte) int) float64 {
	right := 0
	for i := range l.Count {
		if class(l.At(i)) == int(l.Labels[i]) {
			right++
		}
	}
	return 100 * float64(right) / float64(l.Count)
}

// softmaxRegression has one weight per pixel and class, and a bias per class.
type softmaxRegression struct {
	w    [784][10]float64
	bias [10]float64
}

func (r *softmaxRegression) scores(x []byte) [10]float64 {
	z := r.bias
	for j, v := range x {
		if v == 0 {
			continue
		}
		f := float64(v) / 255
		for k := range z {
			z[k] += f * r.w[j][k]
		}
	}
	return z
}

func (r *softmaxRegression) class(x []byte) int {
	best, z := 0, r.scores(x)
	for k := range z {
		if z[k] > z[best] {
			best = k
		}
	}
	return best
}

// trainSoftmax runs stochastic gradient descent with a falling step.
func trainSoftmax(l LabeledImages, passes int) *softmaxRegression {
	r := &softmaxRegression{}
	for pass := range passes {
		rate := 0.02 / (1 + 0.3*float64(pass))
		for i := range l.Count {
			x, z := l.At(i), r.scores(l.At(i))
			top, sum := z[0], 0.0
			for _, v := range z {
				top = max(top, v)
			}
			for k := range z {
				z[k] = math.Exp(z[k] - top)
				sum += z[k]
			}
			for k := range z {
				z[k] = -rate * z[k] / sum
			}
			z[l.Labels[i]] += rate
			for k := range z {
				r.bias[k] += z[k]
			}
			for j, v := range x {
				if v == 0 {
					continue
				}
				f := float64(v) / 255
				for k := range z {
					r.w[j][k] += f * z[k]
				}
			}
		}
	}
	return r
}

func TestGenerateRefusesImpossibleCounts(t *testing.T) {
	for _, n := range []int{-1, MaxGenerated + 1} {
		if _, err := Generate(1, n, 1, 1); err == nil {
			t.Errorf("train = %d was accepted", n)
		}
		if _, err := Generate(1, 1, n, 1); err == nil {
			t.Errorf("test = %d was accepted", n)
		}
	}
	if s, err := Generate(1, 0, 0, 4); err != nil || s.Train.Count != 0 {
		t.Errorf("no images at all: %v", err)
	}
}

func BenchmarkDigit(b *testing.B) {
	var a artist
	dst := make([]byte, side*side)
	for i := 0; b.Loop(); i++ {
		a.draw(dst, i%10, newStream(1, uint64(i)))
	}
}
