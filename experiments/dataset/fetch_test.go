package dataset

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// published for the tests: a small set and its files as mirrors have them.
type testSet struct {
	info   Info
	packed map[string][]byte // by name with .gz
}

func newTestSet(t *testing.T) testSet {
	t.Helper()
	s := testSet{info: Info{Name: "small", Title: "Small set"}, packed: map[string][]byte{}}
	for p, content := range [parts][]byte{
		idxBytes(noise(300*28*28), MagicImages, 300, 28, 28),
		idxBytes(make([]byte, 300), MagicLabels, 300),
		idxBytes(noise(10*28*28), MagicImages, 10, 28, 28),
		idxBytes(make([]byte, 10), MagicLabels, 10),
	} {
		sum := sha256.Sum256(content)
		s.info.Files = append(s.info.Files, FileInfo{Name: partNames[p], Bytes: int64(len(content)), SHA256: hex.EncodeToString(sum[:])})
		s.packed[partNames[p]+".gz"] = gzipped(t, content)
	}
	return s
}

// mirror is a server of the set's files. Its answer func, if any, may answer a
// request itself and say so.
type mirror struct {
	*httptest.Server
	mu       sync.Mutex
	requests []string // "file range"
}

func newMirror(t *testing.T, s testSet, answer func(w http.ResponseWriter, r *http.Request, content []byte) bool) *mirror {
	m := &mirror{}
	m.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := filepath.Base(r.URL.Path)
		m.mu.Lock()
		m.requests = append(m.requests, strings.TrimSpace(name+" "+r.Header.Get("Range")))
		m.mu.Unlock()
		content := s.packed[name]
		if answer != nil && answer(w, r, content) {
			return
		}
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
	}))
	t.Cleanup(m.Close)
	return m
}

func (m *mirror) asked() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]string(nil), m.requests...)
}

// wantFetched asserts that dir holds the set's four files and nothing else.
func (s testSet) wantFetched(t *testing.T, dir string) {
	t.Helper()
	for p := range parts {
		path := filepath.Join(dir, partNames[p]+".gz")
		if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, s.packed[partNames[p]+".gz"]) {
			t.Errorf("%s is not what the mirror has (%v)", path, err)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) != 4 {
		t.Errorf("the directory has %d files, want 4: %v", len(left), left)
	}
}

const bigFile = "train-images-idx3-ubyte.gz"

func TestFetch(t *testing.T) {
	s := newTestSet(t)
	m := newMirror(t, s, nil)
	dir := filepath.Join(t.TempDir(), "a", "b")
	done := map[string]Progress{}
	last := Progress{}
	opt := FetchOptions{
		Mirrors: []string{m.URL}, // without the slash at the end
		Progress: func(now Progress) {
			if now.File == last.File && (now.Done < last.Done || now.Number != last.Number) {
				t.Errorf("progress goes back: %+v after %+v", now, last)
			}
			if now.Of != 4 || (now.Done > now.Total && now.Total >= 0) {
				t.Errorf("progress %+v", now)
			}
			last = now
			if now.Verified {
				done[now.File] = now
			}
		},
	}
	if err := fetchSet(t.Context(), s.info, dir, opt); err != nil {
		t.Fatal(err)
	}
	s.wantFetched(t, dir)
	if set, err := Load(dir); err != nil || set.Train.Count != 300 || set.Test.Count != 10 {
		t.Errorf("loaded %d + %d images, %v", set.Train.Count, set.Test.Count, err)
	}
	big := int64(len(s.packed[bigFile]))
	if got := done[bigFile]; len(done) != 4 || got.Number != 1 || got.Done != big || got.Total != big || got.Host == "" {
		t.Errorf("%d files verified, the first at %+v", len(done), got)
	}

	// What is there is not fetched again, even unpacked under another name.
	content := idxBytes(make([]byte, 10), MagicLabels, 10)
	os.Remove(filepath.Join(dir, partNames[testLabels]+".gz"))
	put(t, dir, "t10k-labels.idx1-ubyte", content)
	before := len(m.asked())
	if err := fetchSet(t.Context(), s.info, dir, opt); err != nil {
		t.Error(err)
	}
	if got := m.asked()[before:]; len(got) != 0 {
		t.Errorf("asked again for %v", got)
	}
}

