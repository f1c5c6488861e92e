package dataset

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Utterance is a recording of a spoken digit.
type Utterance struct {
	Digit   int    // 0..9
	Speaker string // name in the file
	Index   int    // number of the take
	Rate    int    // samples per second
	Samples []int16
}

// The limits of a set of recordings.
const (
	maxUtterances = 100_000
	maxWAV        = 1 << 22 // bytes of a file: two minutes at 16 kHz
)

const remedySpeech = "want the recordings of the Free Spoken Digit Dataset, named digit_speaker_index.wav, in the folder or its subfolder recordings, or packed in a .tar.gz"

// LoadSpokenDigits reads the recordings of a directory, of its subdirectory recordings, or else of the first .tar.gz
// in it: mono WAV files of 16-bit samples, named digit_speaker_index.wav as in the Free Spoken Digit Dataset. They
// are returned in the order of digit, speaker and index.
func LoadSpokenDigits(dir string) ([]Utterance, error) {
	var all []Utterance
	add := func(file, name string, open func() (io.ReadCloser, error)) error {
		if path.Ext(name) != ".wav" {
			return nil
		}
		if len(all) == maxUtterances {
			return fileErrorf(file, ErrDimension, "keep fewer", "more than %d recordings", maxUtterances)
		}
		u, err := named(path.Base(name))
		if err != nil {
			return fileErrorf(file, ErrLabel, remedySpeech, "%v", err)
		}
		r, err := open()
		if err != nil {
			return fileErrorf(file, err, remedyAgain, "%v", err)
		}
		data, err := io.ReadAll(io.LimitReader(r, maxWAV+1))
		if err := errors.Join(err, r.Close()); err != nil {
			return fileErrorf(file, err, remedyAgain, "%v", err)
		}
		if u.Rate, u.Samples, err = ParseWAV(data); err != nil {
			return fileErrorf(file, errors.Unwrap(err), remedyAgain, "%v", err)
		}
		all = append(all, u)
		return nil
	}
	err := findSpeech(dir, add)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, fileErrorf(dir, fs.ErrNotExist, remedySpeech, "no recordings")
	}
	slices.SortFunc(all, func(a, b Utterance) int {
		if a.Digit != b.Digit {
			return a.Digit - b.Digit
		}
		if c := strings.Compare(a.Speaker, b.Speaker); c != 0 {
			return c
		}
		return a.Index - b.Index
	})
	return all, nil
}

// findSpeech hands over all files of a directory, of its recordings, or of an archive in it.
func findSpeech(dir string, add func(file, name string, open func() (io.ReadCloser, error)) error) error {
	for _, d := range []string{dir, filepath.Join(dir, "recordings")} {
		files, err := filepath.Glob(filepath.Join(d, "*.wav"))
		if err != nil {
			return fileErrorf(d, err, "choose a folder without * ? [ in its name", "%v", err)
		}
		for _, f := range files {
			if err := add(f, f, func() (io.ReadCloser, error) { return os.Open(f) }); err != nil {
				return err
			}
		}
		if len(files) > 0 {
			return nil
		}
	}
	archives, err := filepath.Glob(filepath.Join(dir, "*.tar.gz"))
	if err != nil || len(archives) == 0 {
		if _, err := os.Stat(dir); err != nil {
			return fileErrorf(dir, err, remedySpeech, "%v", err)
		}
		return nil
	}
	file, err := os.Open(archives[0])
	if err != nil {
		return fileErrorf(archives[0], err, remedyAgain, "%v", err)
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		return fileErrorf(archives[0], ErrCompressed, remedyAgain, "%v", err)
	}
	for r := tar.NewReader(unzipped); ; {
		h, err := r.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fileErrorf(archives[0], ErrCompressed, remedyAgain, "%v", err)
		}
		if err := add(archives[0]+":"+h.Name, h.Name, func() (io.ReadCloser, error) { return io.NopCloser(r), nil }); err != nil {
			return err
		}
	}
}

// named reads digit, speaker and index from a file name.
func named(base string) (Utterance, error) {
	parts := strings.Split(strings.TrimSuffix(base, ".wav"), "_")
	if len(parts) == 3 && parts[1] != "" {
		digit, err1 := strconv.Atoi(parts[0])
		index, err2 := strconv.Atoi(parts[2])
		if err1 == nil && err2 == nil && digit >= 0 && digit <= 9 && index >= 0 {
			return Utterance{Digit: digit, Speaker: parts[1], Index: index}, nil
		}
	}
	return Utterance{}, fmt.Errorf("the name %q does not say digit, speaker and index", base)
}

// ParseWAV reads a WAV file of 16-bit mono samples and returns its rate in samples per second and the samples. Other
// chunks than format and data are left out.
func ParseWAV(data []byte) (rate int, samples []int16, err error) {
	fail := func(cause error, format string, args ...any) (int, []int16, error) {
		return 0, nil, fmt.Errorf("%w: %s", cause, fmt.Sprintf(format, args...))
	}
	if len(data) > maxWAV {
		return fail(ErrDimension, "more than %d bytes", maxWAV)
	}
	if len(data) < 12 || string(data[:4]) != "RIFF" || string(data[8:12]) != "WAVE" {
		return fail(ErrMagic, "does not begin as a WAV file does")
	}
	for rest := data[12:]; len(rest) >= 8; {
		kind, size := string(rest[:4]), int(binary.LittleEndian.Uint32(rest[4:]))
		rest = rest[8:]
		if size > len(rest) {
			return fail(ErrTruncated, "its part %q of %d bytes ends after %d", kind, size, len(rest))
		}
		body := rest[:size]
		switch kind {
		case "fmt ":
			if size < 16 {
				return fail(ErrTruncated, "its format has %d bytes, not 16", size)
			}
			format, channels, bits := binary.LittleEndian.Uint16(body), binary.LittleEndian.Uint16(body[2:]), binary.LittleEndian.Uint16(body[14:])
			if format != 1 || channels != 1 || bits != 16 {
				return fail(ErrDimension, "format %d, %d channels, %d bits: want uncompressed (1), one channel, 16 bits", format, channels, bits)
			}
			if rate = int(binary.LittleEndian.Uint32(body[4:])); rate < 1000 || rate > 192_000 {
				return fail(ErrDimension, "%d samples per second: want 1000 to 192000", rate)
			}
		case "data":
			if rate == 0 {
				return fail(ErrMagic, "its samples come before their format")
			}
			if size < 2 {
				return fail(ErrTruncated, "it holds no samples")
			}
			samples = make([]int16, size/2)
			err := binary.Read(bytes.NewReader(body[:2*len(samples)]), binary.LittleEndian, samples)
			return rate, samples, err
		}
		rest = rest[min(size+size%2, len(rest)):]
	}
	return fail(ErrTruncated, "it holds no samples")
}
