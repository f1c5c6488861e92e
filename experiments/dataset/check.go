package dataset

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// FileStatus is what Check found out about one of the four files of a set.
type FileStatus struct {
	Name       string `json:"name"`                 // standard name, without .gz
	Path       string `json:"path,omitempty"`       // where it is; empty if it is missing
	Present    bool   `json:"present"`              //
	Compressed bool   `json:"compressed,omitempty"` // gzipped
	Count      int    `json:"count,omitempty"`      // images or labels
	Rows       int    `json:"rows,omitempty"`       // pixels; 0 for labels
	Cols       int    `json:"cols,omitempty"`       // pixels; 0 for labels
	Bytes      int64  `json:"bytes,omitempty"`      // uncompressed
	SHA256     string `json:"sha256,omitempty"`     // of the uncompressed content; empty if it could not be read
	Known      string `json:"known,omitempty"`      // Info.Name of the published set that has this very file; empty if none
	Partial    int64  `json:"partial,omitempty"`    // bytes of an unfinished download beside it
	Problem    string `json:"problem,omitempty"`    // text of Err
	Err        error  `json:"-"`                    // why it cannot be used; nil if it is valid or missing
}

// Valid says that the file is there and well formed.
func (f FileStatus) Valid() bool { return f.Present && f.Err == nil }

// Report is the state of a directory that should hold a set.
type Report struct {
	Dir       string       `json:"dir"`
	Files     []FileStatus `json:"files"`             // always four, in the order of Load's documentation
	Name      string       `json:"name,omitempty"`    // as Set.Name; empty if the set is not complete
	Known     string       `json:"known,omitempty"`   // Info.Name if all four files are those of one published set
	Generated bool         `json:"generated"`         // all four are generated digits, as Write left them
	Problem   string       `json:"problem,omitempty"` // text of Err
	Err       error        `json:"-"`                 // why valid files do not make a set; nil if they do or some are not valid
}

// OK says that Load would succeed.
func (r Report) OK() bool {
	for _, f := range r.Files {
		if !f.Valid() {
			return false
		}
	}
	return r.Err == nil
}

// Check examines the four IDX files of a directory: which are there, whether
// they are valid and belong together, and whether their content is that of a
// published set (see Known). It reads them whole: a fraction of a second for
// MNIST. The error is for a directory that cannot be read; faults of files
// stand in the report.
func Check(dir string) (Report, error) {
	if err := checkDir(dir); err != nil {
		return Report{}, err
	}
	_, report := examine(dir)
	return report, nil
}

// missing names all the files that are not there.
func (r Report) missing() error {
	var names []string
	for _, f := range r.Files {
		if !f.Present {
			names = append(names, f.Name+"[.gz]")
		}
	}
	if len(names) == 0 {
		return nil
	}
	remedy := "get them with 'glia data fetch mnist --to DIR' or fashion-mnist"
	if below := setBelow(r.Dir); below != "" {
		remedy = "the IDX files seem to be in " + below + ": give that directory"
	}
	if len(names) == len(r.Files) {
		return fileErrorf(r.Dir, fs.ErrNotExist, remedy, "has none of the four IDX files %s", strings.Join(names, ", "))
	}
	return fileErrorf(r.Dir, fs.ErrNotExist, remedy, "has not all of the four IDX files, missing: %s", strings.Join(names, ", "))
}

// setBelow is a directory one or two levels down that has training images: the
// files are often left in raw/ or MNIST/raw/ by other tools.
func setBelow(dir string) string {
	for _, pattern := range []string{"*", "*/*"} {
		found, _ := filepath.Glob(filepath.Join(dir, pattern, "train-images?idx3-ubyte*"))
		if len(found) > 0 {
			return filepath.Dir(found[0])
		}
	}
	return ""
}

