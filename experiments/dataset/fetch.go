package dataset

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// FetchOptions says how Fetch carries out a download. The zero value is ready
// for use.
type FetchOptions struct {
	// Client makes the requests. Nil means a client that gives up on a server
	// that does not answer within 30 s; there is no limit on the whole download.
	Client *http.Client
	// Mirrors replaces the set's own list of mirrors: URLs of directories that
	// hold the four .gz files, in the order to be tried.
	Mirrors []string
	// Stall is how long a server may send nothing before the next mirror is
	// tried. 0 means 30 s.
	Stall time.Duration
	// Replace allows files in the target directory that are not those of the
	// set to be overwritten. Otherwise they stop the download.
	Replace bool
	// Progress, if not nil, is called by Fetch's goroutine when a file begins,
	// after every piece of it, and when it has been verified.
	Progress func(Progress)
}

// Progress tells how far a download has come.
type Progress struct {
	File     string // name of the file, with .gz
	Number   int    // of this file, from 1
	Of       int    // files in all
	Host     string // the mirror's; empty for a file that was there already
	Done     int64  // bytes of this file, as they lie on the disk (gzipped)
	Total    int64  // bytes of this file; -1 if the server does not say
	Verified bool   // the file is complete and its checksum is right
}

// Attempt is one mirror's failure.
type Attempt struct {
	URL string
	Err error
}

// FetchError says that no mirror gave a file.
type FetchError struct {
	Set      string // Info.Name
	File     string // with .gz
	To       string // directory
	Attempts []Attempt
}

// Offline says whether no server could be reached at all.
func (e *FetchError) Offline() bool {
	for _, a := range e.Attempts {
		var answer *answerError
		if errors.As(a.Err, &answer) {
			return false
		}
	}
	return true
}

func (e *FetchError) Error() string {
	var tried, urls []string
	for _, a := range e.Attempts {
		tried = append(tried, fmt.Sprintf("%s (%v)", hostOf(a.URL), briefly(a.Err)))
		urls = append(urls, strings.TrimSuffix(a.URL, e.File))
	}
	what := "no mirror gave the file"
	if e.Offline() {
		what = "no mirror can be reached"
	}
	return fmt.Sprintf("%s: %s cannot be downloaded, %s: tried %s; check the network (or HTTPS_PROXY) and repeat the command, it goes on where it stopped, or download the four .gz files by hand from %s into %s",
		e.Set, e.File, what, strings.Join(tried, ", "), strings.Join(urls, " or "), e.To)
}

func (e *FetchError) Unwrap() []error {
	var errs []error
	for _, a := range e.Attempts {
		errs = append(errs, a.Err)
	}
	return errs
}

// briefly strips what the message around it says already.
func briefly(err error) error {
	var ue *url.Error
	if errors.As(err, &ue) {
		return ue.Err
	}
	return err
}

func hostOf(raw string) string {
	if u, err := url.Parse(raw); err == nil && u.Host != "" {
		return u.Host
	}
	return raw
}

// partialPath is where an unfinished download of a file lies.
func partialPath(dir string, p part) string {
	return filepath.Join(dir, partNames[p]+".gz.part")
}

// Fetch downloads a published set (see Known) into a directory, which is made
// if need be, as four .gz files. Files that are there already and have the
// right content, under any spelling that Load knows, are kept and not fetched.
//
// A file is collected in a .part file, verified by the SHA-256 sum of its
// uncompressed content, and only then given its name. A .part file of an earlier
// call is continued if the server can do so, and begun again if it cannot. If a
// mirror fails, the next one is tried.
//
// Errors: an unknown name; *FileError if the directory cannot be written or
// has another file in a file's place (fs.ErrExist); *FetchError if no mirror
// gave a file; the context's error, wrapped, if it ended.
func Fetch(ctx context.Context, name, to string, opt FetchOptions) error {
	info, err := Lookup(name)
	if err != nil {
		return err
	}
	return fetchSet(ctx, info, to, opt)
}

