package viz

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

// draw renders a figure and makes sure that it is well-formed XML whose ids
// are unique and whose references exist.
func draw(t *testing.T, f Renderer) string {
	t.Helper()
	var b bytes.Buffer
	if err := f.Render(&b); err != nil {
		t.Fatalf("Render: %v", err)
	}
	checkXML(t, b.Bytes())
	return b.String()
}

func checkXML(t *testing.T, data []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(data))
	ids := map[string]bool{}
	for {
		tok, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("not well-formed: %v", err)
		}
		e, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		for _, a := range e.Attr {
			if a.Name.Local == "id" {
				if ids[a.Value] {
					t.Errorf("id %q twice", a.Value)
				}
				ids[a.Value] = true
			}
			if a.Name.Local == "href" {
				continue // base64 may spell anything
			}
			if strings.Contains(a.Value, "NaN") || strings.Contains(a.Value, "Inf") {
				t.Errorf("<%s %s=%q> is not a number", e.Name.Local, a.Name.Local, a.Value[:min(80, len(a.Value))])
			}
		}
	}
	for _, m := range regexp.MustCompile(`url\(#([^)]*)\)`).FindAllStringSubmatch(string(data), -1) {
		if !ids[m[1]] {
			t.Errorf("reference to missing id %q", m[1])
		}
	}
}

func count(s, pattern string) int { return len(regexp.MustCompile(pattern).FindAllString(s, -1)) }

var nan, inf = math.NaN(), math.Inf(1)

// someSpikes is a reproducible random raster.
func someSpikes(n, neurons int, duration float64) (times []float64, ids []int32) {
	r := rand.New(rand.NewPCG(7, 11))
	for range n {
		times = append(times, r.Float64()*duration)
		ids = append(ids, int32(r.IntN(neurons)))
	}
	return times, ids
}

// specimens holds one figure of each kind, filled with plausible data.
func specimens() map[string]Renderer {
	times, ids := someSpikes(500, 100, 1000)
	pops := []Population{{"excitatory", 0, 80}, {"inhibitory", 80, 20}}
	x := []float64{1, 2, 3, 4}
	y := []float64{0.5, 2, 1, 3}
	imgs := []Image{{Pixels: []uint8{0, 90, 180, 255}, Width: 2, Height: 2, Label: "a"}, {Pixels: make([]uint8, 6), Width: 3, Height: 2, Flagged: true}}
	return map[string]Renderer{
		"raster":    Raster{Title: "R", Times: times, IDs: ids, Populations: pops, Stop: 1000},
		"column":    Raster{Title: "R", Times: times, IDs: ids, Populations: pops, Stop: 1000, Size: SingleColumn()},
		"trace":     Trace{Title: "T", Times: x, Series: []TraceSeries{{Name: "V", Unit: "mV", Values: y}, {Name: "g", Unit: "nS", Values: x}}, Events: []float64{2}, Lines: []RefLine{{Value: 2, Label: "threshold", Unit: "mV"}}},
		"line":      Line{Title: "L", X: Axis{Label: "x", Log: true}, Y: Axis{Label: "y", Unit: "Hz"}, Series: []Series{{Name: "ours", X: x, Y: y, Err: x, Markers: true}}, Points: []RefPoint{{X: 2, Y: 2, Err: 1, Label: "published"}}, Lines: []RefLine{{Value: 1, Label: "one"}}},
		"spectrum":  Spectrum{Title: "S", Series: []Series{{X: x, Y: y}}, LogFrequency: true},
		"histogram": Histogram{Title: "H", Samples: []Sample{{Name: "a", Values: y}, {Name: "b", Values: x}}},
		"heat map":  HeatMap{Title: "M", Values: [][]float64{{1, 2, 3}, {4, 5, 6}}, Rows: []string{"p", "q"}, Label: "n", Counts: true},
		"images":    ImageGrid{Title: "I", Images: imgs},
		"space":     Space{Title: "S", At: [][3]float64{{0, 0, 0}, {1, 2, 3}, {2, 1, 0}}, Values: []float64{1, 2, 3}},
		"bars":      Bars{Title: "B", Categories: []string{"a", "b"}, Groups: []BarGroup{{Values: []float64{1, 2}}}, Points: []float64{1, 1}},
		"plane":     PhasePlane{Title: "P", Trajectories: []Series{{X: x, Y: y}}, Flow: func(x, y float64) (float64, float64) { return x, -y }},
	}
}

// failingWriter takes n bytes and then fails.
type failingWriter struct{ n int }

var errDisk = errors.New("disk full")

func (f *failingWriter) Write(p []byte) (int, error) {
	if len(p) <= f.n {
		f.n -= len(p)
		return len(p), nil
	}
	n := f.n
	f.n = 0
	return n, errDisk
}

// shortWriter breaks the contract of io.Writer.
type shortWriter struct{}

func (shortWriter) Write(p []byte) (int, error) { return len(p) / 2, nil }
