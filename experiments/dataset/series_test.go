package dataset

import (
	"bytes"
	"compress/gzip"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestLoadSeries(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.txt")
	for content, want := range map[string]string{"1\n\n-2.5\r\n3e2": "", "": "no numbers", "1 2": "want one", "1\nx": "line 2", "NaN": "finite", "1e999": "finite"} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		x, err := LoadSeries(path)
		if want == "" {
			if err != nil || !slices.Equal(x, []float64{1, -2.5, 300}) {
				t.Errorf("%v, %v", x, err)
			}
		} else if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%q: error %v: want one that says %q", content, err, want)
		}
	}
	if _, err := LoadSeries(path + "x"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
}

func TestLoadVowels(t *testing.T) {
	dir := t.TempDir()
	frame, end := strings.Repeat("0.5 ", 12)+"\r\n", strings.Repeat("1.0 ", 12)+"\r\n"
	write := func(name, content string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := LoadVowels(dir); !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "Japanese Vowels") {
		t.Errorf("empty folder: %v", err)
	}
	good := frame + frame + end + frame + end
	const sizes = "1 0 0 0 0 0 0 0 1\n"
	write("ae.train", good)
	write("size_ae.train", sizes)
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, err := z.Write([]byte(good + "\r\n"))
	if err := errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	write("ae.test.gz", packed.String())
	write("size_ae.test", sizes)
	train, test, err := LoadVowels(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(train) != 2 || len(test) != 2 || len(train[0].Frames) != 2 || train[1].Speaker != 8 || train[0].Frames[0][11] != 0.5 {
		t.Errorf("%+v, %+v", train, test)
	}
	write("ae.test.gz", packed.String()[:packed.Len()/2])
	if _, _, err := LoadVowels(dir); !errors.Is(err, ErrCompressed) {
		t.Errorf("half a file: %v", err)
	}
	for content, want := range map[string]string{frame: "does not end", end: "without frames", "1 2 3\n": "want 12", frame + end: "want 9 whole numbers"} {
		write("ae.train", content)
		if _, _, err := LoadVowels(dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v: want one that says %q", content, err, want)
		}
	}
	write("ae.train", good)
	write("size_ae.train", "1 1")
	if _, _, err := LoadVowels(dir); err == nil || !strings.Contains(err.Error(), "2 speakers") {
		t.Errorf("two speakers: %v", err)
	}
}
