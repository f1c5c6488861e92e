package nalsm

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/glia-sim/glia/sim"
)

// event is the five bytes of an event.
func event(x, y, polarity, us int) []byte {
	return []byte{byte(x), byte(y), byte(polarity<<7 | us>>16), byte(us >> 8), byte(us)}
}

func TestParseRecording(t *testing.T) {
	data := slices.Concat(
		event(0, 0, 0, 0),
		event(33, 33, 1, 1499),  // 1 ms, the last cell
		event(2, 3, 1, 1500),    // half a ms up
		event(2, 3, 1, 1600),    // the same cell in the same ms: once
		event(34, 3, 1, 2000),   // outside
		event(3, 34, 0, 2000),   // outside
		event(5, 1, 0, 100000),  // more than 16 bits of time
		event(5, 1, 0, 299499),  // 299 ms
		event(5, 1, 0, 299500),  // 300 ms: too late
		event(1, 1, 1, 1<<23-1)) // the largest time
	got, err := parseRecording(data)
	if err != nil {
		t.Fatal(err)
	}
	want := []cellEvent{{0, 0}, {1, 2311}, {2, 1156 + 34*3 + 2}, {100, 34 + 5}, {299, 34 + 5}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("events %v, want %v", got, want)
	}
	if _, err := parseRecording(data[:7]); err == nil || !strings.Contains(err.Error(), "7 bytes") {
		t.Errorf("error %v for a file cut off within an event", err)
	}

	r := recording{events: want}
	if got := r.slice(1, 4); !reflect.DeepEqual(got, [][]int32{{2311}, {1260}, nil}) {
		t.Errorf("steps 1 to 3 have events %v", got)
	}
	n := make([]byte, cameraCells)
	r.counts(n, 250)
	if n[39] != 1 || n[0] != 1 || n[2311] != 1 {
		t.Errorf("counts before 250 ms: %d, %d, %d, want 1 each", n[39], n[0], n[2311])
	}
	if p := r.picture(); p[39] != 255 || p[33*34+33] != 127 || p[1] != 0 {
		t.Errorf("picture has %d, %d and %d", p[39], p[33*34+33], p[1])
	}
}

