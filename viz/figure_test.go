package viz

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFiguresAreWellFormedAndRepeatable(t *testing.T) {
	for name, f := range specimens() {
		t.Run(name, func(t *testing.T) {
			a := draw(t, f)
			if b := draw(t, specimens()[name]); a != b {
				t.Error("the same input gave different bytes")
			}
			for _, want := range []string{`role="img"`, `aria-labelledby="`, "<title id=", "<desc id=", "prefers-color-scheme:dark"} {
				if !strings.Contains(a, want) {
					t.Errorf("no %s in the file", want)
				}
			}
			if strings.Contains(a, prefixMark) {
				t.Error("a prefix was not filled in")
			}
		})
	}
}

func TestEmptyFigures(t *testing.T) {
	cases := map[string]struct {
		figure Renderer
		says   string
	}{
		"raster":       {Raster{}, "no spikes"},
		"trace":        {Trace{}, "no data"},
		"line":         {Line{}, "no data"},
		"line of NaN":  {Line{Series: []Series{{X: []float64{1, 2}, Y: []float64{nan, inf}}}}, "no data"},
		"log line":     {Line{Y: Axis{Log: true}, Series: []Series{{X: []float64{1, 2}, Y: []float64{-1, 0}}}}, "no data"},
		"spectrum":     {Spectrum{}, "no data"},
		"histogram":    {Histogram{}, "no data"},
		"no values":    {Histogram{Samples: []Sample{{Name: "a"}}, LogCount: true}, "no data"},
		"heat map":     {HeatMap{}, "no data"},
		"empty rows":   {HeatMap{Values: [][]float64{{}, {}}}, "no data"},
		"all missing":  {HeatMap{Values: [][]float64{{nan, nan}}}, "no data"},
		"image grid":   {ImageGrid{}, "no images"},
		"space":        {Space{}, "no neurons"},
		"bars":         {Bars{}, "no data"},
		"plane":        {PhasePlane{}, "no data"},
		"silent group": {Raster{Populations: []Population{{"E", 0, 0}, {"I", 0, 0}}}, "no spikes"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if s := draw(t, c.figure); !strings.Contains(s, ">"+c.says+"<") {
				t.Errorf("the figure does not say %q", c.says)
			}
		})
	}
}

func TestHostileText(t *testing.T) {
	evil := `"/><script>alert('x')</script>&amp;]]><!-- ` + "\x00\x1b\xff" + prefixMark
	x := []float64{1, 2}
	figures := []Renderer{
		Raster{Title: evil, Caption: evil, Desc: evil, ID: evil, Times: x, IDs: []int32{0, 5}, Populations: []Population{{evil, 0, 3}, {evil, 3, 3}}},
		Trace{Title: evil, Times: x, Series: []TraceSeries{{Name: evil, Unit: evil, Values: x}, {Name: evil, Unit: evil, Values: x}}, Lines: []RefLine{{Value: 1, Label: evil, Unit: evil}}},
		Line{Title: evil, X: Axis{Label: evil, Unit: evil}, PointsName: evil, Series: []Series{{Name: evil, X: x, Y: x}, {X: x, Y: x}}, Points: []RefPoint{{X: 1, Y: 1, Label: evil}}},
		Histogram{Samples: []Sample{{Name: evil, Values: x}, {Name: evil, Values: x}}, X: Axis{Label: evil}},
		HeatMap{Values: [][]float64{x}, Columns: []string{evil, evil}, Rows: []string{evil}, Label: evil, Unit: evil},
		Space{At: [][3]float64{{0, 0, 0}, {1, 1, 1}}, Values: x, Groups: []SpaceGroup{{evil, 0, 1}, {evil, 1, 1}}, Label: evil, X: Axis{Label: evil}},
		Bars{Categories: []string{evil}, Groups: []BarGroup{{Name: evil, Values: []float64{1}}}, Points: []float64{1}, PointsName: evil, X: Axis{Label: evil}},
		ImageGrid{Images: []Image{{Pixels: []uint8{1}, Width: 1, Height: 1, Label: evil}}},
	}
	for i, f := range figures {
		t.Run(fmt.Sprintf("%T", f), func(t *testing.T) {
			s := draw(t, f)
			if strings.Contains(s, "<script") || strings.Contains(s, "<!-- \x00") {
				t.Errorf("figure %d lets markup through", i)
			}
			if _, _, err := checkSVG([]byte(s)); err != nil {
				t.Errorf("a report would refuse it: %v", err)
			}
		})
	}
}

func TestWriteErrorsSurface(t *testing.T) {
	all := specimens()
	all["report"] = Report{Title: "r"}
	for name, f := range all {
		for _, n := range []int{0, 100} {
			if err := f.Render(&failingWriter{n}); !errors.Is(err, errDisk) {
				t.Errorf("%s, failing after %d bytes: got error %v", name, n, err)
			}
		}
		if err := f.Render(shortWriter{}); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("%s on a short write: got error %v", name, err)
		}
	}
}

