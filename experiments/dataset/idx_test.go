package dataset

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
)

// idxBytes is an IDX file with any header and body, right or wrong.
func idxBytes(body []byte, header ...uint32) []byte {
	var raw []byte
	for _, v := range header {
		raw = binary.BigEndian.AppendUint32(raw, v)
	}
	return append(raw, body...)
}

func gzipped(t testing.TB, raw []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(raw); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// noise is n bytes that gzip cannot shrink.
func noise(n int) []byte {
	s, b := newStream(uint64(n)), make([]byte, n)
	for i := range b {
		b[i] = byte(s.next())
	}
	return b
}

func TestReadImages(t *testing.T) {
	// Written out by hand: two images of two rows and three columns.
	raw := []byte{0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255}
	two := gzipped(t, raw[:20])
	two = append(two, gzipped(t, raw[20:])...) // gzip allows streams one after the other
	for name, content := range map[string][]byte{"plain": raw, "gzip": gzipped(t, raw), "two gzip streams": two} {
		for how, r := range map[string]io.Reader{"whole": bytes.NewReader(content), "byte by byte": iotest.OneByteReader(bytes.NewReader(content))} {
			m, err := ReadImages(r, name)
			if err != nil {
				t.Errorf("%s, %s: %v", name, how, err)
				continue
			}
			if m.Count != 2 || m.Rows != 2 || m.Cols != 3 || !bytes.Equal(m.At(1), []byte{7, 8, 9, 10, 11, 255}) {
				t.Errorf("%s, %s: got %+v", name, how, m)
			}
		}
	}
}

func TestReadLabels(t *testing.T) {
	raw := []byte{0, 0, 8, 1, 0, 0, 0, 4, 9, 0, 5, 3}
	for name, content := range map[string][]byte{"plain": raw, "gzip": gzipped(t, raw)} {
		labels, err := ReadLabels(bytes.NewReader(content), name)
		if err != nil || !bytes.Equal(labels, []byte{9, 0, 5, 3}) {
			t.Errorf("%s: labels %v, error %v", name, labels, err)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	body := noise(3000)
	good := idxBytes(body, MagicImages, 3, 20, 50)
	packed := gzipped(t, good)
	flipped := bytes.Clone(packed)
	flipped[len(flipped)/2] ^= 0x40
	badSum := bytes.Clone(packed)
	badSum[len(badSum)-8] ^= 1
	badBlock := append(bytes.Clone(packed[:10]), bytes.Repeat([]byte{0xff}, 40)...)
	labels := idxBytes([]byte{1, 2, 3}, MagicLabels, 3)
	cases := []struct {
		name    string
		content []byte
		labels  bool // read as labels
		cause   error
		says    []string
	}{
		{"empty", nil, false, ErrTruncated, []string{"is empty"}},
		{"no header", good[:3], false, ErrTruncated, []string{"expected 16 bytes, found 3"}},
		{"half a header", good[:11], false, ErrTruncated, []string{"expected 16 bytes, found 11"}},
		{"truncated", good[:2000], false, ErrTruncated, []string{"expected 3016 bytes, found 2000", "again"}},
		{"one byte short", good[:3015], false, ErrTruncated, []string{"expected 3016 bytes, found 3015"}},
		{"one byte long", append(bytes.Clone(good), 0), false, ErrTrailing, []string{"expected 3016 bytes, found 3017"}},
		{"megabytes long", append(bytes.Clone(good), make([]byte, 3<<20)...), false, ErrTrailing, []string{"at least 1051592"}},
		{"gzip cut in its header", packed[:5], false, ErrTruncated, []string{"inside its gzip header"}},
		{"gzip cut in the middle", packed[:1500], false, ErrTruncated, []string{"expected 3016 bytes after unpacking, found"}},
		{"gzip without its checksum", packed[:len(packed)-3], false, ErrTruncated, []string{"all 3016 bytes", "checksum, is missing"}},
		{"gzip, bit flipped", flipped, false, ErrCompressed, []string{"damaged"}},
		{"gzip, wrong checksum", badSum, false, ErrCompressed, []string{"checksum of its gzip stream"}},
		{"gzip, impossible block", badBlock, false, ErrCompressed, []string{"cannot be unpacked"}},
		{"gzip and garbage", append(bytes.Clone(packed), "some text"...), false, ErrTrailing, []string{"after the end of the gzip stream, 3016 bytes of content"}},
		{"gzip, content too long", gzipped(t, append(bytes.Clone(good), 1, 2)), false, ErrTrailing, []string{"found 3018"}},
		{"compressed twice", gzipped(t, packed), false, ErrMagic, []string{"gunzip"}},
		{"labels for images", labels, false, ErrMagic, []string{"2049, not 2051", "swapped"}},
		{"images for labels", good, true, ErrMagic, []string{"2051, not 2049", "swapped"}},
		{"floats", idxBytes(body, 0x0d03, 3, 20, 50), false, ErrMagic, []string{"another type"}},
		{"web page", []byte("<!DOCTYPE html><html>404</html>"), false, ErrMagic, []string{"web page"}},
		{"zip archive", []byte("PK\x03\x04...................."), false, ErrMagic, []string{"zip archive"}},
		{"no images", idxBytes(nil, MagicImages, 0, 28, 28), false, ErrDimension, []string{"0 images"}},
		{"no rows", idxBytes(nil, MagicImages, 1, 0, 28), false, ErrDimension, []string{"0 x 28"}},
		{"huge rows", idxBytes(body, MagicImages, 1, 1<<31, 1), false, ErrDimension, []string{"2147483648 x 1"}},
		{"product overflows", idxBytes(body, MagicImages, 1<<32-1, 4096, 4096), false, ErrDimension, []string{"more than the limit"}},
		{"claims 2 GB", idxBytes(body, MagicImages, 511, 2048, 2048), false, ErrTruncated, []string{"expected 2143289360 bytes, found 3016"}},
		{"no labels", idxBytes(nil, MagicLabels, 0), true, ErrDimension, []string{"0 labels"}},
		{"claims 4 billion labels", idxBytes(nil, MagicLabels, 1<<32-1), true, ErrDimension, []string{"4294967295 labels"}},
		{"labels truncated", labels[:9], true, ErrTruncated, []string{"expected 11 bytes, found 9"}},
		{"label of eleven", idxBytes([]byte{1, 9, 11}, MagicLabels, 3), true, ErrLabel, []string{"label 2 is 11"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var err error
			if c.labels {
				_, err = ReadLabels(bytes.NewReader(c.content), "dir/file")
			} else {
				_, err = ReadImages(bytes.NewReader(c.content), "dir/file")
			}
			wantFileError(t, err, c.cause, append(c.says, "dir/file: ")...)
		})
	}
}

// wantFileError asserts the cause of a *FileError and words of its text.
func wantFileError(t *testing.T, err, cause error, says ...string) {
	t.Helper()
	var fe *FileError
	if !errors.As(err, &fe) {
		t.Fatalf("error is %T (%v), want a *FileError", err, err)
	}
	if !errors.Is(err, cause) {
		t.Errorf("cause is %v, want %v", fe.Cause, cause)
	}
	if fe.Remedy == "" {
		t.Errorf("no remedy in %q", err)
	}
	for _, s := range says {
		if !strings.Contains(err.Error(), s) {
			t.Errorf("%q does not say %q", err, s)
		}
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("%q is more than one line", err)
	}
}

func TestReadDoesNotBelieveTheHeader(t *testing.T) {
	raw := idxBytes(nil, MagicImages, 511, 2048, 2048) // claims 2 GB, has nothing
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := ReadImages(bytes.NewReader(raw), "x")
	runtime.ReadMemStats(&after)
	if !errors.Is(err, ErrTruncated) {
		t.Errorf("error %v", err)
	}
	if got := after.TotalAlloc - before.TotalAlloc; got > 4<<20 {
		t.Errorf("%d bytes of memory for a file of 16", got)
	}
}

func TestReadPassesOnSystemErrors(t *testing.T) {
	broken := errors.New("disk on fire")
	raw := idxBytes(noise(100), MagicImages, 1, 28, 28)
	_, err := ReadImages(io.MultiReader(bytes.NewReader(raw), iotest.ErrReader(broken)), "x")
	wantFileError(t, err, broken, "disk on fire")
	_, err = ReadLabels(iotest.ErrReader(broken), "x")
	wantFileError(t, err, broken, "disk on fire")
}

func TestWriteThenRead(t *testing.T) {
	want := Images{Count: 3, Rows: 5, Cols: 7, Pixels: noise(105)}
	var b bytes.Buffer
	if err := WriteImages(&b, want); err != nil {
		t.Fatal(err)
	}
	got, err := ReadImages(&b, "x")
	if err != nil || got.Count != 3 || got.Rows != 5 || got.Cols != 7 || !bytes.Equal(got.Pixels, want.Pixels) {
		t.Errorf("got %+v, error %v", got, err)
	}
	b.Reset()
	if err := WriteLabels(&b, []byte{0, 9, 4}); err != nil {
		t.Fatal(err)
	}
	labels, err := ReadLabels(&b, "x")
	if err != nil || !bytes.Equal(labels, []byte{0, 9, 4}) {
		t.Errorf("got %v, error %v", labels, err)
	}
}

func TestWriteRefusesWhatCannotBeRead(t *testing.T) {
	for _, m := range []Images{
		{},
		{Count: -1, Rows: 2, Cols: 2},
		{Count: 1, Rows: 2, Cols: 2, Pixels: make([]byte, 3)},
		{Count: 1, Rows: 5000, Cols: 1, Pixels: make([]byte, 5000)},
	} {
		if err := WriteImages(io.Discard, m); err == nil {
			t.Errorf("images of %d x %d x %d with %d pixels were written", m.Count, m.Rows, m.Cols, len(m.Pixels))
		}
	}
	for _, l := range [][]byte{nil, {10}} {
		if err := WriteLabels(io.Discard, l); err == nil {
			t.Errorf("labels %v were written", l)
		}
	}
}

// FuzzReadImages looks for input on which the parser panics, accepts what does
// not hold together, or fails without saying why.
func FuzzReadImages(f *testing.F) {
	good := idxBytes(noise(12), MagicImages, 2, 2, 3)
	f.Add(good)
	f.Add(gzipped(f, good))
	f.Add(good[:20])
	f.Add(idxBytes(nil, MagicImages, 1<<32-1, 1<<32-1, 1<<32-1))
	f.Add(idxBytes([]byte{1}, MagicLabels, 1))
	f.Add([]byte{0x1f, 0x8b})
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := ReadImages(bytes.NewReader(raw), "x")
		if err != nil {
			var fe *FileError
			if !errors.As(err, &fe) || fe.Cause == nil {
				t.Fatalf("error without a cause: %v", err)
			}
			return
		}
		if err := m.validate(); err != nil {
			t.Fatalf("accepted: %v", err)
		}
		var again bytes.Buffer
		if err := WriteImages(&again, m); err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(raw, []byte{0x1f, 0x8b}) && !bytes.Equal(again.Bytes(), raw) {
			t.Fatal("written again, a plain file differs")
		}
	})
}
