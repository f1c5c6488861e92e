package dataset

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCheckTellsEveryFile(t *testing.T) {
	dir := t.TempDir()
	files := smallFiles()
	put(t, dir, partNames[trainImages]+".gz", gzipped(t, files[trainImages]))
	put(t, dir, partNames[trainLabels], files[trainLabels][:10])
	put(t, dir, partNames[testImages]+".gz.part", make([]byte, 1234))
	put(t, dir, "t10k-labels.idx1-ubyte", files[testLabels])
	r, err := Check(dir)
	if err != nil {
		t.Fatal(err)
	}
	if r.OK() || r.Name != "" || r.Known != "" || len(r.Files) != 4 {
		t.Errorf("OK %v, name %q, known %q, %d files", r.OK(), r.Name, r.Known, len(r.Files))
	}
	images, labels, absent, dotted := r.Files[0], r.Files[1], r.Files[2], r.Files[3]
	if !images.Valid() || !images.Compressed || images.Count != 5 || images.Rows != 4 || images.Cols != 6 || images.Bytes != 136 || len(images.SHA256) != 64 || images.Known != "" {
		t.Errorf("training images: %+v", images)
	}
	if labels.Valid() || !labels.Present || !errors.Is(labels.Err, ErrTruncated) || labels.Problem == "" || labels.SHA256 != "" {
		t.Errorf("training labels: %+v", labels)
	}
	if absent.Present || absent.Valid() || absent.Err != nil || absent.Partial != 1234 {
		t.Errorf("test images: %+v", absent)
	}
	if !dotted.Valid() || dotted.Compressed || filepath.Base(dotted.Path) != "t10k-labels.idx1-ubyte" || dotted.Count != 3 {
		t.Errorf("test labels: %+v", dotted)
	}
	raw, err := json.Marshal(r)
	if err != nil || !strings.Contains(string(raw), `"problem":"`) {
		t.Errorf("as JSON: %s, %v", raw, err)
	}
}

func TestCheckOfUnknownSet(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "mine")
	putSmall(t, dir)
	r, err := Check(dir)
	if err != nil || !r.OK() || r.Name != "mine" || r.Known != "" || r.Generated {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestKnown(t *testing.T) {
	for _, info := range Known() {
		if got, err := Lookup(info.Name); err != nil || got.Title != info.Title {
			t.Errorf("Lookup(%q) is %q, %v", info.Name, got.Title, err)
		}
		if info.Bytes() != 2*16+2*8+70000*785 {
			t.Errorf("%s has %d bytes", info.Name, info.Bytes())
		}
		if len(info.Files) != 4 || len(info.Mirrors) < 2 || info.Licence == "" || info.Citation == "" || info.URL == "" {
			t.Errorf("%s is not complete: %+v", info.Name, info)
		}
		for p, f := range info.Files {
			if b, err := hex.DecodeString(f.SHA256); err != nil || len(b) != 32 {
				t.Errorf("%s: %s has no SHA-256 sum: %q", info.Name, f.Name, f.SHA256)
			}
			if got := knownBySum(part(p), f.SHA256); got != info.Name {
				t.Errorf("%s of %s is taken for %q", f.Name, info.Name, got)
			}
		}
	}
	Known()[0].Files[0].SHA256 = "spoiled"
	if Known()[0].Files[0].SHA256 == "spoiled" {
		t.Error("the caller can change the list")
	}
	if _, err := Lookup("emnist"); err == nil || !strings.Contains(err.Error(), "mnist and fashion-mnist") {
		t.Errorf("error %v", err)
	}
}

func TestKnownSumsDiffer(t *testing.T) {
	seen := map[string]bool{}
	for _, info := range Known() {
		for _, f := range info.Files {
			if seen[f.SHA256] {
				t.Errorf("sum %s is there twice", f.SHA256)
			}
			seen[f.SHA256] = true
		}
	}
}

func TestUnreadableFile(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may read everything")
	}
	dir := t.TempDir()
	putSmall(t, dir)
	if err := os.Chmod(filepath.Join(dir, partNames[trainLabels]), 0); err != nil {
		t.Fatal(err)
	}
	_, err := Load(dir)
	wantFileError(t, err, os.ErrPermission, partNames[trainLabels])
}
