package dataset

import (
	"bytes"
	"compress/gzip"
	"testing"
)

// No file of images or labels, gzipped or not, makes the reader panic or believe its header; what it
// accepts it writes back.
func FuzzIDX(f *testing.F) {
	var images, labels, packed bytes.Buffer
	if err := WriteImages(&images, Images{Count: 2, Rows: 2, Cols: 3, Pixels: make([]byte, 12)}); err != nil {
		f.Fatal(err)
	}
	if err := WriteLabels(&labels, []byte{1, 9, 0}); err != nil {
		f.Fatal(err)
	}
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(images.Bytes()); err != nil {
		f.Fatal(err)
	}
	if err := z.Close(); err != nil {
		f.Fatal(err)
	}
	for _, seed := range [][]byte{images.Bytes(), labels.Bytes(), packed.Bytes(), nil, {0, 0, 8, 3, 0xff, 0xff, 0xff, 0xff, 0, 0, 0x10, 0, 0, 0, 0x10, 0}, []byte("<html>")} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if m, err := ReadImages(bytes.NewReader(data), "images"); err == nil {
			if len(m.Pixels) != m.Count*m.Rows*m.Cols {
				t.Fatalf("%d pixels of %d images of %d x %d", len(m.Pixels), m.Count, m.Rows, m.Cols)
			}
			var out bytes.Buffer
			if err := WriteImages(&out, m); err != nil {
				t.Fatal(err)
			}
		}
		if l, err := ReadLabels(bytes.NewReader(data), "labels"); err == nil {
			for _, x := range l {
				if x > 9 {
					t.Fatalf("label %d", x)
				}
			}
		}
	})
}