func TestFetchContinuesPartialFile(t *testing.T) {
	s := newTestSet(t)
	packed := s.packed[bigFile]
	half := len(packed) / 2
	damaged := bytes.Clone(packed[:half])
	damaged[half/2] ^= 1
	ignoresRange := func(w http.ResponseWriter, _ *http.Request, content []byte) bool {
		w.Header().Set("Content-Length", strconv.Itoa(len(content)))
		w.Write(content)
		return true
	}
	resume := bigFile + " bytes=" + strconv.Itoa(half) + "-"
	for _, c := range []struct {
		name    string
		partial []byte
		answer  func(http.ResponseWriter, *http.Request, []byte) bool
		asked   []string // for the big file
		from    int64    // bytes taken over, in the first report
	}{
		{"half", packed[:half], nil, []string{resume}, int64(half)},
		{"half, server without ranges", packed[:half], ignoresRange, []string{resume}, 0},
		{"half, damaged", damaged, nil, []string{resume, bigFile}, int64(half)},
		{"empty", nil, nil, []string{bigFile}, 0},
		{"complete", packed, nil, []string{bigFile + " bytes=" + strconv.Itoa(len(packed)) + "-"}, -1},
		{"too long", append(bytes.Clone(packed), "xyz"...), nil, []string{bigFile + " bytes=" + strconv.Itoa(len(packed)+3) + "-", bigFile}, 0},
		{"absurdly long", make([]byte, 1<<20), nil, []string{bigFile}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newMirror(t, s, c.answer)
			dir := t.TempDir()
			put(t, dir, bigFile+".part", c.partial)
			from := int64(-1)
			err := fetchSet(t.Context(), s.info, dir, FetchOptions{Mirrors: []string{m.URL + "/"}, Progress: func(now Progress) {
				if now.File == bigFile && !now.Verified && from < 0 {
					from = now.Done
				}
			}})
			if err != nil {
				t.Fatal(err)
			}
			s.wantFetched(t, dir)
			if from != c.from {
				t.Errorf("went on from byte %d, want %d", from, c.from)
			}
			asked := m.asked()
			if got := asked[:len(asked)-3]; fmt.Sprint(got) != fmt.Sprint(c.asked) {
				t.Errorf("asked for %q, want %q", got, c.asked)
			}
		})
	}
}

func TestFetchTakesUpBrokenConnection(t *testing.T) {
	s := newTestSet(t)
	packed := s.packed[bigFile]
	third := len(packed) / 3
	m := newMirror(t, s, func(w http.ResponseWriter, r *http.Request, content []byte) bool {
		var from int
		fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-", &from)
		if len(content) != len(packed) || from > 2*third-9 {
			return false
		}
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, len(content)-1, len(content)))
		w.Header().Set("Content-Length", strconv.Itoa(len(content)-from))
		if from > 0 {
			w.WriteHeader(http.StatusPartialContent)
		}
		w.Write(content[from : from+third])
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	})
	dir := t.TempDir()
	if err := fetchSet(t.Context(), s.info, dir, FetchOptions{Mirrors: []string{m.URL}}); err != nil {
		t.Fatal(err)
	}
	s.wantFetched(t, dir)
	if n := len(m.asked()); n != 3+3 {
		t.Errorf("%d requests, want 3 for the file that broke twice and one for each of the others: %q", n, m.asked())
	}
}

func TestFetchOffline(t *testing.T) {
	s := newTestSet(t)
	gone, away := httptest.NewServer(nil), httptest.NewServer(nil)
	gone.Close() // nobody listens at these addresses any more
	away.Close()
	dir := filepath.Join(t.TempDir(), "data")
	err := fetchSet(t.Context(), s.info, dir, FetchOptions{Mirrors: []string{gone.URL, away.URL + "/x"}})
	var fe *FetchError
	if !errors.As(err, &fe) || !fe.Offline() || len(fe.Attempts) != 2 {
		t.Fatalf("error %v", err)
	}
	for _, part := range []string{"no mirror can be reached", strings.TrimPrefix(gone.URL, "http://"), strings.TrimPrefix(away.URL, "http://"), "check the network", "by hand from " + gone.URL + "/ or " + away.URL + "/x/ into " + dir} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not say %q", err, part)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("%v were left", left)
	}
}

