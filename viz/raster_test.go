package viz

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/png"
	"math"
	"regexp"
	"strings"
	"testing"
)

var embedded = regexp.MustCompile(`data:image/png;base64,([^"]*)"`)

func pictures(t *testing.T, s string) []image.Image {
	t.Helper()
	var out []image.Image
	for _, m := range embedded.FindAllStringSubmatch(s, -1) {
		data, err := base64.StdEncoding.DecodeString(m[1])
		if err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, img)
	}
	return out
}

// marks counts the spike marks of all paths: each is one vertical bar.
func marks(s string) int {
	n := 0
	for _, m := range regexp.MustCompile(`<path d="([^"]*v[^"]*)"`).FindAllStringSubmatch(s, -1) {
		n += strings.Count(m[1], "v")
	}
	return n
}

func TestRasterDrawsEverySpikeOnce(t *testing.T) {
	for _, n := range []int{1, 17, 5000, MaxMarks} {
		times, ids := someSpikes(n, 100, 1000)
		s := draw(t, Raster{Times: times, IDs: ids, Populations: []Population{{"E", 0, 80}, {"I", 80, 20}}, Stop: 1000})
		if got := marks(s); got != n {
			t.Errorf("%d marks for %d spikes", got, n)
		}
		if len(s) > 1<<20 {
			t.Errorf("%d spikes need %d bytes", n, len(s))
		}
	}
}

func TestRasterLeavesOutAndSaysSo(t *testing.T) {
	s := draw(t, Raster{
		Times:       []float64{nan, inf, 10, 20, 30, 200},
		IDs:         []int32{0, 0, 0, 99, 1, 1},
		Populations: []Population{{"E", 0, 2}},
		Stop:        100,
	})
	if got := marks(s); got != 2 {
		t.Errorf("%d marks, want 2", got)
	}
	for _, want := range []string{"2 spikes (time not finite)", "1 spike of neurons in no population"} {
		if !strings.Contains(s, want) {
			t.Errorf("the caption does not say %q", want)
		}
	}
}

func TestRasterOrderAndShow(t *testing.T) {
	r := Raster{Times: []float64{1, 2, 3, 4}, IDs: []int32{0, 1, 2, 3}, Populations: []Population{{"E", 0, 4}}, Stop: 5}
	r.Order = []int32{3, 1}
	if got := marks(draw(t, r)); got != 2 {
		t.Errorf("%d marks of a subset of two, want 2", got)
	}
	// The first of Order is the lowest row: larger y in the picture.
	m, err := r.prepare()
	if err != nil {
		t.Fatal(err)
	}
	for _, sp := range m.spikes {
		if want := map[float64]int32{4: 0, 2: 1}[sp.t]; sp.row != want {
			t.Errorf("spike at %g ms in row %d, want %d", sp.t, sp.row, want)
		}
	}
	r.Order, r.Show = nil, 2
	m, err = r.prepare()
	if err != nil {
		t.Fatal(err)
	}
	if m.n != 2 {
		t.Errorf("Show 2 gives %d rows", m.n)
	}
}

func TestRatesByHand(t *testing.T) {
	r := Raster{
		Times: []float64{0, 4.9, 5, 24, 25}, IDs: []int32{0, 1, 0, 1, 2},
		Populations: []Population{{"E", 0, 2}, {"I", 2, 1}}, Stop: 25, RateBin: 10,
	}
	m, err := r.prepare()
	if err != nil {
		t.Fatal(err)
	}
	hz, _, err := m.rates()
	if err != nil {
		t.Fatal(err)
	}
	// Two neurons: 3 spikes in 10 ms are 150 Hz; the cut bin has 5 ms.
	want := [][]float64{{150, 0, 100}, {0, 0, 200}}
	for k := range want {
		for b := range want[k] {
			if math.Abs(hz[k][b]-want[k][b]) > 1e-9 {
				t.Errorf("population %d bin %d: %g Hz, want %g", k, b, hz[k][b], want[k][b])
			}
		}
	}
}

func TestDenseRaster(t *testing.T) {
	const n = 1_000_000
	times, ids := someSpikes(n, 12500, 1000)
	r := Raster{Times: times, IDs: ids, Populations: []Population{{"E", 0, 10000}, {"I", 10000, 2500}}, Stop: 1000}
	s := draw(t, r)
	if len(s) > 1<<20 {
		t.Errorf("a million spikes need %d bytes, limit 1 MiB", len(s))
	}
	if !strings.Contains(s, "each pixel shows the spikes of about") {
		t.Error("the caption does not say that spikes share pixels")
	}
	if got := len(pictures(t, s)); got != 2 {
		t.Errorf("%d images for two populations", got)
	}
	if s != draw(t, r) {
		t.Error("the same input gave different bytes")
	}
}

// Each cell of a dense raster is occupied if and only if a spike fell on it.
func TestDenseRasterPutsSpikesInPlace(t *testing.T) {
	const n = MaxMarks + 10
	times, ids := make([]float64, n), make([]int32, n)
	for i := range times { // neuron 0 always at the start, neuron 9 near the end
		if i%2 == 1 {
			times[i], ids[i] = 99.99, 9
		}
	}
	s := draw(t, Raster{Times: times, IDs: ids, Populations: []Population{{"all", 0, 10}}, Stop: 100, NoRate: true})
	imgs := pictures(t, s)
	if len(imgs) != 1 {
		t.Fatalf("%d images, want 1", len(imgs))
	}
	b := imgs[0].Bounds()
	if b.Dy() != 10 {
		t.Fatalf("image has %d rows for 10 neurons", b.Dy())
	}
	for y := range b.Dy() {
		for x := range b.Dx() {
			_, _, _, a := imgs[0].At(x, y).RGBA()
			want := x == 0 && y == 9 || x == b.Dx()-1 && y == 0
			if (a > 0) != want {
				t.Fatalf("cell (%d, %d): opacity %d, occupied should be %v", x, y, a, want)
			}
		}
	}
}

func TestDenseOpacityGrowsWithCount(t *testing.T) {
	counts := []uint32{0, 1, 2, 5, 10, 40, 400}
	img := shade(counts, grid{cols: len(counts), rows: 1, full: 40}, palette[0])
	last := uint32(0)
	for x, n := range counts {
		_, _, _, a := img.At(x, 0).RGBA()
		switch {
		case n == 0 && a != 0:
			t.Error("an empty cell is drawn")
		case n > 0 && a == 0:
			t.Errorf("a cell with %d spikes is not drawn", n)
		case a < last:
			t.Errorf("opacity falls at %d spikes", n)
		}
		last = a
	}
	if last != 0xffff {
		t.Errorf("the fullest cell has opacity %#x", last)
	}
}

func TestInterleavedOrderStaysInPlace(t *testing.T) {
	times, ids := someSpikes(MaxMarks+1, 8, 100)
	order := []int32{0, 4, 1, 5, 2, 6, 3, 7}
	r := Raster{Times: times, IDs: ids, Populations: []Population{{"E", 0, 4}, {"I", 4, 4}}, Order: order, Stop: 100}
	imgs := pictures(t, draw(t, r))
	if len(imgs) != 2 {
		t.Fatalf("%d images, want 2", len(imgs))
	}
	for k, img := range imgs { // rows 0..6 and 1..7: every other one empty
		for y := range img.Bounds().Dy() {
			used := false
			for x := range img.Bounds().Dx() {
				_, _, _, a := img.At(x, y).RGBA()
				used = used || a > 0
			}
			if used != (y%2 == 0) {
				t.Errorf("population %d, row %d of its image: used %v", k, y, used)
			}
		}
	}
}
