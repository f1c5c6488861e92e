package sim

import (
	"bytes"
	"testing"
)

func TestSaveQuick(t *testing.T) {
	for _, w := range [][2]int{{1, 1}, {2, 3}, {7, 2}} {
		a, s1, v1, p1 := testNetwork(w[0])
		mustRun(t, a, 150)
		b, _, _, _ := testNetwork(w[0])
		mustRun(t, b, 71)
		var buf bytes.Buffer
		if err := b.Save(&buf); err != nil {
			t.Fatal(err)
		}
		saved := bytes.Clone(buf.Bytes())
		c, s2, v2, p2 := testNetwork(w[1])
		if err := c.Load(&buf); err != nil {
			t.Fatal(err)
		}
		var again bytes.Buffer
		if err := c.Save(&again); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(saved, again.Bytes()) {
			t.Errorf("%v: saved differs", w)
		}
		mustRun(t, c, 79)
		x, y := result(t, a, s1, v1, p1), result(t, c, s2, v2, p2)
		if len(x.spikes) != len(y.spikes) {
			t.Errorf("%v: %d and %d spikes", w, len(x.spikes), len(y.spikes))
		}
	}
}
