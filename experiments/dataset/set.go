package dataset

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// LabeledImages is one split of a set: images and the class of each.
type LabeledImages struct {
	Images
	Labels []byte // 0..9, one per image
}

// Validate says whether images and labels fit together: dimensions within the
// limits, as many pixels and labels as the dimensions ask for, labels 0 to 9.
func (l LabeledImages) Validate() error {
	if err := l.Images.validate(); err != nil {
		return err
	}
	if len(l.Labels) != l.Count {
		return fmt.Errorf("%d images but %d labels", l.Count, len(l.Labels))
	}
	if i := badLabel(l.Labels); i >= 0 {
		return fmt.Errorf("label %d is %d, not in 0..9", i, l.Labels[i])
	}
	return nil
}

// Slice is the images from..to-1 with their labels, sharing memory with l. It
// panics if the bounds are outside 0..Count, as slicing does.
func (l LabeledImages) Slice(from, to int) LabeledImages {
	n := l.Rows * l.Cols
	return LabeledImages{
		Images: Images{Count: to - from, Rows: l.Rows, Cols: l.Cols, Pixels: l.Pixels[from*n : to*n : to*n]},
		Labels: l.Labels[from:to:to],
	}
}

// ClassCounts is the number of images of each class.
func (l LabeledImages) ClassCounts() (counts [10]int) {
	for _, v := range l.Labels {
		counts[v]++
	}
	return counts
}

// Set is a data set, split for training and test.
type Set struct {
	// Name says what the images are: "MNIST" or "Fashion-MNIST" if all four
	// files have the published content, GeneratedName if they were drawn by
	// Generate, and otherwise the name of their directory.
	Name      string
	Generated bool   // drawn by Generate; results must say so
	Seed      uint64 // of Generate; 0 if not Generated
	Dir       string // where Load read it; empty if it was never in files
	// SHA256 holds the sums of the uncompressed files that Load read, by
	// standard file name. Nil if the set was never in files.
	SHA256      map[string]string
	Train, Test LabeledImages
}

// part is one of the four files of a set.
type part int

const (
	trainImages part = iota
	trainLabels
	testImages
	testLabels
	parts
)

var partNames = [parts]string{
	"train-images-idx3-ubyte", "train-labels-idx1-ubyte",
	"t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte",
}

func (p part) images() bool { return p == trainImages || p == testImages }

// spellings are the names under which a file is looked for, in this order:
// some tools unpack train-images-idx3-ubyte as train-images.idx3-ubyte.
func (p part) spellings() []string {
	name := partNames[p]
	dotted := strings.Replace(name, "-idx", ".idx", 1)
	return []string{name, name + ".gz", dotted, dotted + ".gz"}
}

// find is the path of the file in dir, or "" if it is there under no spelling.
func (p part) find(dir string) (string, error) {
	for _, name := range p.spellings() {
		path := filepath.Join(dir, name)
		switch _, err := os.Stat(path); {
		case err == nil:
			return path, nil
		case !errors.Is(err, fs.ErrNotExist):
			return path, systemError(path, err)
		}
	}
	return "", nil
}

// Load reads the four IDX files of a directory:
//
//	train-images-idx3-ubyte  train-labels-idx1-ubyte
//	t10k-images-idx3-ubyte   t10k-labels-idx1-ubyte
//
// each with or without .gz (what decides is the content, not the name), also
// spelled train-images.idx3-ubyte. If a file is there under several spellings,
// the plain one counts, then the one ending in .gz, then the dotted ones.
//
// Errors are *FileError: those of ReadImages and ReadLabels; fs.ErrNotExist
// for missing files, all of which are named; ErrMismatch if images and labels
// differ in number, or training and test images in size; ErrChecksum if the
// directory says that it holds generated digits but the files are others.
func Load(dir string) (Set, error) {
	if err := checkDir(dir); err != nil {
		return Set{}, err
	}
	set, report := examine(dir)
	if err := report.missing(); err != nil {
		return Set{}, err
	}
	for _, f := range report.Files {
		if f.Err != nil {
			return Set{}, f.Err
		}
	}
	return set, report.Err
}

func checkDir(dir string) error {
	const remedy = "give the directory that holds the four IDX files, or get them with 'glia data fetch mnist --to DIR'"
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fileErrorf(dir, fs.ErrNotExist, remedy, "there is no such directory")
	case err != nil:
		return systemError(dir, err)
	case !info.IsDir():
		return fileErrorf(dir, fs.ErrInvalid, remedy, "is a file, not a directory")
	}
	return nil
}

