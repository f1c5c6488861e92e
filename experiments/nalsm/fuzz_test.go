package nalsm

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"
)

// No file of events makes the parser panic; what it accepts lies in the camera's field and in order.
func FuzzRecording(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{3, 4, 0x80, 0x10, 0x20, 33, 33, 0, 0, 1})
	f.Add([]byte{1, 2, 3})
	f.Add(bytes.Repeat([]byte{0xff}, 25))
	f.Fuzz(func(t *testing.T, data []byte) {
		events, err := parseRecording(data)
		if err != nil {
			return
		}
		if len(events) > len(data)/eventBytes {
			t.Fatalf("%d events in %d bytes", len(events), len(data))
		}
		for k, e := range events {
			if int(e.cell) >= cameraCells || e.ms >= recordedMS || k > 0 && (e.ms < events[k-1].ms || e == events[k-1]) {
				t.Fatalf("event %d: %+v after %+v", k, e, events[max(0, k-1)])
			}
		}
		recording{events: events}.counts(make([]byte, cameraCells), recordedMS)
		recording{events: events}.picture()
	})
}

// No archive of recordings makes the reader panic.
func FuzzArchive(f *testing.F) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, name := range []string{"Train/3/00001.bin", "Test/9/00002.bin"} {
		if err := w.WriteHeader(&tar.Header{Name: name, Size: 5, Mode: 0o666, Typeflag: tar.TypeReg}); err != nil {
			f.Fatal(err)
		}
		if _, err := w.Write([]byte{1, 2, 0, 0, 9}); err != nil {
			f.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		f.Fatal(err)
	}
	if err := z.Close(); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add(b.Bytes()[:b.Len()/2])
	f.Add([]byte("not an archive"))
	f.Fuzz(func(t *testing.T, data []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "nmnist.tar.gz"), data, 0o666); err != nil {
			t.Fatal(err)
		}
		_, _, _ = readRecordings(dir)
	})
}
