package dataset

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Magic numbers of the two kinds of IDX file used here: two zero bytes, 8 for
// unsigned bytes, and the number of dimensions.
const (
	MagicImages = 0x0803 // 2051: count, rows, columns
	MagicLabels = 0x0801 // 2049: count
)

// Limits on what a header may claim. They are far above any set of this
// format, and keep a damaged header from asking for absurd amounts of memory.
const (
	MaxSide  = 4096      // rows and columns, pixels
	MaxBytes = 1<<31 - 1 // pixels of one file
)

// Images is a stack of grey images of one size.
type Images struct {
	Count, Rows, Cols int
	Pixels            []byte // image by image, row by row; 0 background, 255 full ink
}

// At is image i, Rows*Cols bytes, sharing memory with Pixels. It panics if i is
// outside 0..Count-1, as an index does.
func (m Images) At(i int) []byte {
	n := m.Rows * m.Cols
	return m.Pixels[i*n : (i+1)*n : (i+1)*n]
}

// validate says whether the fields agree with each other and with the limits.
func (m Images) validate() error {
	if err := checkShape(uint64(max(m.Count, 0)), uint64(max(m.Rows, 0)), uint64(max(m.Cols, 0))); err != nil {
		return err
	}
	if want := m.Count * m.Rows * m.Cols; len(m.Pixels) != want {
		return fmt.Errorf("%d images of %dx%d need %d pixels, Pixels has %d", m.Count, m.Rows, m.Cols, want, len(m.Pixels))
	}
	return nil
}

func checkShape(count, rows, cols uint64) error {
	switch {
	case count == 0:
		return errors.New("0 images")
	case rows == 0 || cols == 0 || rows > MaxSide || cols > MaxSide:
		return fmt.Errorf("images of %d x %d pixels (sides from 1 to %d are possible)", rows, cols, MaxSide)
	case count > MaxBytes/(rows*cols):
		return fmt.Errorf("%d images of %d x %d pixels, more than the limit of %d bytes", count, rows, cols, MaxBytes)
	}
	return nil
}

// ReadImages reads an IDX file of images, gzipped or not, up to its end; name
// stands for it in errors. Memory grows with the bytes that really come, not
// with what the header claims. Errors: *FileError with cause ErrMagic,
// ErrDimension, ErrTruncated, ErrTrailing, ErrCompressed, or r's own error.
func ReadImages(r io.Reader, name string) (Images, error) {
	src, err := newSource(r, name)
	if err != nil {
		return Images{}, err
	}
	return src.images()
}

// ReadLabels reads an IDX file of labels, gzipped or not, up to its end; name
// stands for it in errors. Errors are those of ReadImages, and ErrLabel for a
// label above 9.
func ReadLabels(r io.Reader, name string) ([]byte, error) {
	src, err := newSource(r, name)
	if err != nil {
		return nil, err
	}
	return src.labels()
}

// WriteImages writes the images as an uncompressed IDX file.
func WriteImages(w io.Writer, m Images) error {
	if err := m.validate(); err != nil {
		return fmt.Errorf("dataset: images cannot be written: %w", err)
	}
	return writeIDX(w, m.Pixels, MagicImages, m.Count, m.Rows, m.Cols)
}

// WriteLabels writes the labels, each 0 to 9, as an uncompressed IDX file.
func WriteLabels(w io.Writer, labels []byte) error {
	if len(labels) == 0 || len(labels) > MaxBytes {
		return fmt.Errorf("dataset: labels cannot be written: there are %d of them (1 to %d are possible)", len(labels), MaxBytes)
	}
	if i := badLabel(labels); i >= 0 {
		return fmt.Errorf("dataset: labels cannot be written: label %d is %d, not in 0..9", i, labels[i])
	}
	return writeIDX(w, labels, MagicLabels, len(labels))
}

func writeIDX(w io.Writer, body []byte, header ...int) error {
	var head []byte
	for _, v := range header {
		head = binary.BigEndian.AppendUint32(head, uint32(v))
	}
	if _, err := w.Write(head); err != nil {
		return err
	}
	_, err := w.Write(body)
	return err
}

