package nalsm

import (
	"archive/tar"
	"cmp"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// N-MNIST are recordings of an event camera that looks at the digits of MNIST in three saccades: 34 x 34
// pixels, events of two polarities, about 300 ms.
const (
	cameraEdge  = 34
	cameraCells = 2 * cameraEdge * cameraEdge // an input neuron for each pixel and polarity
	recordedMS  = 300
	eventBytes  = 5

	maxRecording = 64 << 20 // bytes of a file, far above any of the set
)

// recording is one sample: its number in the data set, its digit, and its events in the order of time,
// each cell at most once per ms.
type recording struct {
	number int
	digit  byte
	events []cellEvent
}

// cellEvent is an event of input neuron 1156 p + 34 y + x, p the polarity.
type cellEvent struct{ ms, cell uint16 }

// recordings of one part of the set, in the order of their numbers.
type recordings []recording

// slice gives the events of ms from to to-1, step by step.
func (r recording) slice(from, to int) [][]int32 {
	steps := make([][]int32, max(0, to-from))
	for _, e := range r.events {
		if k := int(e.ms) - from; k >= 0 && k < len(steps) {
			steps[k] = append(steps[k], int32(e.cell))
		}
	}
	return steps
}

// counts are the numbers of events of each cell before step ms, at most 255.
func (r recording) counts(dst []byte, ms int) {
	for _, e := range r.events {
		if int(e.ms) < ms && dst[e.cell] < math.MaxUint8 {
			dst[e.cell]++
		}
	}
}

// picture is the number of events of each pixel, of both polarities, the most frequent one as 255.
func (r recording) picture() []byte {
	var n [cameraEdge * cameraEdge]int
	most := 1
	for _, e := range r.events {
		k := int(e.cell) % len(n)
		n[k]++
		most = max(most, n[k])
	}
	out := make([]byte, len(n))
	for k, x := range n {
		out[k] = byte(255 * x / most)
	}
	return out
}

// parseRecording reads a file of 5 bytes per event: x, y, one bit of polarity and 23 bits of time in
// microseconds, big-endian. Times are rounded to ms; what lies outside the camera's field or after
// 300 ms is left out, as published.
func parseRecording(data []byte) ([]cellEvent, error) {
	if len(data)%eventBytes != 0 {
		return nil, fmt.Errorf("has %d bytes: want a multiple of 5, the size of an event", len(data))
	}
	events := make([]cellEvent, 0, len(data)/eventBytes)
	for ; len(data) > 0; data = data[eventBytes:] {
		x, y, p := int(data[0]), int(data[1]), int(data[2]>>7)
		us := int(data[2]&0x7f)<<16 | int(data[3])<<8 | int(data[4])
		ms := int(math.Round(float64(us) / 1000))
		if x < cameraEdge && y < cameraEdge && ms < recordedMS {
			events = append(events, cellEvent{uint16(ms), uint16(p*cameraEdge*cameraEdge + y*cameraEdge + x)})
		}
	}
	slices.SortFunc(events, func(a, b cellEvent) int { return cmp.Or(cmp.Compare(a.ms, b.ms), cmp.Compare(a.cell, b.cell)) })
	return slices.Clip(slices.Compact(events)), nil
}

// hasRecordings says whether a directory holds N-MNIST, unpacked or as an archive.
func hasRecordings(dir string) bool {
	if info, err := os.Stat(filepath.Join(dir, "Train")); err == nil && info.IsDir() {
		return true
	}
	return archive(dir) != ""
}

func archive(dir string) string {
	found, _ := filepath.Glob(filepath.Join(dir, "nmnist*.tar.gz")) // the pattern is well-formed
	if len(found) == 0 {
		return ""
	}
	return found[0]
}

// readRecordings reads Train/<digit>/<number>.bin and Test/<digit>/<number>.bin of a directory, or of the
// first archive nmnist*.tar.gz in it.
func readRecordings(dir string) (train, test recordings, err error) {
	c := collector{}
	if info, statErr := os.Stat(filepath.Join(dir, "Train")); statErr == nil && info.IsDir() {
		err = c.folder(dir)
	} else {
		err = c.archive(archive(dir))
	}
	if err != nil {
		return nil, nil, err
	}
	for _, part := range []string{"Train", "Test"} {
		r := c[part]
		if len(r) == 0 {
			return nil, nil, fmt.Errorf("%s: no files %s/<digit>/<number>.bin: want the recordings of N-MNIST in the layout of the published set", dir, part)
		}
		slices.SortFunc(r, func(a, b recording) int { return cmp.Compare(a.number, b.number) })
		for k := range r[1:] {
			if r[k].number == r[k+1].number {
				return nil, nil, fmt.Errorf("%s: two files of %s have number %05d: want each once", dir, part, r[k].number)
			}
		}
	}
	return c["Train"], c["Test"], nil
}

// collector gathers recordings by part of the set.
type collector map[string]recordings

// add takes the file of a path <part>/<digit>/<number>.bin; other files are left alone.
func (c collector) add(name string, open func() (io.ReadCloser, error)) error {
	parts := strings.Split(path.Clean(name), "/")
	if len(parts) < 3 || path.Ext(name) != ".bin" {
		return nil
	}
	parts = parts[len(parts)-3:]
	digit, err := strconv.ParseUint(parts[1], 10, 8)
	number, err2 := strconv.Atoi(strings.TrimSuffix(parts[2], ".bin"))
	if parts[0] != "Train" && parts[0] != "Test" {
		return nil
	}
	if err != nil || err2 != nil || digit > 9 {
		return fmt.Errorf("%s: want a path of the form Train/<digit>/<number>.bin", name)
	}
	f, err := open()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	data, err := io.ReadAll(io.LimitReader(f, maxRecording+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if len(data) > maxRecording {
		return fmt.Errorf("%s: has more than %d bytes: want a recording of a digit, some tens of kB", name, maxRecording)
	}
	events, err := parseRecording(data)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	c[parts[0]] = append(c[parts[0]], recording{number, byte(digit), events})
	return nil
}

func (c collector) folder(dir string) error {
	return fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		return c.add(name, func() (io.ReadCloser, error) { return os.Open(filepath.Join(dir, filepath.FromSlash(name))) })
	})
}

func (c collector) archive(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	files := tar.NewReader(z)
	for {
		h, err := files.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		if err := c.add(h.Name, func() (io.ReadCloser, error) { return io.NopCloser(files), nil }); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
}
