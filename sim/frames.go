package sim

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
)

// A checkpoint is a header and frames:
//
//	header  8 bytes that name the format, 4 bytes version
//	frame   4 bytes length of the content (1 to maxFrame), 4 bytes checksum, the content
//	end     a frame of length 0 whose checksum is followed by nothing
//
// All numbers are little-endian. The checksum is the CRC-32C of the content of all frames up to and
// including this one, so that a frame that is damaged, missing, repeated or out of order is found before
// anything of it is used.
const (
	maxFrame          = 1 << 16
	checkpointVersion = 1
)

var (
	checkpointMagic = [8]byte{'g', 'l', 'i', 'a', 0x1a, 'n', 'e', 't'}
	castagnoli      = crc32.MakeTable(crc32.Castagnoli)
	errTruncated    = errors.New("it ends too early")
	errCorrupt      = errors.New("it is damaged: a checksum is wrong")
)

// stream carries bytes to or from the frames of a checkpoint. The first error sticks and all that
// follows does nothing.
type stream struct {
	loading bool
	err     error

	w   io.Writer
	r   io.Reader
	buf []byte // writing: content of the frame to come, after 8 bytes for its head; reading: the rest of the frame
	all []byte // reading: room for a frame
	crc uint32
	end bool // reading: the last frame was seen

	plain *bytes.Buffer // in the place of frames
}

func newWriter(w io.Writer) *stream {
	s := &stream{w: w, buf: make([]byte, 8, 8+maxFrame)}
	head := binary.LittleEndian.AppendUint32(checkpointMagic[:], checkpointVersion)
	_, s.err = w.Write(head)
	return s
}

func newReader(r io.Reader) *stream {
	s := &stream{loading: true, r: r, all: make([]byte, maxFrame)}
	var head [12]byte
	n, err := io.ReadFull(r, head[:])
	switch {
	case err != nil && n < len(checkpointMagic) && !isEnd(err):
		s.err = err
	case n < len(checkpointMagic) || [8]byte(head[:8]) != checkpointMagic:
		s.err = errors.New("it is no checkpoint of a glia network")
	case err != nil:
		s.err = atEnd(err)
	default:
		if v := binary.LittleEndian.Uint32(head[8:]); v != checkpointVersion {
			s.err = fmt.Errorf("it has format version %d and this program reads version %d: use the program that wrote it", v, checkpointVersion)
		}
	}
	return s
}

func isEnd(err error) bool { return err == io.EOF || err == io.ErrUnexpectedEOF }

func atEnd(err error) error {
	if isEnd(err) {
		return errTruncated
	}
	return err
}

// move carries the bytes of b to or from the checkpoint.
func (s *stream) move(b []byte) {
	if s.plain != nil {
		if s.loading {
			_, _ = s.plain.Read(b) // it holds what was written a moment ago
		} else {
			s.plain.Write(b)
		}
		return
	}
	for len(b) > 0 && s.err == nil {
		var n int
		if s.loading {
			if len(s.buf) == 0 {
				s.next()
				continue
			}
			n = copy(b, s.buf)
			s.buf = s.buf[n:]
		} else {
			n = min(len(b), cap(s.buf)-len(s.buf))
			s.buf = append(s.buf, b[:n]...)
			if len(s.buf) == cap(s.buf) {
				s.flush()
			}
		}
		b = b[n:]
	}
}

// flush writes a frame.
func (s *stream) flush() {
	if s.err != nil {
		return
	}
	s.crc = crc32.Update(s.crc, castagnoli, s.buf[8:])
	binary.LittleEndian.PutUint32(s.buf, uint32(len(s.buf)-8))
	binary.LittleEndian.PutUint32(s.buf[4:], s.crc)
	_, s.err = s.w.Write(s.buf)
	s.buf = s.buf[:8]
}

// next reads a frame; one that holds nothing is the end.
func (s *stream) next() {
	if s.end {
		s.err = errTruncated
		return
	}
	var head [8]byte
	if _, err := io.ReadFull(s.r, head[:]); err != nil {
		s.err = atEnd(err)
		return
	}
	n, crc := binary.LittleEndian.Uint32(head[:]), binary.LittleEndian.Uint32(head[4:])
	if n > maxFrame {
		s.err = errCorrupt
		return
	}
	content := s.all[:n]
	if _, err := io.ReadFull(s.r, content); err != nil {
		s.err = atEnd(err)
		return
	}
	s.crc = crc32.Update(s.crc, castagnoli, content)
	if s.crc != crc {
		s.err = errCorrupt
		return
	}
	s.buf, s.end = content, n == 0
	if s.end && s.err == nil {
		s.err = errTruncated // asked for more than there is; close looks at end first
	}
}

// close writes the end, or makes sure that it is there.
func (s *stream) close() error {
	if s.err != nil {
		return s.err
	}
	if !s.loading {
		if len(s.buf) > 8 {
			s.flush()
		}
		s.flush()
		return s.err
	}
	if len(s.buf) > 0 {
		return errors.New("it holds more than this network has")
	}
	if s.next(); s.end {
		return nil
	}
	if s.err == nil {
		s.err = errors.New("it holds more than this network has")
	}
	return s.err
}

// verify reads all frames to the end without using them.
func verify(r io.Reader) error {
	s := newReader(r)
	for s.err == nil {
		s.next()
	}
	if s.end {
		return nil
	}
	return s.err
}

func (s *stream) uint32(x *uint32) {
	var b [4]byte
	binary.LittleEndian.PutUint32(b[:], *x)
	if s.move(b[:]); s.loading && s.err == nil {
		*x = binary.LittleEndian.Uint32(b[:])
	}
}

func (s *stream) uint64(x *uint64) {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], *x)
	if s.move(b[:]); s.loading && s.err == nil {
		*x = binary.LittleEndian.Uint64(b[:])
	}
}

func (s *stream) float(x *float64) {
	u := math.Float64bits(*x)
	s.uint64(&u)
	*x = math.Float64frombits(u)
}

func (s *stream) int64(x *int64) {
	u := uint64(*x)
	s.uint64(&u)
	*x = int64(u)
}

// count carries a number of things. When loading, more than most is an error.
func (s *stream) count(n *int, most int, what string) {
	u := uint64(*n)
	s.uint64(&u)
	if s.loading && s.err == nil {
		if u > uint64(most) {
			s.fail("%d %s: want at most %d", u, what, most)
			u = 0
		}
		*n = int(u)
	}
	if s.err != nil && s.loading {
		*n = 0
	}
}

// same carries a number that the network knows already.
func (s *stream) same(n int, what string) {
	u := uint64(n)
	if s.uint64(&u); s.err == nil && u != uint64(n) {
		s.fail("it has %d %s, this network %d", u, what, n)
	}
}

// text carries a line of at most maxFrame bytes.
func (s *stream) text(x *string) {
	n := len(*x)
	s.count(&n, maxFrame, "bytes of text")
	b := []byte(*x)
	if s.loading {
		b = make([]byte, n)
	}
	if s.move(b); s.loading {
		*x = string(b)
	}
}

func (s *stream) fail(format string, args ...any) {
	if s.err == nil {
		s.err = fmt.Errorf(format, args...)
	}
}
