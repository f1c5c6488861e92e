package dataset

import (
	"bytes"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestFetchFallsBack: the first mirror fails in every way a mirror can, the
// second one is good.
func TestFetchFallsBack(t *testing.T) {
	s := newTestSet(t)
	for _, c := range []struct {
		name   string
		answer func(w http.ResponseWriter, r *http.Request, content []byte) bool
		says   string
		cause  error // of the error when there is no other mirror
	}{
		{"not found", func(w http.ResponseWriter, r *http.Request, _ []byte) bool {
			http.NotFound(w, r)
			return true
		}, "404 Not Found", nil},
		{"other content", func(w http.ResponseWriter, _ *http.Request, content []byte) bool {
			other := bytes.Clone(content)
			other[len(other)/2] ^= 1
			w.Write(other)
			return true
		}, "", nil},
		{"other file", func(w http.ResponseWriter, _ *http.Request, _ []byte) bool {
			w.Write(gzipped(t, idxBytes(make([]byte, 300*28*28), MagicImages, 300, 28, 28)))
			return true
		}, "wrong checksum", ErrChecksum},
		{"short file", func(w http.ResponseWriter, _ *http.Request, _ []byte) bool {
			w.Write(gzipped(t, noise(100)))
			return true
		}, "100 bytes of content instead of 235216", ErrTruncated},
		{"small file that unpacks to a large one", func(w http.ResponseWriter, _ *http.Request, _ []byte) bool {
			w.Write(gzipped(t, make([]byte, 1<<20)))
			return true
		}, "more than 235216 bytes of content", ErrTrailing},
		{"endless", func(w http.ResponseWriter, r *http.Request, _ []byte) bool {
			for b := make([]byte, 1<<16); r.Context().Err() == nil; {
				if _, err := w.Write(b); err != nil {
					break
				}
			}
			return true
		}, "more than the", ErrTrailing},
		{"login page", func(w http.ResponseWriter, _ *http.Request, _ []byte) bool {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Write([]byte("<html>Welcome to our hotel</html>"))
			return true
		}, "web page", nil},
		{"login page in disguise", func(w http.ResponseWriter, _ *http.Request, _ []byte) bool {
			w.Header().Set("Content-Type", "application/gzip")
			w.Write([]byte("<html>Welcome to our hotel</html>"))
			return true
		}, "web page", ErrChecksum},
		{"wrong range", func(w http.ResponseWriter, _ *http.Request, _ []byte) bool {
			w.Header().Set("Content-Range", "bytes 7-9/10")
			w.WriteHeader(http.StatusPartialContent)
			w.Write([]byte("abc"))
			return true
		}, `the server sent "bytes 7-9/10"`, nil},
		{"breaks at once", func(http.ResponseWriter, *http.Request, []byte) bool { panic(http.ErrAbortHandler) }, "EOF", nil},
		{"always breaks at the same byte", func(w http.ResponseWriter, _ *http.Request, content []byte) bool {
			w.Header().Set("Content-Length", strconv.Itoa(len(content)))
			w.Write(content[:len(content)/2])
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}, "the connection broke after", nil},
		{"falls silent", func(w http.ResponseWriter, r *http.Request, content []byte) bool {
			w.Write(content[:100])
			w.(http.Flusher).Flush()
			<-r.Context().Done()
			return true
		}, "sent nothing for too long", errStalled},
		{"silent from the start", func(_ http.ResponseWriter, r *http.Request, _ []byte) bool {
			<-r.Context().Done()
			return true
		}, "sent nothing for too long", errStalled},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel() // some wait for the server's silence to be noticed
			bad, good := newMirror(t, s, c.answer), newMirror(t, s, nil)
			opt := FetchOptions{Mirrors: []string{bad.URL, good.URL}}
			if c.cause == errStalled {
				opt.Stall = 500 * time.Millisecond
			}
			dir := t.TempDir()
			if err := fetchSet(t.Context(), s.info, dir, opt); err != nil {
				t.Fatal(err)
			}
			s.wantFetched(t, dir)
			for _, r := range bad.asked() {
				if !strings.HasPrefix(r, bigFile) {
					t.Errorf("the bad mirror was asked for %q after the good one had worked", r)
				}
			}
			if n := len(bad.asked()); n > maxTries {
				t.Errorf("the bad mirror was asked %d times", n)
			}

			dir = t.TempDir()
			opt.Mirrors = opt.Mirrors[:1]
			err := fetchSet(t.Context(), s.info, dir, opt)
			var fe *FetchError
			if !errors.As(err, &fe) || len(fe.Attempts) != 1 || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("bad mirror alone: %v, want %q", err, c.says)
			}
			if c.cause != nil && !errors.Is(err, c.cause) {
				t.Errorf("cause of %v is not %v", err, c.cause)
			}
			host := strings.TrimPrefix(bad.URL, "http://")
			if msg := err.Error(); !strings.Contains(msg, host) || !strings.Contains(msg, "by hand from "+bad.URL+"/ into "+dir) || strings.Contains(msg, "\n") {
				t.Errorf("message %q", msg)
			}
			if _, err := os.Stat(filepath.Join(dir, bigFile)); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("a bad file got its final name (%v)", err)
			}
		})
	}
}