// Write writes the set to dir, which is made if need be, as the four IDX files,
// gzipped (train-images-idx3-ubyte.gz and so on). Each appears whole or not at
// all. For a generated set generated-digits.json is added, by which Load knows it again.
//
// IDX files that are in dir already are never overwritten, unless they are
// generated digits as Write left them: cause fs.ErrExist.
func Write(dir string, s Set) error {
	for _, q := range []struct {
		name  string
		split LabeledImages
	}{{"training", s.Train}, {"test", s.Test}} {
		if err := q.split.Validate(); err != nil {
			return fmt.Errorf("dataset: set %q cannot be written to %s: its %s split has %w", s.Name, dir, q.name, err)
		}
	}
	if s.Train.Rows != s.Test.Rows || s.Train.Cols != s.Test.Cols {
		return fmt.Errorf("dataset: set %q cannot be written to %s: training images have %dx%d pixels, test images %dx%d",
			s.Name, dir, s.Train.Rows, s.Train.Cols, s.Test.Rows, s.Test.Cols)
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return writeError(dir, err)
	}
	if err := makeRoom(dir); err != nil {
		return err
	}
	sums := map[string]string{}
	for p := range parts {
		split := s.Train
		if p >= testImages {
			split = s.Test
		}
		sum, err := writePart(filepath.Join(dir, partNames[p]+".gz"), p, split)
		if err != nil {
			return err
		}
		sums[partNames[p]] = sum
	}
	if !s.Generated {
		return nil
	}
	return writeProvenance(dir, provenance{
		Name: s.Name, Generated: true, Seed: s.Seed, Version: GeneratorVersion,
		Train: s.Train.Count, Test: s.Test.Count, SHA256: sums,
	})
}

// WriteGenerated draws digits as Generate does, writes them to dir as Write
// does, and reads them back with Load: what comes back went through files like
// any other set. If dir holds just these digits already, they are only read.
func WriteGenerated(dir string, seed uint64, train, test, workers int) (Set, error) {
	if p, err := readProvenance(dir); err == nil && p != nil &&
		p.Generated && p.Seed == seed && p.Version == GeneratorVersion && p.Train == train && p.Test == test {
		if s, err := Load(dir); err == nil {
			return s, nil
		}
	}
	s, err := Generate(seed, train, test, workers)
	if err != nil {
		return Set{}, err
	}
	if err := Write(dir, s); err != nil {
		return Set{}, err
	}
	return Load(dir)
}

// makeRoom sees to it that nothing of value is overwritten in dir. Digits left
// by an earlier Write lose their provenance first, so that an interrupted
// replacement is not taken for a whole set.
func makeRoom(dir string) error {
	there := ""
	for p := range parts {
		path, err := p.find(dir)
		if err != nil {
			return err
		}
		if path != "" {
			there = path
		}
	}
	if there != "" {
		if _, report := examine(dir); !report.Generated {
			return fileErrorf(there, fs.ErrExist, "choose another directory, or delete the IDX files in it", "is there already and would be overwritten")
		}
	}
	path := filepath.Join(dir, provenanceFile)
	if p, err := readProvenance(dir); err != nil || p != nil && !p.Generated {
		return fileErrorf(path, fs.ErrExist, "choose another directory", "is there already, is none of Write's files, and would be overwritten")
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return writeError(dir, err)
	}
	return nil
}

// writePart writes one gzipped IDX file and returns the sum of its content.
func writePart(path string, p part, l LabeledImages) (sum string, err error) {
	err = writeAtomic(path, func(w io.Writer) error {
		h := newSum()
		z := gzip.NewWriter(w)
		to := io.MultiWriter(z, h)
		if p.images() {
			err = WriteImages(to, l.Images)
		} else {
			err = WriteLabels(to, l.Labels)
		}
		if err != nil {
			return err
		}
		sum = h.hex()
		return z.Close()
	})
	return sum, err
}

// writeAtomic writes a file beside path and renames it when it is complete.
func writeAtomic(path string, fill func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".tmp*")
	if err != nil {
		return writeError(path, err)
	}
	defer os.Remove(f.Name()) // does nothing once it has been renamed
	err = fill(f)
	if err == nil {
		err = f.Chmod(0o644) // CreateTemp keeps files to their owner
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return writeError(path, err)
	}
	return nil
}

func writeError(path string, err error) error {
	return fileErrorf(path, err, "check permissions and free space, or choose another directory", "cannot be written: %v", plain(err))
}

// plain strips the path from an error of the os package: the message has it already.
func plain(err error) error {
	var pe *fs.PathError
	var le *os.LinkError
	switch {
	case errors.As(err, &pe):
		return pe.Err
	case errors.As(err, &le):
		return le.Err
	}
	return err
}