func TestInvalidInput(t *testing.T) {
	x, three := []float64{1, 2}, []float64{1, 2, 3}
	cases := map[string]struct {
		figure Renderer
		names  string
	}{
		"raster lengths":   {Raster{Times: x, IDs: []int32{1}}, "IDs"},
		"raster window":    {Raster{Start: 5, Stop: 5}, "Start"},
		"raster overlap":   {Raster{Populations: []Population{{"E", 0, 10}, {"I", 9, 5}}}, "share ids"},
		"raster negative":  {Raster{Populations: []Population{{"E", 0, -1}}}, "Populations[0].Size"},
		"raster bin":       {Raster{RateBin: nan}, "RateBin"},
		"raster tiny bin":  {Raster{Stop: 1000, RateBin: 1e-9}, "RateBin"},
		"order unknown":    {Raster{Populations: []Population{{"E", 0, 10}}, Order: []int32{3, 11}}, "Order[1]"},
		"order twice":      {Raster{Populations: []Population{{"E", 0, 10}}, Order: []int32{3, 3}}, "Order[1]"},
		"wide ids":         {Raster{Times: x, IDs: []int32{-2000000000, 2000000000}}, "IDs"},
		"trace lengths":    {Trace{Times: x, Series: []TraceSeries{{Values: three}}}, "Series[0]"},
		"line lengths":     {Line{Series: []Series{{X: x, Y: three}}}, "Series[0].X"},
		"line err":         {Line{Series: []Series{{X: x, Y: x, Err: three}}}, "Err"},
		"line half band":   {Line{Series: []Series{{X: x, Y: x, Lower: x}}}, "Lower"},
		"axis order":       {Line{X: Axis{Min: 2, Max: 1}}, "X.Min"},
		"log axis zero":    {Line{Y: Axis{Log: true, Min: 0, Max: 1}}, "Y.Min"},
		"spectrum":         {Spectrum{Series: []Series{{X: x, Y: three}}, LogFrequency: true}, "Series[0].X"},
		"histogram edges":  {Histogram{Edges: []float64{1, 1}}, "Edges[1]"},
		"histogram counts": {Histogram{Edges: three, Samples: []Sample{{Counts: three}}}, "Counts"},
		"histogram bins":   {Histogram{BinWidth: 1e-9, Samples: []Sample{{Values: x}}}, "BinWidth"},
		"heat ragged":      {HeatMap{Values: [][]float64{x, three}}, "Values[1]"},
		"heat columns":     {HeatMap{Values: [][]float64{x}, Columns: []string{"a"}}, "Columns"},
		"image pixels":     {ImageGrid{Images: []Image{{Pixels: []uint8{1}, Width: 2, Height: 2}}}, "Pixels"},
		"size":             {Line{Size: Size{Width: 3}}, "Size.Width"},
		"size nan":         {Line{Size: Size{Height: nan}}, "Size.Height"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			err := c.figure.Render(&b)
			if err == nil || !strings.Contains(err.Error(), c.names) {
				t.Errorf("got error %v, want one that names %s", err, c.names)
			}
			if b.Len() > 0 {
				t.Errorf("%d bytes were written before the error", b.Len())
			}
		})
	}
}

func TestSizes(t *testing.T) {
	x := []float64{1, 2}
	f := Line{Title: "t", Series: []Series{{X: x, Y: x}}}
	for width, size := range map[string]Size{`width="720.0"`: ReportSize(), `width="85.0mm"`: SingleColumn(), `width="178.0mm"`: DoubleColumn()} {
		f.Size = size
		if s := draw(t, f); !strings.Contains(s, width) {
			t.Errorf("no %s for %+v", width, size)
		}
	}
	f.Size = Size{Height: 300}
	f.Caption = strings.Repeat("A long caption. ", 20)
	if s := draw(t, f); !strings.Contains(s, `height="300.0"`) && !strings.Contains(s, `height="301.0"`) && !strings.Contains(s, `height="299.0"`) {
		t.Errorf("a fixed height is not kept: %.120s", s)
	}
}

func TestPrefixesDifferAndCanBeSet(t *testing.T) {
	x := []float64{1, 2}
	a := draw(t, Line{Title: "a", Series: []Series{{X: x, Y: x}}})
	b := draw(t, Line{Title: "b", Series: []Series{{X: x, Y: x}}})
	ida, _, _ := checkSVG([]byte(a))
	idb, _, _ := checkSVG([]byte(b))
	if ida == idb || ida == "" {
		t.Errorf("two figures have prefixes %q and %q", ida, idb)
	}
	c := draw(t, Line{ID: "my figure"})
	if id, _, _ := checkSVG([]byte(c)); id != "viz-my-figure" {
		t.Errorf("prefix %q, want viz-my-figure", id)
	}
}

func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "line.svg")
	x := []float64{1, 2}
	if err := WriteFile(path, Line{Series: []Series{{X: x, Y: x}}}); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	checkXML(t, before)
	if err := WriteFile(path, Line{Series: []Series{{X: x, Y: nil}}}); err == nil {
		t.Error("a faulty figure gave no error")
	}
	after, _ := os.ReadFile(path)
	if !bytes.Equal(before, after) {
		t.Error("a failed attempt changed the file")
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("%d files in the folder, want 1", len(entries))
	}
	if err := WriteFile(filepath.Join(dir, "none", "x.svg"), Line{}); err == nil {
		t.Error("a missing folder gave no error")
	}
	if err := WriteFile(path, nil); err == nil {
		t.Error("no figure gave no error")
	}
}