// badLabel is the index of the first label above 9, or -1.
func badLabel(labels []byte) int {
	for i, v := range labels {
		if v > 9 {
			return i
		}
	}
	return -1
}

// source is the content of a file, unpacked if it was gzipped.
type source struct {
	name       string
	r          io.Reader
	compressed bool
	first      []byte // the first bytes as they lie in the file, to tell what it is
	n          int64  // bytes of content read so far
}

// newSource looks at the first bytes to tell gzip from plain content. An IDX
// file begins with two zero bytes, so that the two cannot be confused.
func newSource(r io.Reader, name string) (*source, error) {
	br := bufio.NewReaderSize(r, 1<<16)
	first, err := br.Peek(16)
	if err != nil && err != io.EOF {
		return nil, systemError(name, err)
	}
	s := &source{name: name, r: br, first: bytes.Clone(first)}
	if bytes.HasPrefix(first, []byte{0x1f, 0x8b}) {
		s.compressed = true
		z, err := gzip.NewReader(br)
		if err != nil {
			return nil, s.readError(err, -1)
		}
		z.Multistream(false)
		s.r = &gunzip{z, br}
	}
	return s, nil
}

// gunzip unpacks gzip streams that follow one another in a file, as the format
// allows. Unlike gzip.Reader it tells garbage after a stream from a damaged one.
type gunzip struct {
	z    *gzip.Reader
	file *bufio.Reader
}

var errAfterGzip = errors.New("other bytes after the end of the gzip stream")

func (g *gunzip) Read(p []byte) (int, error) {
	n, err := g.z.Read(p)
	if err != io.EOF {
		return n, err
	}
	next, peekErr := g.file.Peek(2)
	switch {
	case len(next) == 0 && peekErr == io.EOF:
		return n, io.EOF
	case len(next) == 0:
		return n, peekErr
	case !bytes.Equal(next, []byte{0x1f, 0x8b}):
		return n, errAfterGzip
	}
	if err := g.z.Reset(g.file); err != nil {
		return n, err
	}
	g.z.Multistream(false)
	return n, nil
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.n += int64(n)
	return n, err
}

// header reads the magic number and n dimensions.
func (s *source) header(magic uint32, kind string, n int) ([]uint64, error) {
	raw := make([]byte, 4+4*n)
	got, err := io.ReadFull(s, raw)
	if got >= 4 {
		if found := binary.BigEndian.Uint32(raw); found != magic {
			return nil, fileErrorf(s.name, ErrMagic, s.guess(found),
				"is no IDX file of %s: it begins with the magic number %d, not %d", kind, found, magic)
		}
	}
	if err != nil {
		return nil, s.readError(err, int64(len(raw)))
	}
	dims := make([]uint64, n)
	for i := range dims {
		dims[i] = uint64(binary.BigEndian.Uint32(raw[4+4*i:]))
	}
	return dims, nil
}

// guess is a remedy for a file that is something else, by how it begins.
func (s *source) guess(found uint32) string {
	first := bytes.ToLower(bytes.TrimSpace(s.first))
	switch {
	case found == MagicLabels:
		return "it is a file of labels: check that the file names were not swapped"
	case found == MagicImages:
		return "it is a file of images: check that the file names were not swapped"
	case bytes.HasPrefix(first, []byte("<!")), bytes.HasPrefix(first, []byte("<html")), bytes.HasPrefix(first, []byte("<?xml")):
		return "it is a web page, perhaps a mirror's error message: " + remedyAgain
	case bytes.HasPrefix(s.first, []byte("PK\x03\x04")):
		return "it is a zip archive: unpack it and use the IDX files inside"
	case s.compressed && found&^0xff == 0x1f8b0800:
		return "it was compressed twice: unpack it once with gunzip"
	case found>>16 == 0:
		return "it is an IDX file of another type or number of dimensions: images of unsigned bytes (2051) and labels (2049) are needed"
	}
	return remedyAgain
}

