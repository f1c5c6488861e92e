package dataset

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

// answerError is a failure after a server answered: it was reached, so the
// machine is not offline.
type answerError struct{ err error }

func (e *answerError) Error() string { return e.err.Error() }
func (e *answerError) Unwrap() error { return e.err }

// brokenError is a connection that ended before the file did.
type brokenError struct {
	got int64 // bytes that it brought
	err error
}

func (e *brokenError) Error() string {
	return fmt.Sprintf("the connection broke after %d bytes: %v", e.got, e.err)
}
func (e *brokenError) Unwrap() error { return e.err }

var errStalled = errors.New("the server sent nothing for too long")

// transfer downloads one file into its .part file, from its end on if there is
// something already. continued says that older bytes are part of the result.
func (f *fetcher) transfer(ctx context.Context, p part, address string) (continued bool, err error) {
	partial := partialPath(f.to, p)
	offset := sizeOf(partial)
	// No packing is larger than the content and a little: a longer answer is
	// something else, and must not fill the disk.
	limit := f.set.Files[p].Bytes + 1<<16
	if offset > limit {
		offset = 0
	}

	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watch := time.AfterFunc(f.opt.Stall, func() { cancel(errStalled) })
	defer watch.Stop()
	resp, err := f.request(ctx, address, offset)
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			err = cause
		}
		return false, err
	}
	defer resp.Body.Close()

	switch resp.StatusCode {
	case http.StatusOK: // the whole file, whether or not a part was asked for
		offset = 0
	case http.StatusPartialContent:
		if from, ok := rangeStart(resp.Header.Get("Content-Range")); !ok || from != offset {
			return false, &answerError{fmt.Errorf("asked for the bytes from %d on, the server sent %q", offset, resp.Header.Get("Content-Range"))}
		}
	case http.StatusRequestedRangeNotSatisfiable:
		if offset > 0 { // nothing beyond our end: complete, or not this file; the checksum will tell
			return true, nil
		}
		fallthrough
	default:
		return false, &answerError{fmt.Errorf("the server answered %s", resp.Status)}
	}
	if kind := resp.Header.Get("Content-Type"); strings.HasPrefix(kind, "text/html") {
		return false, &answerError{errors.New("the server sent a web page instead of the data, perhaps the login page of a network")}
	}
	out, err := os.OpenFile(partial, os.O_WRONLY|os.O_CREATE, 0o666)
	if err != nil {
		return false, writeError(partial, err)
	}
	defer func() {
		if e := out.Close(); e != nil && err == nil {
			err = writeError(partial, e)
		}
	}()
	if err := out.Truncate(offset); err != nil {
		return false, writeError(partial, err)
	}
	if _, err := out.Seek(offset, io.SeekStart); err != nil {
		return false, writeError(partial, err)
	}
	now := Progress{Host: hostOf(address), Done: offset, Total: -1}
	if resp.ContentLength >= 0 {
		now.Total = offset + resp.ContentLength
	}
	f.report(p, now)
	buf := make([]byte, 1<<16)
	for {
		n, readErr := resp.Body.Read(buf)
		watch.Reset(f.opt.Stall)
		if n > 0 {
			if _, err := out.Write(buf[:n]); err != nil {
				return false, writeError(partial, err)
			}
			now.Done += int64(n)
			f.report(p, now)
		}
		if readErr == nil { // what the system has buffered must not delay a cancellation
			readErr = context.Cause(ctx)
		}
		switch {
		case now.Done > limit:
			// Useless bytes must not be continued by the next mirror.
			if err := out.Truncate(0); err != nil {
				return false, writeError(partial, err)
			}
			return false, &answerError{fmt.Errorf("the server sent more than the %d bytes that the file can have: %w", limit, ErrTrailing)}
		case readErr == io.EOF:
			return offset > 0, nil
		case readErr != nil:
			if cause := context.Cause(ctx); cause != nil {
				readErr = cause
			}
			return false, &answerError{&brokenError{got: now.Done - offset, err: readErr}}
		}
	}
}

func (f *fetcher) request(ctx context.Context, address string, offset int64) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", "glia")
	// The file is gzipped itself. Without this line the client might unpack
	// it on the way, and byte offsets would mean something else.
	req.Header.Set("Accept-Encoding", "identity")
	if offset > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", offset))
	}
	return f.opt.Client.Do(req)
}

// rangeStart is the first byte's position in a header like "bytes 500-999/1000".
func rangeStart(header string) (start int64, ok bool) {
	rest, ok := strings.CutPrefix(header, "bytes ")
	if !ok {
		return 0, false
	}
	_, err := fmt.Sscanf(rest, "%d-", &start)
	return start, err == nil
}
