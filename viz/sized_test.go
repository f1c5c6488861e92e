package viz

import (
	"bytes"
	"io"
	"strings"
	"testing"
)

func TestResizedDrawsEveryKindInEverySize(t *testing.T) {
	for name, f := range specimens() {
		for _, s := range Sizes {
			svg := draw(t, Resized(f, s.Size))
			want := map[string]string{"single": `width="85.0mm"`, "screen": `width="720.0"`, "double": `width="178.0mm"`}[s.Name]
			if !strings.Contains(svg, want) {
				t.Errorf("%s, %s: no %s in %.150s", name, s.Name, want, svg)
			}
		}
		if a, b := draw(t, f), draw(t, Resized(f, Size{})); a != b {
			t.Errorf("%s: the zero size changed the figure", name)
		}
	}
}

func TestResizedKeepsHeightsInProportion(t *testing.T) {
	f := Resized(Line{Size: Size{Height: 600}}, Size{Width: 360}).(Line)
	if f.Size.Height != 360 { // 0.6 of 600: half the width, but not less than 0.6 of the height
		t.Errorf("height %g, want 360", f.Size.Height)
	}
	if back := Resized(f, ReportSize()).(Line); back.Size.Height != 600 {
		t.Errorf("height %g after the way back, want 600", back.Size.Height)
	}
	if f := Resized(Line{Size: Size{Height: 600}}, Size{Height: 200}).(Line); f.Size.Height != 200 {
		t.Errorf("height %g, want the 200 asked for", f.Size.Height)
	}
}

type plainFigure struct{}

func (plainFigure) Render(w io.Writer) error { _, err := io.WriteString(w, "<svg/>"); return err }

func TestResizedLeavesOthersAlone(t *testing.T) {
	var b bytes.Buffer
	if err := Resized(plainFigure{}, SingleColumn()).Render(&b); err != nil || b.String() != "<svg/>" {
		t.Errorf("%q, error %v", b.String(), err)
	}
}

func TestSizeNamed(t *testing.T) {
	if s, ok := SizeNamed("single"); !ok || s != SingleColumn() {
		t.Errorf("single is %+v, %v", s, ok)
	}
	if _, ok := SizeNamed("triple"); ok {
		t.Error("triple is a size")
	}
}
