package viz

import (
	"math"
	"strings"
	"testing"
)

// points replays path data to the positions of its commands, in tenths of px.
func points(d string) (at [][2]int) {
	var x, y, x0, y0 int
	var cmd byte
	num := func() int {
		for len(d) > 0 && d[0] == ' ' {
			d = d[1:]
		}
		i := 0
		if i < len(d) && d[i] == '-' {
			i++
		}
		for i < len(d) && d[i] >= '0' && d[i] <= '9' {
			i++
		}
		v, sign := 0, 1
		for _, c := range d[:i] {
			if c == '-' {
				sign = -1
			} else {
				v = v*10 + int(c-'0')
			}
		}
		d = d[i:]
		return sign * v
	}
	for len(d) > 0 {
		if strings.IndexByte("Mmlvhz", d[0]) >= 0 {
			cmd, d = d[0], d[1:]
		}
		switch cmd {
		case 'M':
			x, y = num(), num()
			x0, y0, cmd = x, y, 'L'
		case 'm':
			x, y = x+num(), y+num()
			x0, y0, cmd = x, y, 'l'
		case 'l':
			x, y = x+num(), y+num()
		case 'v':
			y += num()
		case 'h':
			x += num()
		case 'z':
			x, y = x0, y0
		default:
			panic("unexpected path data: " + d)
		}
		at = append(at, [2]int{x, y})
	}
	return at
}

func TestPathRoundTrip(t *testing.T) {
	var p path
	p.move(1, 2)
	p.line(3.04, -4)
	p.line(3.04, -4) // no move, no command
	p.move(10, 10)
	p.line(11, 12)
	p.close()
	p.bar(55, 60, 8)
	p.move(0, 0)
	p.dot()
	want := [][2]int{{10, 20}, {30, -40}, {100, 100}, {110, 120}, {100, 100}, {55, 60}, {55, 68}, {0, 0}, {0, 0}}
	got := points(string(p.b))
	if len(got) != len(want) {
		t.Fatalf("path %s has positions %v, want %v", p.b, got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("path %s, position %d is %v, want %v", p.b, i, got[i], want[i])
		}
	}
}

// plain is a panel on which values are px.
func plain(w, h float64) *panel {
	return &panel{w: w, h: h, xs: newScale(0, w, false, 0, w), ys: newScale(0, h, false, h, 0)}
}

func TestCurveKeepsExtremesAndStaysSmall(t *testing.T) {
	const n = 1_000_000
	x, y := make([]float64, n), make([]float64, n)
	for i := range x {
		x[i] = float64(i) * 600 / n
		y[i] = 100 + 20*math.Sin(float64(i))
	}
	y[123456], y[765432] = 199, 1 // single points must survive
	d := plain(600, 200).curve(x, y)
	if len(d.b) > 60_000 {
		t.Errorf("a million points give %d bytes", len(d.b))
	}
	lo, hi := math.MaxInt, math.MinInt
	for _, p := range points(string(d.b)) {
		lo, hi = min(lo, p[1]), max(hi, p[1])
	}
	if lo != 10 || hi != 1990 {
		t.Errorf("the curve spans %d to %d tenths, want 10 to 1990", lo, hi)
	}
}

func TestCurveBreaksAtGaps(t *testing.T) {
	d := plain(100, 100).curve([]float64{0, 10, 20, 30, 40, 50}, []float64{5, 6, nan, 7, inf, 9})
	if got := strings.Count(strings.ToLower(string(d.b)), "m"); got != 3 {
		t.Errorf("%d strokes in %s, want 3", got, d.b)
	}
	if got := strings.Count(string(d.b), "h0"); got != 2 {
		t.Errorf("%d dots for two lone points in %s", got, d.b)
	}
}

func TestHistogramCountsByHand(t *testing.T) {
	h := Histogram{Edges: []float64{0, 1, 2, 4}, Samples: []Sample{{Values: []float64{0, 0.5, 1, 3, 4, 5, -1, nan}}}}
	got, _, skipped, outside := h.count(h.Edges)
	for k, want := range []float64{2, 1, 2} {
		if got[0][k] != want {
			t.Errorf("bin %d holds %g, want %g", k, got[0][k], want)
		}
	}
	if skipped != 1 || outside != 2 {
		t.Errorf("skipped %d, outside %d; want 1, 2", skipped, outside)
	}
	h.Density = true
	got, _, _, _ = h.count(h.Edges)
	if area := got[0][0] + got[0][1] + 2*got[0][2]; math.Abs(area-1) > 1e-12 {
		t.Errorf("the area of a density is %g", area)
	}
}

func TestHistogramBinsHoldAllData(t *testing.T) {
	for _, v := range [][]float64{{1}, {3, 3, 3}, {-5, 7}, {1e-9, 2e-9}, {1e12, 1e12 + 1}, {0, 1, 2, 3, 4, 5, 6, 1000}} {
		h := Histogram{Samples: []Sample{{Values: v}}}
		edges, err := h.edges()
		if err != nil {
			t.Fatal(err)
		}
		if _, drawn, _, _ := h.count(edges); drawn != len(v) {
			t.Errorf("%v: %d of %d values in the bins %v", v, drawn, len(v), edges)
		}
		if len(edges) > 200 {
			t.Errorf("%v: %d bins", v, len(edges)-1)
		}
	}
}