// examine reads whatever is there of a set. The set is to be used only if the
// report is OK.
func examine(dir string) (Set, Report) {
	r := Report{Dir: dir}
	s := Set{Dir: dir, SHA256: map[string]string{}}
	for p := range parts {
		split := &s.Train
		if p >= testImages {
			split = &s.Test
		}
		f := examinePart(dir, p, split)
		if f.SHA256 != "" {
			s.SHA256[f.Name] = f.SHA256
			f.Known = knownBySum(p, f.SHA256)
		}
		if f.Err != nil {
			f.Problem = f.Err.Error()
		}
		r.Files = append(r.Files, f)
	}
	if !r.OK() {
		return s, r
	}
	r.Err = matching(r.Files)
	if r.Err == nil {
		r.Err = r.identify(&s)
	}
	if r.Err != nil {
		r.Problem = r.Err.Error()
	}
	return s, r
}

// examinePart finds and reads one file, into split if it is valid.
func examinePart(dir string, p part, split *LabeledImages) FileStatus {
	f := FileStatus{Name: partNames[p]}
	if info, err := os.Stat(partialPath(dir, p)); err == nil {
		f.Partial = info.Size()
	}
	if f.Path, f.Err = p.find(dir); f.Err != nil || f.Path == "" {
		f.Present = f.Path != ""
		return f
	}
	f.Present = true
	file, err := os.Open(f.Path)
	if err != nil {
		f.Err = systemError(f.Path, err)
		return f
	}
	defer file.Close()
	src, err := newSource(file, f.Path)
	if err != nil {
		f.Err = err
		return f
	}
	f.Compressed = src.compressed
	sum := newSum()
	src.r = io.TeeReader(src.r, sum)
	if p.images() {
		split.Images, f.Err = src.images()
		f.Count, f.Rows, f.Cols = split.Count, split.Rows, split.Cols
	} else {
		split.Labels, f.Err = src.labels()
		f.Count = len(split.Labels)
	}
	if f.Err == nil {
		f.Bytes, f.SHA256 = src.n, sum.hex()
	}
	return f
}

// matching says whether four valid files fit together.
func matching(f []FileStatus) error {
	const remedy = "take all four files from one and the same set"
	for _, p := range []part{trainImages, testImages} {
		if images, labels := f[p], f[p+1]; images.Count != labels.Count {
			return fileErrorf(labels.Path, ErrMismatch, remedy, "has %d labels, but %s has %d images", labels.Count, images.Path, images.Count)
		}
	}
	if a, b := f[trainImages], f[testImages]; a.Rows != b.Rows || a.Cols != b.Cols {
		return fileErrorf(b.Path, ErrMismatch, remedy, "has images of %dx%d pixels, but %s of %dx%d", b.Rows, b.Cols, a.Path, a.Rows, a.Cols)
	}
	return nil
}

// identify names the set by what is in its files.
func (r *Report) identify(s *Set) error {
	p, err := readProvenance(r.Dir)
	if err != nil {
		return err
	}
	if p != nil && p.Generated {
		for _, f := range r.Files {
			if p.SHA256[f.Name] != f.SHA256 {
				return fileErrorf(f.Path, ErrChecksum, "delete that description if the IDX files were replaced on purpose, otherwise generate the digits again in an empty directory",
					"is not the file of generated digits that %s describes", filepath.Join(r.Dir, provenanceFile))
			}
		}
		r.Name, r.Generated = GeneratedName, true
		s.Name, s.Generated, s.Seed = GeneratedName, true, p.Seed
		return nil
	}
	r.Known = r.Files[0].Known
	for _, f := range r.Files {
		if f.Known != r.Known {
			r.Known = ""
		}
	}
	r.Name = dirName(r.Dir)
	if info, err := Lookup(r.Known); err == nil {
		r.Name = info.Title
	}
	s.Name = r.Name
	return nil
}

// dirName is the last element of the directory's absolute path.
func dirName(dir string) string {
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	return filepath.Base(dir)
}