func (s *source) images() (Images, error) {
	dims, err := s.header(MagicImages, "images", 3)
	if err != nil {
		return Images{}, err
	}
	if err := checkShape(dims[0], dims[1], dims[2]); err != nil {
		return Images{}, fileErrorf(s.name, ErrDimension, remedyAgain, "its header says %v", err)
	}
	m := Images{Count: int(dims[0]), Rows: int(dims[1]), Cols: int(dims[2])}
	m.Pixels, err = s.body(m.Count * m.Rows * m.Cols)
	if err != nil {
		return Images{}, err
	}
	return m, nil
}

func (s *source) labels() ([]byte, error) {
	dims, err := s.header(MagicLabels, "labels", 1)
	if err != nil {
		return nil, err
	}
	if dims[0] == 0 || dims[0] > MaxBytes {
		return nil, fileErrorf(s.name, ErrDimension, remedyAgain, "its header says %d labels (1 to %d are possible)", dims[0], MaxBytes)
	}
	labels, err := s.body(int(dims[0]))
	if err != nil {
		return nil, err
	}
	if i := badLabel(labels); i >= 0 {
		return nil, fileErrorf(s.name, ErrLabel, "use a set of ten classes, numbered 0 to 9", "label %d is %d, not in 0..9", i, labels[i])
	}
	return labels, nil
}

// body reads the want bytes after the header and makes sure that the file ends
// there. It begins with little memory and doubles it as the bytes come.
func (s *source) body(want int) ([]byte, error) {
	total := s.n + int64(want)
	buf := make([]byte, 0, min(want, 1<<20))
	for len(buf) < want {
		if len(buf) == cap(buf) {
			grown := make([]byte, len(buf), min(want, 2*cap(buf)))
			copy(grown, buf)
			buf = grown
		}
		n, err := io.ReadFull(s, buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if err != nil {
			return nil, s.readError(err, total)
		}
	}
	// Reading on to the end also makes gzip check its own sum.
	const enough = 1 << 20
	extra, err := io.Copy(io.Discard, io.LimitReader(s, enough))
	switch {
	case extra == enough:
		return nil, fileErrorf(s.name, ErrTrailing, remedyAgain, "goes on after its end: expected %d bytes, found at least %d", total, s.n)
	case extra > 0:
		return nil, fileErrorf(s.name, ErrTrailing, remedyAgain, "goes on after its end: expected %d bytes, found %d", total, s.n)
	case err != nil:
		return nil, s.readError(err, total)
	}
	return buf, nil
}

// readError explains an error of reading; total is the number of bytes of
// content expected, -1 if not known yet.
func (s *source) readError(err error, total int64) error {
	var damage flate.CorruptInputError
	switch {
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		switch {
		case len(s.first) == 0:
			return fileErrorf(s.name, ErrTruncated, remedyAgain, "is empty")
		case total < 0:
			return fileErrorf(s.name, ErrTruncated, remedyAgain, "is truncated: it ends inside its gzip header")
		case s.compressed && s.n == total:
			return fileErrorf(s.name, ErrTruncated, remedyAgain, "is truncated: all %d bytes could be unpacked, but the end of the gzip stream, with its checksum, is missing", total)
		case s.compressed:
			return fileErrorf(s.name, ErrTruncated, remedyAgain, "is truncated: expected %d bytes after unpacking, found %d", total, s.n)
		}
		return fileErrorf(s.name, ErrTruncated, remedyAgain, "is truncated: expected %d bytes, found %d", total, s.n)
	case errors.Is(err, errAfterGzip):
		return fileErrorf(s.name, ErrTrailing, remedyAgain, "has %v, %d bytes of content", err, s.n)
	case errors.Is(err, gzip.ErrChecksum):
		return fileErrorf(s.name, ErrCompressed, remedyAgain, "is damaged: the checksum of its gzip stream is wrong")
	case errors.Is(err, gzip.ErrHeader), errors.As(err, &damage):
		return fileErrorf(s.name, ErrCompressed, remedyAgain, "is damaged: its gzip stream cannot be unpacked (%v)", err)
	}
	return systemError(s.name, err)
}

// systemError explains an error of the operating system.
func systemError(name string, err error) error {
	return fileErrorf(name, err, "check that it is a readable file", "cannot be read: %v", plain(err))
}