// writeRecordings writes a small set as files and returns what is in it.
func writeRecordings(t *testing.T, dir string, train, test int) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	for part, n := range map[string]int{"Train": train, "Test": test} {
		for i := range n {
			var data []byte
			for k := range 400 {
				data = append(data, event((i*7+k)%34, (k*k+i)%34, k%2, k*700)...)
			}
			files[fmt.Sprintf("%s/%d/%05d.bin", part, i*3%10, i+1)] = data
		}
	}
	for name, data := range files {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// A directory of files and an archive of them hold the same recordings, in the order of their numbers.
func TestReadRecordings(t *testing.T) {
	dir := t.TempDir()
	files := writeRecordings(t, dir, 12, 3)
	train, test, err := readRecordings(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(train) != 12 || len(test) != 3 {
		t.Fatalf("%d and %d recordings, want 12 and 3", len(train), len(test))
	}
	for k, r := range train {
		if r.number != k+1 || int(r.digit) != k*3%10 || len(r.events) == 0 {
			t.Errorf("recording %d is number %d, digit %d, with %d events", k, r.number, r.digit, len(r.events))
		}
	}

	packed := t.TempDir()
	f, err := os.Create(filepath.Join(packed, "nmnist-15.tar.gz"))
	if err != nil {
		t.Fatal(err)
	}
	z := gzip.NewWriter(f)
	w := tar.NewWriter(z)
	files["index.csv"] = []byte("path,label,events\n")
	for name, data := range files { // in any order
		if err := w.WriteHeader(&tar.Header{Name: "./" + name, Mode: 0o644, Size: int64(len(data))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []interface{ Close() error }{w, z, f} {
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	train2, test2, err := readRecordings(packed)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(train, train2) || !reflect.DeepEqual(test, test2) {
		t.Error("the archive holds other recordings than the files it was made of")
	}
}

func TestReadRecordingsErrors(t *testing.T) {
	for name, c := range map[string]struct {
		file string
		data []byte
		want string
	}{
		"digit":  {"Train/ten/00001.bin", event(1, 1, 1, 1), "Train/<digit>/<number>.bin"},
		"length": {"Train/1/00077.bin", []byte{1, 2}, "Train/1/00077.bin: has 2 bytes"},
		"twice":  {"Train/9/00001.bin", event(1, 1, 1, 1), "number 00001"},
	} {
		dir := t.TempDir()
		writeRecordings(t, dir, 2, 1)
		file := filepath.Join(dir, filepath.FromSlash(c.file))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, c.data, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, _, err := readRecordings(dir); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one that says %q", name, err, c.want)
		}
	}
	dir := t.TempDir()
	writeRecordings(t, dir, 2, 0)
	if _, _, err := readRecordings(dir); err == nil || !strings.Contains(err.Error(), "Test") {
		t.Errorf("error %v for a set without test recordings", err)
	}
}

// A recording plays from the step after the clock's tick on: an event of ms k makes its input neuron fire
// k+1 steps later, or when it is free again.
func TestPlay(t *testing.T) {
	n, input := pixelLiquid(t, pairLiquid(3))
	rec := n.Net.RecordSpikes(sim.SpikeOptions{}, n.Input)
	advance(t, n, 10)
	r := recording{events: []cellEvent{{0, 0}, {1, 0}, {20, 0}, {30, 0}}}
	split{recorded: recordings{r}}.show(input, 0, sim.NewKey(1, ""), 10, 0, 25)
	advance(t, n, 40)
	times, _ := rec.Trains()
	if want := []float64{11, 14, 31}; !slices.Equal(times, want) {
		t.Errorf("input spikes at %v ms, want %v: the last event is after the end", times, want)
	}
	split{recorded: recordings{r}}.show(input, 0, sim.NewKey(1, ""), 50, 20, 11)
	rec.Clear()
	advance(t, n, 40)
	if times, _ = rec.Trains(); !slices.Equal(times, []float64{51, 61}) {
		t.Errorf("excerpt from 20 ms: input spikes at %v ms, want 51 and 61", times)
	}
	input.show([]byte{0}, 1, sim.NewKey(1, ""))
	rec.Clear()
	advance(t, n, 10)
	if times, _ = rec.Trains(); len(times) != 0 {
		t.Errorf("spikes at %v ms after an image took the recording's place", times)
	}
}

func TestExcerpt(t *testing.T) {
	lo, hi := 300, 0
	for k := range 20000 {
		from := excerpt(sim.NewKey(1, "excerpts").Sub(uint64(k)), 20)
		lo, hi = min(lo, from), max(hi, from)
	}
	if lo != 1 || hi != 278 {
		t.Errorf("excerpts of 20 ms start at %d to %d ms, want 1 to 278", lo, hi)
	}
	if from := excerpt(sim.NewKey(1, ""), 300); from != 0 {
		t.Errorf("an excerpt of the whole recording starts at %d ms, want 0", from)
	}
}

// The experiment runs on a small set of recordings from end to end.
func TestRunOnRecordings(t *testing.T) {
	dir := t.TempDir()
	writeRecordings(t, dir, 24, 6)
	r, _ := small(t, dir, "init_images=30", "duration=60", "passes=2", "readout=windows", "windows=3",
		"domains=3", "heard=0.5", "train_images=0", "validation_images=0", "test_images=0")
	if err := run(context.Background(), r); err != nil {
		t.Fatal(err)
	}
	if got := r.DataName(); got != "N-MNIST subset of 24 + 6" {
		t.Errorf("the data are called %q", got)
	}
	for _, name := range []string{"test_accuracy", "validation_accuracy", "branching_factor", "input_rate", "readout_l2", "pixel_accuracy"} {
		if _, ok := r.Result(name); !ok {
			t.Errorf("no metric %s", name)
		}
	}
	if rate, _ := r.Result("input_rate"); rate.Value <= 0 {
		t.Error("no input spikes")
	}
}

// The subset that comes with the project has the published numbers of recordings per digit.
func TestSubset(t *testing.T) {
	const dir = "../../../shared/data/nmnist"
	if !hasRecordings(dir) {
		t.Skip("the subset is not at hand")
	}
	train, test, err := readRecordings(dir)
	if err != nil {
		t.Fatal(err)
	}
	var n [2][10]int
	for k, part := range []recordings{train, test} {
		for _, r := range part {
			n[k][r.digit]++
		}
	}
	if want := [2][10]int{{97, 116, 99, 93, 105, 92, 94, 117, 87, 100}, {8, 14, 8, 11, 14, 7, 10, 15, 2, 11}}; n != want {
		t.Errorf("recordings per digit %v, want %v", n, want)
	}
}
