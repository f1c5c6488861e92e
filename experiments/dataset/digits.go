package dataset

import (
	"fmt"
	"math"
	"runtime"

	"github.com/glia-sim/glia/sim/panics"
)

// How much the writing varies. Lengths are fractions of the digit's height
// unless they are said to be pixels; "SD" is the standard deviation of a
// bell-shaped draw (stream.bell, which ends at 3.46 SD). The values were chosen
// by eye for legibility and so that a linear readout of the raw pixels stays
// in the lower nineties of a per cent, as it does on MNIST (about 92 %).
const (
	knotJitter   = 0.032 // SD of a knot's place; each writer has 0.4 to 1.4 of it
	jitterMemory = 0.5   // correlation of the jitter of neighbouring knots
	strokeOffset = 0.020 // SD of the place of a whole stroke
	waistSD      = 0.050 // SD of the shift of the upper against the lower half's share
	flareSD      = 0.120 // SD of the relative widening from top to bottom
	wobbleSD     = 0.030 // SD of each of the waves of the elastic wobble
	wobbleWaves  = 3
	wobbleMaxK   = 6.0  // largest wave number, radians per height
	height       = 20.0 // mean height, pixels
	heightSD     = 0.060
	aspectSD     = 0.120 // SD of the logarithm of width/height
	slantMean    = 0.12  // shear to the right: most people's writing leans forwards
	slantSD      = 0.19
	rotationSD   = 0.09 // radians
	shiftSD      = 0.8  // pixels, in both directions
	penRadius    = 1.20 // median half width of the line, pixels
	penSD        = 0.26 // SD of the logarithm of the half width
	pressureMax  = 0.25 // largest relative swelling of the line along a stroke
	blurMin      = 0.06 // kernel (w, 1-2w, w), see canvas.blur
	blurMax      = 0.18
	inkFloor     = 0.09 // lighter ink than this is paper
	inkMin       = 255  // grey value of full ink; what is above 255 saturates
	inkMax       = 355
)

// GeneratedName is the name of every set that Generate draws. Results obtained
// on it must not be mistaken for results on MNIST.
const GeneratedName = "generated digits"

// GeneratorVersion counts the changes of the drawing: images of one seed are
// identical for one version only.
const GeneratorVersion = 1

// MaxGenerated is the largest number of images that Generate draws per split.
const MaxGenerated = 1_000_000

// The splits' numbers in the keys of the random streams, and the streams' purposes.
const (
	splitTrain, splitTest        = 0, 1
	purposeLabels, purposeImages = 0x6c6162656c73, 0x696d61676573 // "labels", "images"
)

// Generate draws train + test images of handwritten-style digits, 28x28 pixels,
// white on black as in MNIST, from stroke models with random slant, rotation,
// size, aspect, place, thickness, wobble and blur.
//
// Image i of a split is a function of (seed, split, i) alone: it depends neither
// on workers nor on the counts, so that a longer set begins with the shorter one.
// Labels are balanced: every ten images that follow one another (0-9, 10-19, ...)
// hold each digit once, in random order.
//
// workers is the number of goroutines; below 1 means one per processor. The
// cost is about 0.03 ms of one core per image. It is an error if a count is
// outside 0..MaxGenerated.
func Generate(seed uint64, train, test, workers int) (Set, error) {
	for _, q := range []struct {
		name string
		n    int
	}{{"train", train}, {"test", test}} {
		if q.n < 0 || q.n > MaxGenerated {
			return Set{}, fmt.Errorf("dataset: %s = %d generated images: must be between 0 and %d", q.name, q.n, MaxGenerated)
		}
	}
	if workers < 1 {
		workers = runtime.GOMAXPROCS(0)
	}
	workers = min(workers, max(train, test, 1))
	return Set{
		Name:      GeneratedName,
		Generated: true,
		Seed:      seed,
		Train:     generateSplit(seed, splitTrain, train, workers),
		Test:      generateSplit(seed, splitTest, test, workers),
	}, nil
}

func generateSplit(seed, split uint64, n, workers int) LabeledImages {
	out := LabeledImages{
		Images: Images{Count: n, Rows: side, Cols: side, Pixels: make([]byte, n*side*side)},
		Labels: make([]byte, n),
	}
	var wg panics.Group
	share := (n + workers - 1) / workers
	for from := 0; from < n; from += share {
		wg.Go(func() {
			var a artist
			for i := from; i < min(from+share, n); i++ {
				digit := labelOf(seed, split, i)
				out.Labels[i] = byte(digit)
				a.draw(out.At(i), digit, newStream(seed, purposeImages, split, uint64(i)))
			}
		})
	}
	wg.Wait()
	return out
}

// labelOf is the digit of image i: its place in a random permutation of the
// ten digits, of which each block of ten images has its own.
func labelOf(seed, split uint64, i int) int {
	s := newStream(seed, purposeLabels, split, uint64(i/10))
	digits := [10]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	for j := 9; j > 0; j-- {
		other := s.intn(j + 1)
		digits[j], digits[other] = digits[other], digits[j]
	}
	return digits[i%10]
}

// artist draws digits one after the other, reusing its memory.
type artist struct {
	knots  []knot
	points []point
	ends   []int // of each stroke, in points
	canvas canvas
}

