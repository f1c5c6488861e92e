package dataset

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// The limits of text files of numbers.
const (
	maxLines   = 10_000_000
	maxColumns = 1000
	maxLine    = 1 << 16 // bytes
)

// LoadSeries reads a series from a text file: one number a line; empty lines are left out. A file that ends in .gz is
// unpacked.
func LoadSeries(path string) ([]float64, error) {
	var series []float64
	err := readNumbers(path, func(line int, row []float64) error {
		if len(row) > 1 {
			return fmt.Errorf("line %d has %d numbers: want one", line, len(row))
		}
		if len(row) == 1 {
			series = append(series, row[0])
		}
		return nil
	})
	if err == nil && len(series) == 0 {
		err = fileErrorf(path, ErrTruncated, remedyAgain, "holds no numbers")
	}
	return series, err
}

// readNumbers hands over the numbers of each line, none for an empty one.
func readNumbers(path string, take func(line int, row []float64) error) error {
	file, err := os.Open(path)
	if err != nil {
		return fileErrorf(path, err, "check the name of the folder", "%v", err)
	}
	defer file.Close()
	var r io.Reader = file
	if strings.HasSuffix(path, ".gz") {
		if r, err = gzip.NewReader(file); err != nil {
			return fileErrorf(path, ErrCompressed, remedyAgain, "%v", err)
		}
	}
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 4096), maxLine)
	for n := 1; lines.Scan() && lines.Err() == nil; n++ { // with an error, the last line is a piece of one
		if n > maxLines {
			return fileErrorf(path, ErrDimension, "cut it", "more than %d lines", maxLines)
		}
		fields := strings.Fields(lines.Text())
		if len(fields) > maxColumns {
			return fileErrorf(path, ErrDimension, remedyAgain, "line %d has %d numbers, more than %d", n, len(fields), maxColumns)
		}
		row := make([]float64, len(fields))
		for k, f := range fields {
			if row[k], err = strconv.ParseFloat(f, 64); err != nil || math.IsNaN(row[k]) || math.IsInf(row[k], 0) {
				return fileErrorf(path, ErrMismatch, remedyAgain, "line %d: %q is not a finite number", n, f)
			}
		}
		if err := take(n, row); err != nil {
			return fileErrorf(path, ErrMismatch, remedyAgain, "%v", err)
		}
	}
	if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
		return fileErrorf(path, ErrDimension, remedyAgain, "a line is longer than %d bytes: want few numbers a line", maxLine)
	} else if err != nil {
		cause := err
		if strings.HasSuffix(path, ".gz") {
			cause = ErrCompressed
		}
		return fileErrorf(path, cause, remedyAgain, "%v", err)
	}
	return nil
}

// Vowel is an utterance of /ae/ by one of nine speakers: cepstral coefficients, 12 to a frame of 6.4 ms.
type Vowel struct {
	Speaker int // 0..8
	Frames  [][]float64
}

const (
	vowelSpeakers = 9
	vowelWidth    = 12
	remedyVowels  = "want the files ae.train, ae.test, size_ae.train and size_ae.test of the UCI data set Japanese Vowels, the first two gzipped or not"
)

// LoadVowels reads the training and the test part of the UCI data set Japanese Vowels (Kudo, Toyama & Shimbo 1999,
// doi 10.1016/S0167-8655(99)00077-X) from a directory: ae.train and ae.test, gzipped or not, a frame a line and a line of ones
// after each utterance, and size_ae.train and size_ae.test, the numbers of utterances of the speakers, one after
// the other.
func LoadVowels(dir string) (train, test []Vowel, err error) {
	if train, err = loadVowels(dir, "train"); err != nil {
		return nil, nil, err
	}
	test, err = loadVowels(dir, "test")
	return train, test, err
}

func loadVowels(dir, part string) ([]Vowel, error) {
	path := filepath.Join(dir, "ae."+part)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		path += ".gz"
	}
	if _, err := os.Stat(path); err != nil {
		return nil, fileErrorf(path, err, remedyVowels, "%v", err)
	}
	var all []Vowel
	var open [][]float64
	if err := readNumbers(path, func(line int, row []float64) error {
		switch {
		case len(row) == 0:
			return nil
		case len(row) != vowelWidth:
			return fmt.Errorf("line %d has %d numbers: want %d", line, len(row), vowelWidth)
		}
		for _, v := range row {
			if v != 1 {
				open = append(open, row)
				return nil
			}
		}
		if len(open) == 0 {
			return fmt.Errorf("line %d ends an utterance without frames", line)
		}
		all, open = append(all, Vowel{Frames: open}), nil
		return nil
	}); err != nil {
		return nil, err
	}
	if open != nil {
		return nil, fileErrorf(path, ErrTruncated, remedyAgain, "the last utterance does not end with a line of ones")
	}
	sizes := filepath.Join(dir, "size_ae."+part)
	next, speaker := 0, 0
	if err := readNumbers(sizes, func(line int, row []float64) error {
		for _, n := range row {
			if n < 0 || n != math.Trunc(n) || speaker >= vowelSpeakers || next+int(n) > len(all) {
				return fmt.Errorf("line %d: speaker %d with %g utterances, after %d of %d: want %d whole numbers that add up", line, speaker+1, n, next, len(all), vowelSpeakers)
			}
			for range int(n) {
				all[next].Speaker = speaker
				next++
			}
			speaker++
		}
		return nil
	}); err != nil {
		return nil, err
	}
	if speaker != vowelSpeakers || next != len(all) {
		return nil, fileErrorf(sizes, ErrMismatch, remedyVowels, "%d speakers with %d utterances, but %s has %d by %d", speaker, next, filepath.Base(path), len(all), vowelSpeakers)
	}
	return all, nil
}