func TestFetchCancelledAndRepeated(t *testing.T) {
	s := newTestSet(t)
	m := newMirror(t, s, nil)
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	err := fetchSet(ctx, s.info, dir, FetchOptions{Mirrors: []string{m.URL, m.URL}, Progress: func(now Progress) {
		if now.Done > 0 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "repeat the command") {
		t.Fatalf("error %v", err)
	}
	kept := sizeOf(filepath.Join(dir, bigFile+".part"))
	if n := len(m.asked()); n != 1 || kept == 0 || kept == int64(len(s.packed[bigFile])) {
		t.Errorf("%d requests, %d bytes kept", n, kept)
	}
	if r, err := Check(dir); err != nil || r.Files[0].Partial != kept {
		t.Errorf("Check tells of %d bytes, %v", r.Files[0].Partial, err)
	}
	if err := fetchSet(t.Context(), s.info, dir, FetchOptions{Mirrors: []string{m.URL}}); err != nil {
		t.Fatal(err)
	}
	s.wantFetched(t, dir)
	if got := m.asked()[1]; got != fmt.Sprintf("%s bytes=%d-", bigFile, kept) {
		t.Errorf("went on with %q", got)
	}
}

func TestFetchKeepsOtherFiles(t *testing.T) {
	s := newTestSet(t)
	m := newMirror(t, s, nil)
	for _, name := range []string{partNames[testLabels] + ".gz", "t10k-labels.idx1-ubyte"} {
		dir := t.TempDir()
		mine := idxBytes([]byte{1, 2}, MagicLabels, 2)
		path := put(t, dir, name, mine)
		err := fetchSet(t.Context(), s.info, dir, FetchOptions{Mirrors: []string{m.URL}})
		wantFileError(t, err, fs.ErrExist, name, "is not Small set's", "10 bytes of content instead of 18")
		if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, mine) {
			t.Errorf("%s was changed (%v)", name, err)
		}
		err = fetchSet(t.Context(), s.info, dir, FetchOptions{Mirrors: []string{m.URL}, Replace: true})
		if strings.HasSuffix(name, ".gz") {
			if err != nil {
				t.Error(err)
			}
			s.wantFetched(t, dir)
		} else {
			wantFileError(t, err, fs.ErrExist, name)
		}
	}
}

func TestFetchRefuses(t *testing.T) {
	if err := Fetch(t.Context(), "minst", t.TempDir(), FetchOptions{}); err == nil || !strings.Contains(err.Error(), `"minst"`) {
		t.Errorf("error %v", err)
	}
	s := newTestSet(t)
	file := put(t, t.TempDir(), "file", nil)
	err := fetchSet(t.Context(), s.info, filepath.Join(file, "sub"), FetchOptions{Mirrors: []string{"http://127.0.0.1:1"}})
	wantFileError(t, err, errors.Unwrap(err), "cannot be written")
	// The disk's fault is not put down to the mirrors.
	m := newMirror(t, s, nil)
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, bigFile+".part"), 0o777); err != nil {
		t.Fatal(err)
	}
	err = fetchSet(t.Context(), s.info, dir, FetchOptions{Mirrors: []string{m.URL, m.URL}})
	wantFileError(t, err, errors.Unwrap(err), bigFile+".part: cannot be written")
}

// TestFetchOwnSets runs the public function against a server that has neither set.
func TestFetchOwnSets(t *testing.T) {
	m := httptest.NewServer(http.NotFoundHandler())
	defer m.Close()
	for _, info := range Known() {
		err := Fetch(t.Context(), info.Name, t.TempDir(), FetchOptions{Mirrors: []string{m.URL}})
		var fe *FetchError
		if !errors.As(err, &fe) || fe.Offline() || fe.Set != info.Name || fe.File != bigFile {
			t.Errorf("%s: %v", info.Name, err)
		}
	}
}