func TestHistogramBinsOfALatticeHoldEqualShares(t *testing.T) {
	var rates []float64
	for i := range 400 { // whole numbers of spikes in 2 s
		rates = append(rates, 0.5*float64(30+i%20))
	}
	edges, err := Histogram{Samples: []Sample{{Values: rates}}}.edges()
	if err != nil {
		t.Fatal(err)
	}
	counts, _, _, _ := Histogram{Samples: []Sample{{Values: rates}}}.count(edges)
	for k, n := range counts[0][1 : len(counts[0])-1] {
		if n != counts[0][1] {
			t.Errorf("bin %d holds %g values, bin 1 %g: edges %v", k+1, n, counts[0][1], edges)
		}
	}
	if s := lattice([]float64{0.1, 0.25, 0.31, 0.47, 0.5, 0.9}); s != 0 {
		t.Errorf("values that do not recur have a lattice of %g", s)
	}
}

func TestHeatMapCells(t *testing.T) {
	s := draw(t, HeatMap{Values: [][]float64{{1, 2, nan}, {3, 4, 5}}, Counts: true})
	if got := count(s, `<rect [^>]*fill="#[0-9a-f]{6}" />`); got < 6 {
		t.Errorf("%d cells, want 6", got)
	}
	for _, want := range []string{">1<", ">5<", hex(viridis[0]), hex(viridis[19]), hex(noData), "no data (1 cell)"} {
		if !strings.Contains(s, want) {
			t.Errorf("no %s in the heat map", want)
		}
	}
}

func TestLargeHeatMapShowsMeans(t *testing.T) {
	const n = 3000
	v := make([][]float64, n)
	for r := range v {
		v[r] = make([]float64, n)
		for k := range v[r] {
			v[r][k] = float64((r + k) % 2 * 10) // a chessboard: every block has mean 5
		}
		v[r][0] = 5
	}
	s := draw(t, HeatMap{Values: v, Low: 0, High: 10})
	if !strings.Contains(s, "Each pixel shows the mean of") {
		t.Error("the caption does not say that entries share pixels")
	}
	imgs := pictures(t, s)
	r, g, b, _ := imgs[0].At(imgs[0].Bounds().Dx()/2, imgs[0].Bounds().Dy()/2).RGBA()
	want := mapColor(viridis, 0.5)
	if near := func(a uint32, b uint8) bool { return math.Abs(float64(a>>8)-float64(b)) < 12 }; !near(r, want.R) || !near(g, want.G) || !near(b, want.B) {
		t.Errorf("a chessboard averages to #%02x%02x%02x, want about %s", r>>8, g>>8, b>>8, hex(want))
	}
	if len(s) > 1<<20 {
		t.Errorf("%d bytes", len(s))
	}
}

func TestColours(t *testing.T) {
	for i := 1; i < len(viridis); i++ {
		if luminance(viridis[i]) <= luminance(viridis[i-1]) {
			t.Errorf("entry %d of viridis is not lighter than the one before", i)
		}
	}
	last := -1.0
	for i := range 256 {
		l := luminance(mapColor(viridis, float64(i)/255))
		if l < last-2e-3 { // 8-bit rounding of the channels
			t.Errorf("viridis gets darker at %d: %g after %g", i, l, last)
		}
		last = l
	}
	for k, c := range palette {
		if ratio := 1.05 / (luminance(c) + 0.05); ratio < 1.9 {
			t.Errorf("colour %d has contrast %.2f to white", k, ratio)
		}
		if d, ok := darkPalette[k]; ok {
			c = d
		}
		if ratio := (luminance(c) + 0.05) / 0.056; ratio < 3 {
			t.Errorf("colour %d has contrast %.2f to dark paper", k, ratio)
		}
	}
	if mapColor(viridis, -1) != viridis[0] || mapColor(viridis, 2) != viridis[19] {
		t.Error("colours beyond the ends of the map differ from its ends")
	}
}

func TestImageGridPixels(t *testing.T) {
	px := []uint8{0, 90, 180, 255}
	s := draw(t, ImageGrid{Images: []Image{{Pixels: px, Width: 2, Height: 2}}, Ink: true})
	img := pictures(t, s)[0]
	for i, v := range px {
		if r, _, _, _ := img.At(i%2, i/2).RGBA(); uint8(r>>8) != 255-v {
			t.Errorf("pixel %d is %d, want %d", i, r>>8, 255-v)
		}
	}
}

func TestReferencesAreDrawnAndDescribed(t *testing.T) {
	x := []float64{1, 2}
	s := draw(t, Line{Series: []Series{{X: x, Y: x}}, Points: []RefPoint{{X: 1.5, Y: 9, Label: "paper"}, {X: nan, Y: 1}}, Lines: []RefLine{{Value: 7, Label: "bound"}}})
	for _, want := range []string{">paper<", ">bound<", "published", "1 reference point outside", "Reference paper: 9 at 1.5"} {
		if !strings.Contains(s, want) {
			t.Errorf("no %q in the figure", want)
		}
	}
}

func TestLongTracesCountSeconds(t *testing.T) {
	f := Trace{Times: []float64{0, 20000}, Series: []TraceSeries{{Name: "V", Values: []float64{1, 2}}}, Events: []float64{5000}, Lines: []RefLine{{Value: 10000, Vertical: true, Label: "half"}}}
	s := draw(t, f)
	for _, want := range []string{"Time (s)", ">20<", "from 0 to 20 s.", "1 event marked", ">half<"} {
		if !strings.Contains(s, want) {
			t.Errorf("no %q in the figure", want)
		}
	}
	f.Stop = 9000
	if s := draw(t, f); !strings.Contains(s, "Time (ms)") {
		t.Error("nine seconds are not counted in ms")
	}
	if f.Times[1] != 20000 || f.Events[0] != 5000 || f.Lines[0].Value != 10000 {
		t.Error("drawing changed the caller's data")
	}
}
