package dataset

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// put writes a file below dir and makes its directory.
func put(t testing.TB, dir, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// smallFiles is the uncompressed content of the four files of a set of 5 + 3
// images of 4x6 pixels.
func smallFiles() [parts][]byte {
	return [parts][]byte{
		idxBytes(noise(5*24), MagicImages, 5, 4, 6),
		idxBytes([]byte{1, 2, 3, 4, 5}, MagicLabels, 5),
		idxBytes(noise(3*24), MagicImages, 3, 4, 6),
		idxBytes([]byte{9, 8, 7}, MagicLabels, 3),
	}
}

func putSmall(t testing.TB, dir string) {
	t.Helper()
	for p, content := range smallFiles() {
		put(t, dir, partNames[p], content)
	}
}

func TestLoadSpellings(t *testing.T) {
	files := smallFiles()
	for i := range 4 {
		dir := filepath.Join(t.TempDir(), "my-images")
		for p, content := range files {
			name := part(p).spellings()[(p+i)%4] // all spellings, mixed
			if strings.HasSuffix(name, ".gz") && p != 1 {
				content = gzipped(t, content) // the labels are plain in spite of .gz: content decides
			}
			put(t, dir, name, content)
		}
		s, err := Load(dir)
		if err != nil {
			t.Fatal(err)
		}
		if s.Name != "my-images" || s.Generated || s.Dir != dir || len(s.SHA256) != 4 {
			t.Errorf("set %q, generated %v, dir %q, %d sums", s.Name, s.Generated, s.Dir, len(s.SHA256))
		}
		if s.Train.Count != 5 || s.Test.Count != 3 || s.Train.Cols != 6 ||
			!bytes.Equal(s.Train.Pixels, files[0][16:]) || !bytes.Equal(s.Test.Pixels, files[2][16:]) ||
			!bytes.Equal(s.Train.Labels, files[1][8:]) || !bytes.Equal(s.Test.Labels, files[3][8:]) {
			t.Errorf("spelling %d: content differs", i)
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	cases := []struct {
		name  string
		spoil func(t *testing.T, dir string)
		cause error
		says  []string
	}{
		{"one missing", func(t *testing.T, dir string) { os.Remove(filepath.Join(dir, partNames[testLabels])) },
			fs.ErrNotExist, []string{"missing: t10k-labels-idx1-ubyte[.gz];", "glia data fetch"}},
		{"all missing", func(t *testing.T, dir string) {
			for _, n := range partNames {
				os.Remove(filepath.Join(dir, n))
			}
		}, fs.ErrNotExist, []string{"none of the four", "train-images", "t10k-labels"}},
		{"one level down", func(t *testing.T, dir string) {
			for _, n := range partNames {
				os.Remove(filepath.Join(dir, n))
			}
			putSmall(t, filepath.Join(dir, "MNIST", "raw"))
		}, fs.ErrNotExist, []string{filepath.Join("MNIST", "raw") + ": give that directory"}},
		{"truncated", func(t *testing.T, dir string) { put(t, dir, partNames[trainImages], smallFiles()[trainImages][:99]) },
			ErrTruncated, []string{"train-images-idx3-ubyte: ", "expected 136 bytes, found 99"}},
		{"fewer labels", func(t *testing.T, dir string) {
			put(t, dir, partNames[trainLabels], idxBytes([]byte{1, 2, 3, 4}, MagicLabels, 4))
		}, ErrMismatch, []string{"train-labels-idx1-ubyte: has 4 labels", "has 5 images"}},
		{"test labels for training", func(t *testing.T, dir string) { put(t, dir, partNames[testLabels], smallFiles()[trainLabels]) },
			ErrMismatch, []string{"t10k-labels-idx1-ubyte: has 5 labels", "has 3 images"}},
		{"other size", func(t *testing.T, dir string) {
			put(t, dir, partNames[testImages], idxBytes(noise(3*25), MagicImages, 3, 5, 5))
		}, ErrMismatch, []string{"5x5 pixels", "4x6"}},
		{"bad label", func(t *testing.T, dir string) {
			put(t, dir, partNames[testLabels], idxBytes([]byte{9, 8, 26}, MagicLabels, 3))
		}, ErrLabel, []string{"label 2 is 26"}},
		{"directory in a file's place", func(t *testing.T, dir string) {
			os.Remove(filepath.Join(dir, partNames[trainLabels]))
			os.Mkdir(filepath.Join(dir, partNames[trainLabels]), 0o777)
		}, nil, []string{"train-labels-idx1-ubyte: cannot be read"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			putSmall(t, dir)
			c.spoil(t, dir)
			_, err := Load(dir)
			cause := c.cause
			if cause == nil {
				cause = errors.Unwrap(err) // the system's, whatever it is called there
			}
			wantFileError(t, err, cause, c.says...)
			if r, err := Check(dir); err != nil || r.OK() {
				t.Errorf("Check takes the set for good (error %v)", err)
			}
		})
	}
}

func TestLoadRefusesDirectory(t *testing.T) {
	_, err := Load(filepath.Join(t.TempDir(), "nowhere"))
	wantFileError(t, err, fs.ErrNotExist, "nowhere: there is no such directory")
	file := put(t, t.TempDir(), "train-images-idx3-ubyte", nil)
	_, err = Load(file)
	wantFileError(t, err, fs.ErrInvalid, "not a directory")
	_, err = Check(file)
	wantFileError(t, err, fs.ErrInvalid, "not a directory")
}

func TestWriteGenerated(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "digits")
	want := generate(t, 1<<63+1, 40, 20, 2) // a seed that a JSON number would round
	got, err := WriteGenerated(dir, 1<<63+1, 40, 20, 2)
	if err != nil {
		t.Fatal(err)
	}
	if got.Name != GeneratedName || !got.Generated || got.Seed != 1<<63+1 {
		t.Errorf("read back as %q, generated %v, seed %d", got.Name, got.Generated, got.Seed)
	}
	if !bytes.Equal(got.Train.Pixels, want.Train.Pixels) || !bytes.Equal(got.Test.Labels, want.Test.Labels) {
		t.Error("read back with other content")
	}
	r, err := Check(dir)
	if err != nil || !r.OK() || !r.Generated || r.Known != "" {
		t.Errorf("Check: %+v, %v", r, err)
	}

	// The same again is read, not written; others take their place.
	path := filepath.Join(dir, partNames[trainImages]+".gz")
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := WriteGenerated(dir, 1<<63+1, 40, 20, 1); err != nil {
		t.Fatal(err)
	}
	if after, err := os.Stat(path); err != nil || !os.SameFile(before, after) {
		t.Errorf("the same digits were written again (%v)", err)
	}
	if got, err = WriteGenerated(dir, 2, 10, 10, 1); err != nil || got.Seed != 2 || got.Train.Count != 10 {
		t.Errorf("other digits in their place: %d images of seed %d, error %v", got.Train.Count, got.Seed, err)
	}
	left, _ := filepath.Glob(filepath.Join(dir, "*"))
	if len(left) != 5 {
		t.Errorf("files in the directory: %v, want 4 and the description", left)
	}
}

func TestWriteGeneratedRefuses(t *testing.T) {
	if _, err := WriteGenerated(t.TempDir(), 1, -5, 10, 1); err == nil || !strings.Contains(err.Error(), "train = -5") {
		t.Errorf("error %v", err)
	}
	if _, err := WriteGenerated(t.TempDir(), 1, 10, 0, 1); err == nil || !strings.Contains(err.Error(), "test split has 0 images") {
		t.Errorf("error %v", err)
	}
}

func TestWriteNeverOverwritesOtherFiles(t *testing.T) {
	dir := t.TempDir()
	putSmall(t, dir)
	_, err := WriteGenerated(dir, 1, 10, 10, 1)
	wantFileError(t, err, fs.ErrExist, "would be overwritten")
	if s, err := Load(dir); err != nil || s.Generated || s.Train.Count != 5 {
		t.Errorf("the set that was there: generated %v, %d images, error %v", s.Generated, s.Train.Count, err)
	}
	// A description of something else, too.
	dir = t.TempDir()
	put(t, dir, provenanceFile, []byte("my notes"))
	_, err = WriteGenerated(dir, 1, 10, 10, 1)
	wantFileError(t, err, fs.ErrExist, provenanceFile)
}

// TestGeneratedLabelFollowsContent: real images put in the place of generated
// ones are neither called generated nor overwritten.
func TestGeneratedLabelFollowsContent(t *testing.T) {
	dir := t.TempDir()
	if _, err := WriteGenerated(dir, 1, 5, 3, 1); err != nil {
		t.Fatal(err)
	}
	other := generate(t, 2, 5, 3, 1)
	var b bytes.Buffer
	if err := WriteImages(&b, other.Train.Images); err != nil {
		t.Fatal(err)
	}
	put(t, dir, partNames[trainImages]+".gz", b.Bytes())
	_, err := Load(dir)
	wantFileError(t, err, ErrChecksum, partNames[trainImages], provenanceFile)
	_, err = WriteGenerated(dir, 3, 5, 3, 1)
	wantFileError(t, err, fs.ErrExist)
	put(t, dir, provenanceFile, []byte("{"))
	_, err = Load(dir)
	wantFileError(t, err, fs.ErrInvalid, provenanceFile)
	os.Remove(filepath.Join(dir, provenanceFile))
	if s, err := Load(dir); err != nil || s.Generated {
		t.Errorf("without the description: generated %v, error %v", s.Generated, err)
	}
}

func TestWriteRefusesBadSets(t *testing.T) {
	good := generate(t, 1, 4, 2, 1)
	for name, spoil := range map[string]func(*Set){
		"4 images but 3 labels":   func(s *Set) { s.Train.Labels = s.Train.Labels[:3] },
		"label 1 is 12":           func(s *Set) { s.Test.Labels = []byte{1, 12} },
		"0 images":                func(s *Set) { s.Test = LabeledImages{} },
		"need 3136 pixels":        func(s *Set) { s.Train.Pixels = s.Train.Pixels[:100] },
		"test images 14x56":       func(s *Set) { s.Test.Rows, s.Test.Cols = 14, 56 },
		"images of 5000 x 1 pixe": func(s *Set) { s.Test.Rows, s.Test.Cols = 5000, 1 },
	} {
		s, dir := good, t.TempDir()
		spoil(&s)
		if err := Write(dir, s); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: error %v", name, err)
		}
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("%s: %d files were left", name, len(left))
		}
	}
	file := put(t, t.TempDir(), "file", nil)
	err := Write(filepath.Join(file, "sub"), good)
	wantFileError(t, err, errors.Unwrap(err), "cannot be written")
}

