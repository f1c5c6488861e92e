package runfolder

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/glia-sim/glia/experiments"
)

// Whatever moments a reader looks at, it sees each spike once and in order.
func TestTail(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	f, run := start(t, Options{Dir: dir})
	tail := NewTail(dir)
	var got []experiments.Spike
	read := func() {
		t.Helper()
		must(t, tail.Next(1000, func(s []experiments.Spike) { got = append(got, s...) }))
	}
	read()
	work(t, run)
	read()
	// Half a record, as a reader may find it.
	file, err := os.OpenFile(filepath.Join(dir, partialSpikes), os.O_APPEND|os.O_WRONLY, 0)
	must(t, err)
	_, err = file.Write([]byte{1, 2, 3})
	must(t, err, file.Close())
	read()
	must(t, f.Finish(run, Complete, nil))
	read()
	read()
	want := []experiments.Spike{{Time: 0.1, ID: 1}, {Time: 0.1, ID: 8}, {Time: 0.3, ID: 2}, {Time: 0.3, ID: 5}, {Time: 0.4, ID: 9}}
	if !slices.Equal(got, want) {
		t.Errorf("spikes %v, want %v", got, want)
	}
	got = nil
	must(t, NewTail(dir).Next(2, func(s []experiments.Spike) { got = append(got, s...) }))
	if !slices.Equal(got, want[3:]) {
		t.Errorf("the last two are %v", got)
	}
}

func TestTailOfForeignFiles(t *testing.T) {
	dir := t.TempDir()
	none := func([]experiments.Spike) { t.Error("spikes from nowhere") }
	must(t, NewTail(dir).Next(10, none))
	must(t, os.WriteFile(filepath.Join(dir, SpikesFile), []byte("PK\x03\x04 no archive"), 0o666))
	if err := NewTail(dir).Next(10, none); err == nil || !strings.Contains(err.Error(), SpikesFile) {
		t.Errorf("error %v does not name the file", err)
	}
}