func fetchSet(ctx context.Context, info Info, to string, opt FetchOptions) error {
	f := fetcher{set: info, to: to, opt: opt, mirrors: info.Mirrors}
	if len(opt.Mirrors) > 0 {
		f.mirrors = opt.Mirrors
	}
	// The list is reordered as mirrors fail, so it must not be the caller's.
	f.mirrors = append([]string(nil), f.mirrors...)
	if f.opt.Client == nil {
		transport := http.DefaultTransport.(*http.Transport).Clone()
		transport.ResponseHeaderTimeout = 30 * time.Second
		f.opt.Client = &http.Client{Transport: transport}
		defer transport.CloseIdleConnections()
	}
	if f.opt.Stall <= 0 {
		f.opt.Stall = 30 * time.Second
	}
	if err := os.MkdirAll(to, 0o777); err != nil {
		return writeError(to, err)
	}
	// What stands in the way is reported before anything is downloaded.
	var have [parts]bool
	for p := range parts {
		var err error
		if have[p], err = f.have(p); err != nil {
			return err
		}
	}
	for p := range parts {
		if have[p] {
			f.report(p, Progress{Verified: true})
			continue
		}
		if err := f.file(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

type fetcher struct {
	set     Info
	to      string
	opt     FetchOptions
	mirrors []string // the one that worked last is first
}

func (f *fetcher) report(p part, now Progress) {
	if f.opt.Progress == nil {
		return
	}
	now.File, now.Number, now.Of = partNames[p]+".gz", int(p)+1, int(parts)
	f.opt.Progress(now)
}

// have says whether the file is there with the right content. Another file in
// its place is an error, unless it may be replaced; even then only the name
// that the download itself will have can be, since Load prefers other spellings.
func (f *fetcher) have(p part) (bool, error) {
	path, err := p.find(f.to)
	if err != nil || path == "" {
		return false, err
	}
	wrong := verify(path, f.set.Files[p])
	if wrong == nil {
		return true, nil
	}
	if f.opt.Replace && filepath.Base(path) == partNames[p]+".gz" {
		return false, nil
	}
	return false, fileErrorf(path, fs.ErrExist, "delete it, or fetch into another directory",
		"is there already and is not %s's (%v)", f.set.Title, wrong)
}

// file gets one file from the first mirror that gives it.
func (f *fetcher) file(ctx context.Context, p part) error {
	name := partNames[p] + ".gz"
	failed := &FetchError{Set: f.set.Name, File: name, To: f.to}
	for i, mirror := range f.mirrors {
		address := strings.TrimSuffix(mirror, "/") + "/" + name
		err := f.fromMirror(ctx, p, address)
		if err == nil {
			copy(f.mirrors[1:i+1], f.mirrors[:i])
			f.mirrors[0] = mirror
			return nil
		}
		if ctx.Err() != nil {
			return fmt.Errorf("%s: the download of %s was interrupted; what has come is kept, repeat the command to go on: %w", f.set.Name, name, context.Cause(ctx))
		}
		var local *FileError
		if errors.As(err, &local) { // the disk's fault, another mirror will not help
			return err
		}
		failed.Attempts = append(failed.Attempts, Attempt{URL: address, Err: err})
	}
	return failed
}

// maxTries is how often one file is asked for at one mirror.
const maxTries = 5

// fromMirror gets one file from one mirror: the download, the verification,
// the final name. A connection that breaks is taken up again a few times, as
// long as each brings something new. If the verification fails after a download that continued
// older bytes, those may have been of another packing or damaged: once more
// from the start.
func (f *fetcher) fromMirror(ctx context.Context, p part, address string) error {
	partial := partialPath(f.to, p)
	for try := 1; ; try++ {
		before := sizeOf(partial)
		continued, err := f.transfer(ctx, p, address)
		if err != nil {
			var broken *brokenError
			if errors.As(err, &broken) && sizeOf(partial) > before && try < maxTries && ctx.Err() == nil {
				continue
			}
			return err
		}
		wrong := verify(partial, f.set.Files[p])
		if wrong == nil {
			break
		}
		if err := os.Remove(partial); err != nil {
			return writeError(partial, err)
		}
		if !continued {
			return &answerError{wrong}
		}
	}
	size := sizeOf(partial)
	final := filepath.Join(f.to, partNames[p]+".gz")
	if err := os.Rename(partial, final); err != nil {
		return writeError(final, err)
	}
	f.report(p, Progress{Host: hostOf(address), Done: size, Total: size, Verified: true})
	return nil
}

func sizeOf(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// verify compares a file's uncompressed content with what was published.
func verify(path string, want FileInfo) error {
	file, err := os.Open(path)
	if err != nil {
		return systemError(path, err)
	}
	defer file.Close()
	src, err := newSource(file, path)
	if err != nil {
		return detail(err)
	}
	sum := newSum()
	// One byte more than expected tells that there is too much, and no more
	// than that is unpacked of a file that pretends to be a small one.
	n, err := io.Copy(sum, io.LimitReader(src, want.Bytes+1))
	switch {
	case err != nil:
		return detail(src.readError(err, want.Bytes))
	case len(src.first) > 0 && src.first[0] == '<':
		return fmt.Errorf("it is a web page instead of the data: %w", ErrChecksum)
	case n > want.Bytes:
		return fmt.Errorf("more than %d bytes of content: %w", want.Bytes, ErrTrailing)
	case n < want.Bytes:
		return fmt.Errorf("%d bytes of content instead of %d: %w", n, want.Bytes, ErrTruncated)
	case sum.hex() != want.SHA256:
		return fmt.Errorf("%w: SHA-256 of the content is %s, not %s", ErrChecksum, sum.hex(), want.SHA256)
	}
	return nil
}

// detail is the middle of a FileError, for use inside another error about the
// same file.
func detail(err error) error {
	var fe *FileError
	if errors.As(err, &fe) {
		return &withCause{fe.Detail, fe.Cause}
	}
	return err
}

type withCause struct {
	text  string
	cause error
}

func (e *withCause) Error() string { return e.text }
func (e *withCause) Unwrap() error { return e.cause }