func TestSlice(t *testing.T) {
	l := generate(t, 1, 20, 0, 1).Train
	s := l.Slice(5, 12)
	if s.Count != 7 || s.Validate() != nil || !bytes.Equal(s.At(2), l.At(7)) || s.Labels[2] != l.Labels[7] {
		t.Errorf("images 5 to 11: %d images, %v", s.Count, s.Validate())
	}
	s.Pixels = append(s.Pixels, 99)
	if l.At(12)[0] == 99 {
		t.Error("appending to a slice wrote into the whole")
	}
}

// TestPublishedSets reads the real sets where they are at hand.
func TestPublishedSets(t *testing.T) {
	for _, info := range Known() {
		t.Run(info.Name, func(t *testing.T) {
			dir := filepath.Join("..", "..", "..", "shared", "data", info.Name)
			if _, err := os.Stat(dir); err != nil {
				t.Skipf("%s is not at hand", info.Title)
			}
			s, err := Load(dir)
			if err != nil {
				t.Fatal(err)
			}
			if s.Name != info.Title || s.Generated || s.Train.Count != 60000 || s.Test.Count != 10000 || s.Train.Rows != 28 {
				t.Errorf("loaded as %q: %d + %d images", s.Name, s.Train.Count, s.Test.Count)
			}
			counts := s.Train.ClassCounts()
			want := [10]int{5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949}
			if info.Name == "fashion-mnist" {
				want = [10]int{6000, 6000, 6000, 6000, 6000, 6000, 6000, 6000, 6000, 6000}
			}
			if counts != want {
				t.Errorf("training images per class %v, want %v", counts, want)
			}
			r, err := Check(dir)
			if err != nil || !r.OK() || r.Known != info.Name || r.Name != info.Title {
				t.Errorf("Check: known as %q, named %q, OK %v, error %v", r.Known, r.Name, r.OK(), err)
			}
			if err := fetchSet(t.Context(), info, dir, FetchOptions{Mirrors: []string{"http://127.0.0.1:1"}}); err != nil {
				t.Errorf("Fetch does not take the files for what they are: %v", err)
			}
		})
	}
}