// draw writes one digit into dst (side*side bytes, row by row). All that is
// random about it comes from s.
func (a *artist) draw(dst []byte, digit int, s *stream) {
	g := pick(glyphs[digit], s)
	a.trace(g, s)
	a.bend(g, s)
	radius := penRadius * math.Exp(penSD*s.bell())
	a.place(radius, s)
	a.canvas = canvas{}
	from := 0
	for _, end := range a.ends {
		stroke := a.points[from:end]
		press(stroke, radius, s)
		a.canvas.draw(stroke)
		from = end
	}
	a.canvas.blur(s.between(blurMin, blurMax))
	ink := s.between(inkMin, inkMax)
	for i, v := range a.canvas {
		dst[i] = byte(max(0, min(255, (v-inkFloor)*ink+0.5)))
	}
}

// pick chooses one of the ways of writing a digit, by their weights.
func pick(ways []glyph, s *stream) *glyph {
	total := 0.0
	for i := range ways {
		total += ways[i].weight
	}
	u := total * s.unit()
	for i := range ways {
		if u -= ways[i].weight; u < 0 {
			return &ways[i]
		}
	}
	return &ways[len(ways)-1]
}

// trace turns the glyph's strokes, with the jitter of this hand, into points
// in the unit square.
func (a *artist) trace(g *glyph, s *stream) {
	a.points, a.ends = a.points[:0], a.ends[:0]
	sd := knotJitter * s.between(0.4, 1.4)
	fresh := math.Sqrt(1 - jitterMemory*jitterMemory)
	for _, stroke := range g.strokes {
		a.knots = a.knots[:0]
		offX, offY := strokeOffset*s.bell(), strokeOffset*s.bell()
		jx, jy := s.bell(), s.bell()
		for _, q := range stroke {
			jx = jitterMemory*jx + fresh*s.bell()
			jy = jitterMemory*jy + fresh*s.bell()
			q.x += offX + sd*jx
			q.y += offY + sd*jy
			a.knots = append(a.knots, q)
		}
		a.points = appendPath(a.points, a.knots)
		a.ends = append(a.ends, len(a.points))
	}
}

// bend gives the digit its proportions, wobble, slant and rotation, and its
// size in pixels, around the origin.
func (a *artist) bend(g *glyph, s *stream) {
	waist, flare := waistSD*s.bell(), flareSD*s.bell()
	waves := newWobble(s)
	h := height * (1 + heightSD*s.bell())
	w := h * g.width * math.Exp(aspectSD*s.bell())
	slant := slantMean + slantSD*s.bell()
	sin, cos := math.Sincos(rotationSD * s.bell())
	for i := range a.points {
		p := &a.points[i]
		x, y := p.x-0.5, p.y-0.5
		dx, dy := waves.at(x, y)
		y += waist * (1 - 4*y*y) // moves the middle, keeps top and bottom
		x *= 1 + 2*flare*y
		x, y = w*x+h*dx, h*(y+dy)
		x -= slant * y
		p.x, p.y = cos*x-sin*y, sin*x+cos*y
	}
}

// place moves the points to the middle of the image, give or take the random
// shift; whatever would leave the image is moved or shrunk back into it.
func (a *artist) place(radius float64, s *stream) {
	x0, x1, y0, y1 := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	var sx, sy float64
	for _, p := range a.points {
		x0, x1, y0, y1 = min(x0, p.x), max(x1, p.x), min(y0, p.y), max(y1, p.y)
		sx, sy = sx+p.x, sy+p.y
	}
	// The middle is taken halfway between the centre of the bounding box and
	// the centre of mass; MNIST is centred by mass, a hand by the eye.
	n := float64(len(a.points))
	cx, cy := ((x0+x1)/2+sx/n)/2, ((y0+y1)/2+sy/n)/2
	margin := radius*(1+pressureMax) + 1
	room := side - 2*margin
	scale := min(1, room/(x1-x0), room/(y1-y0))
	tx := side/2 - scale*cx + shiftSD*s.bell()
	ty := side/2 - scale*cy + shiftSD*s.bell()
	tx = max(margin-scale*x0, min(side-margin-scale*x1, tx))
	ty = max(margin-scale*y0, min(side-margin-scale*y1, ty))
	for i := range a.points {
		p := &a.points[i]
		p.x, p.y = scale*p.x+tx, scale*p.y+ty
	}
}

// press sets the half width of the line along one stroke: it swells and thins
// slowly around radius, in pixels.
func press(stroke []point, radius float64, s *stream) {
	swell := s.between(0, pressureMax)
	phase, pace := s.between(0, 2*math.Pi), s.between(0.05, 0.25)
	for i := range stroke {
		stroke[i].r = radius * (1 + swell*math.Sin(phase+pace*float64(i)))
	}
}

// wobble is a smooth displacement field, a sum of plane waves of long wave
// length: it bends neighbouring parts of a digit alike, as a sheet of rubber would.
type wobble [wobbleWaves]struct {
	kx, ky, phase float64 // wave vector, radians per height, and phase
	ax, ay        float64 // amplitude, heights
}

func newWobble(s *stream) *wobble {
	var w wobble
	for i := range w {
		q := &w[i]
		q.kx, q.ky = s.between(-wobbleMaxK, wobbleMaxK), s.between(-wobbleMaxK, wobbleMaxK)
		q.phase = s.between(0, 2*math.Pi)
		q.ax, q.ay = wobbleSD*s.bell(), wobbleSD*s.bell()
	}
	return &w
}

func (w *wobble) at(x, y float64) (dx, dy float64) {
	for i := range w {
		q := &w[i]
		v := math.Sin(q.kx*x + q.ky*y + q.phase)
		dx += q.ax * v
		dy += q.ay * v
	}
	return dx, dy
}
