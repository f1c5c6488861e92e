package dataset

import (
	"errors"
	"fmt"
)

// The causes of a FileError, for errors.Is. A missing file is fs.ErrNotExist,
// one that is in the way fs.ErrExist, and a file that the system refuses to
// open or read carries the system's error.
var (
	ErrTruncated  = errors.New("truncated")             // ends before its header says
	ErrTrailing   = errors.New("trailing bytes")        // goes on after its header says
	ErrCompressed = errors.New("gzip damage")           // gzip stream does not decode
	ErrMagic      = errors.New("wrong magic number")    // no IDX file of the kind needed
	ErrDimension  = errors.New("impossible dimensions") // zero, too large, or too many bytes
	ErrMismatch   = errors.New("files do not match")    // images against labels, training against test
	ErrLabel      = errors.New("label out of range")    // not in 0..9
	ErrChecksum   = errors.New("wrong checksum")        // content is not what it is said to be
)

// FileError says what is wrong with one file (or directory) and what to do.
type FileError struct {
	Path   string // the file
	Cause  error  // one of the Err variables, or the system's error
	Detail string // what was expected and what was found
	Remedy string // what to do about it
}

func (e *FileError) Error() string {
	s := e.Path + ": " + e.Detail
	if e.Remedy != "" {
		s += "; " + e.Remedy
	}
	return s
}

func (e *FileError) Unwrap() error { return e.Cause }

func fileErrorf(path string, cause error, remedy, format string, args ...any) error {
	return &FileError{Path: path, Cause: cause, Detail: fmt.Sprintf(format, args...), Remedy: remedy}
}

const remedyAgain = "delete it and download or copy it again"
