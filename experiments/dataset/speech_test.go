package dataset

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// wav writes a file as ParseWAV reads it, with a part between that is to be skipped.
func wav(rate int, samples ...int16) []byte {
	var b bytes.Buffer
	u32 := func(v int) { _ = binary.Write(&b, binary.LittleEndian, uint32(v)) }
	u16 := func(v int) { _ = binary.Write(&b, binary.LittleEndian, uint16(v)) }
	b.WriteString("RIFF")
	u32(36 + 2*len(samples))
	b.WriteString("WAVEfmt ")
	u32(16)
	u16(1)
	u16(1)
	u32(rate)
	u32(2 * rate)
	u16(2)
	u16(16)
	b.WriteString("LIST")
	u32(3)
	b.WriteString("abc\x00") // padded to an even length
	b.WriteString("data")
	u32(2 * len(samples))
	_ = binary.Write(&b, binary.LittleEndian, samples)
	return b.Bytes()
}

func TestParseWAV(t *testing.T) {
	good := wav(8000, 1, -2, 32767, -32768)
	rate, samples, err := ParseWAV(good)
	if err != nil || rate != 8000 || !slices.Equal(samples, []int16{1, -2, 32767, -32768}) {
		t.Fatalf("%d, %v, %v", rate, samples, err)
	}
	change := func(at int, v byte) []byte {
		b := slices.Clone(good)
		b[at] = v
		return b
	}
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"empty": {nil, ErrMagic}, "no RIFF": {change(0, 'X'), ErrMagic}, "cut": {good[:len(good)-1], ErrTruncated}, "no data": {good[:40], ErrTruncated},
		"compressed": {change(20, 3), ErrDimension}, "stereo": {change(22, 2), ErrDimension}, "8 bits": {change(34, 8), ErrDimension},
		"slow": {wav(10, 1), ErrDimension}, "no samples": {wav(8000), ErrTruncated}, "large": {make([]byte, maxWAV+1), ErrDimension},
	} {
		if _, _, err := ParseWAV(c.data); !errors.Is(err, c.want) {
			t.Errorf("%s: error %v: want %v", name, err, c.want)
		}
	}
}

func FuzzParseWAV(f *testing.F) {
	f.Add(wav(8000, 1, 2, 3))
	f.Fuzz(func(t *testing.T, data []byte) {
		if rate, samples, err := ParseWAV(data); err == nil && (rate < 1000 || len(samples) == 0) {
			t.Errorf("%d samples at %d without an error", len(samples), rate)
		}
	})
}

func TestLoadSpokenDigits(t *testing.T) {
	dir := t.TempDir()
	if _, err := LoadSpokenDigits(dir); err == nil || !strings.Contains(err.Error(), "no recordings") {
		t.Errorf("empty folder: %v", err)
	}
	if _, err := LoadSpokenDigits(filepath.Join(dir, "missing")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing folder: %v", err)
	}
	files := map[string][]byte{"7_ann_10.wav": wav(8000, 7), "7_ann_2.wav": wav(8000, 8), "0_bob_0.wav": wav(8000, 9)}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	a := tar.NewWriter(z)
	for name, data := range files {
		if err := a.WriteHeader(&tar.Header{Name: "recordings/" + name, Size: int64(len(data)), Mode: 0o600}); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(a.Close(), z.Close(), os.WriteFile(filepath.Join(dir, "x.tar.gz"), packed.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
	check := func(what string) {
		t.Helper()
		all, err := LoadSpokenDigits(dir)
		if err != nil {
			t.Fatal(what, err)
		}
		if len(all) != 3 || all[0].Speaker != "bob" || all[1].Index != 2 || all[2].Digit != 7 || all[2].Samples[0] != 7 {
			t.Errorf("%s: %+v", what, all)
		}
	}
	check("archive")
	if err := os.Mkdir(filepath.Join(dir, "recordings"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, "recordings", name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	check("folder")
	for name, want := range map[string]string{"eleven.wav": "does not say", "1_ann_0.wav": "WAV"} {
		file := filepath.Join(dir, "recordings", name)
		if err := os.WriteFile(file, []byte("?"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := LoadSpokenDigits(dir); err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.RemoveAll(filepath.Join(dir, "recordings")), os.WriteFile(filepath.Join(dir, "x.tar.gz"), packed.Bytes()[:packed.Len()/2], 0o600)); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadSpokenDigits(dir); !errors.Is(err, ErrCompressed) {
		t.Errorf("half an archive: %v", err)
	}
}
