package live

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/glia-sim/glia/experiments"
)

func testServer(t *testing.T, f *Feed, dir string, stop func()) *Server {
	t.Helper()
	l, err := Listen(0)
	if err != nil {
		t.Fatal(err)
	}
	s := Serve(l, f, dir, stop)
	t.Cleanup(func() { s.Close() })
	return s
}

// ask sends a request to a handler without a network.
func ask(s *Server, method, path, host, origin string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	r.Host = host
	if origin != "" {
		r.Header.Set("Origin", origin)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func TestOnlyTheTokenOpens(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"report.html", "raster.svg", "manifest.json"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("<svg/>"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	f := testFeed(3)
	f.WriteFigure("raster", "spikes", nil)
	stopped := 0
	s := testServer(t, f, dir, func() { stopped++ })
	host := s.listener.Addr().String()
	if !strings.HasPrefix(host, "127.0.0.1:") {
		t.Fatalf("listens on %s", host)
	}
	in := "/" + s.token + "/"
	local := strings.Replace(host, "127.0.0.1", "localhost", 1)
	for _, test := range []struct {
		method, path, host, origin string
		want                       int
	}{
		{"GET", in, host, "", 200},
		{"GET", in, local, "", 200},
		{"GET", in + "live.js", host, "", 200},
		{"GET", in + "live.css", host, "", 200},
		{"GET", in + "report", host, "", 200},
		{"GET", in + "figure/raster", host, "", 200},
		{"GET", in + "figure/manifest", host, "", 404},
		{"GET", in + "figure/../manifest.json", host, "", 404},
		{"GET", in + "manifest.json", host, "", 404},
		{"GET", "/", host, "", 403},
		{"GET", "/live.js", host, "", 403},
		{"GET", "/events", host, "", 403},
		{"GET", "/x" + s.token + "/", host, "", 403},
		{"GET", "/" + s.token[1:] + "/", host, "", 403},
		{"POST", "/control?do=stop", host, "", 403},
		// Another site that resolves its name to 127.0.0.1.
		{"GET", in, "evil.example", "", 403},
		{"GET", in, "evil.example:" + host[len("127.0.0.1:"):], "", 403},
		{"GET", in, "127.0.0.1", "", 403},
		{"GET", in, "", "", 403},
		{"POST", in, host, "", 405},
		{"GET", in + "control?do=stop", host, "", 405},
		{"POST", in + "control?do=stop", host, "http://evil.example", 403},
		{"POST", in + "control?do=stop", host, "null", 403},
		{"POST", in + "control?do=dance", host, "http://" + host, 400},
		{"POST", in + "control", host, "", 400},
	} {
		if got := ask(s, test.method, test.path, test.host, test.origin).Code; got != test.want {
			t.Errorf("%s %s at %q from %q: %d, want %d", test.method, strings.ReplaceAll(test.path, s.token, "TOKEN"), test.host, test.origin, got, test.want)
		}
	}
	if stopped != 0 {
		t.Error("a refused order was carried out")
	}
}

func TestPageNeedsNothingFromElsewhere(t *testing.T) {
	s := testServer(t, testFeed(3), "", nil)
	host, in := s.listener.Addr().String(), "/"+s.token+"/"
	for _, name := range []string{"", "live.js", "live.css"} {
		w := ask(s, "GET", in+name, host, "")
		if body := w.Body.String(); strings.Contains(body, "http://") || strings.Contains(body, "https://") || len(body) < 500 {
			t.Errorf("%q refers to other places, or is empty", name)
		}
		if csp := w.Header().Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'") {
			t.Errorf("%q has the policy %q", name, csp)
		}
	}
	if a, b := testServer(t, testFeed(1), "", nil), s; a.token == b.token || len(a.token) < 20 {
		t.Error("tokens are not random, or short")
	}
}

func TestOrders(t *testing.T) {
	f := testFeed(3)
	stopped := 0
	s := testServer(t, f, "", func() { stopped++ })
	host, in := s.listener.Addr().String(), "/"+s.token+"/"
	order := func(what string, want int, state State) {
		t.Helper()
		if got := ask(s, "POST", in+"control?do="+what, host, "http://"+host).Code; got != want {
			t.Errorf("%s: %d, want %d", what, got, want)
		}
		if got := f.Status().State; got != state {
			t.Errorf("after %s the run is %s, want %s", what, got, state)
		}
	}
	order("pause", 204, Pausing) // no run that could notice
	order("resume", 204, Running)
	order("stop", 204, Stopping)
	if stopped != 1 {
		t.Errorf("stopped %d times", stopped)
	}
	f.About.Control, f.About.Why = false, "of another process"
	order("pause", 409, Stopping)
}

// The stream over a real connection: events with a name and one line of JSON, and an end.
func TestEventStream(t *testing.T) {
	f := testFeed(3)
	l, err := Listen(0)
	if err != nil {
		t.Fatal(err)
	}
	s := Serve(l, f, "", nil)
	answer, err := http.Get(s.URL() + "events")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if kind := answer.Header.Get("Content-Type"); kind != "text/event-stream" {
		t.Errorf("content type %q", kind)
	}
	<-s.Opened()
	in := bufio.NewScanner(answer.Body)
	next := func() (name string) {
		t.Helper()
		var lines []string
		for in.Scan() && in.Text() != "" {
			lines = append(lines, in.Text())
		}
		if len(lines) != 2 || !strings.HasPrefix(lines[0], "event: ") || !strings.HasPrefix(lines[1], "data: {") {
			t.Fatalf("event %q", lines)
		}
		return strings.TrimPrefix(lines[0], "event: ")
	}
	for _, want := range []string{"about", "layout", "frame"} {
		if got := next(); got != want {
			t.Errorf("event %q, want %q", got, want)
		}
	}
	go s.Close()
	for name := ""; name != "bye"; {
		name = next()
	}
}

// stuck is a client that takes nothing until it is let go.
type stuck struct {
	header http.Header
	let    chan struct{}
	wrote  chan string
}

func (c *stuck) Header() http.Header              { return c.header }
func (c *stuck) WriteHeader(int)                  {}
func (c *stuck) Flush()                           {}
func (c *stuck) SetWriteDeadline(time.Time) error { return nil }
func (c *stuck) Write(b []byte) (int, error) {
	<-c.let
	c.wrote <- string(b)
	return len(b), nil
}

// A client that does not read stops neither the run nor other clients, and later gets the latest and how
// much it missed.
func TestSlowClientMissesFrames(t *testing.T) {
	f := testFeed(10)
	s := testServer(t, f, "", nil)
	s.interval = time.Millisecond
	c := &stuck{header: http.Header{}, let: make(chan struct{}), wrote: make(chan string, 100)}
	r := httptest.NewRequest("GET", "/"+s.token+"/events", nil)
	r.Host = s.listener.Addr().String()
	go s.ServeHTTP(c, r)
	<-s.Opened()
	c.let <- struct{}{} // the first frame; then it is stuck
	<-c.wrote
	// More than the ring holds. If the run waited for the client, the test would not end.
	var batch []experiments.Spike
	for k := range 3 * keptSpikes {
		if batch = append(batch, experiments.Spike{Time: float64(k) / 10, ID: uint32(k % 10)}); len(batch) == 1000 {
			f.WriteSpikes(batch)
			batch = batch[:0]
		}
	}
	if text, err := other(s); err != nil || !strings.Contains(text, `"spikes":[`) {
		t.Errorf("another client gets %.80q, %v", text, err)
	}
	close(c.let)
	for {
		text := <-c.wrote
		if strings.Contains(text, `"lost":`) {
			if len(text) > savedFrames*200_000 {
				t.Errorf("%d bytes in one frame", len(text))
			}
			return
		}
	}
}

// other reads the beginning of the stream of another client.
func other(s *Server) (string, error) {
	answer, err := http.Get(s.URL() + "events")
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	if answer.StatusCode != 200 {
		return "", fmt.Errorf("status %s", answer.Status)
	}
	b := make([]byte, 4000)
	_, err = io.ReadFull(answer.Body, b)
	return string(b), err
}

func TestClientsAreCounted(t *testing.T) {
	s := testServer(t, testFeed(1), "", nil)
	s.clients.Store(maxClients)
	if got := ask(s, "GET", "/"+s.token+"/events", s.listener.Addr().String(), "").Code; got != http.StatusServiceUnavailable {
		t.Errorf("one client too many gets %d", got)
	}
}
