package live

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"embed"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/glia-sim/glia/experiments/runfolder"
)

//go:embed page
var pageFiles embed.FS

const (
	frameInterval = 100 * time.Millisecond
	keepAlive     = 10 * time.Second // without news
	writeTimeout  = 20 * time.Second // a client that takes nothing for so long is let go
	maxClients    = 16
)

// Server shows a Feed on a page in the browser. It answers only who knows the token in its URL.
type Server struct {
	feed     *Feed
	stop     func() // asks the run to stop; nil where it cannot be
	dir      string // run folder, for figures and the report
	token    string
	listener net.Listener
	http     http.Server
	clients  atomic.Int32
	opened   chan struct{} // closed when the first client comes
	seen     atomic.Bool
	quit     chan struct{} // closed to end the streams
	interval time.Duration // between frames
}

// Listen takes a port of 127.0.0.1, 0 for any that is free.
func Listen(port int) (net.Listener, error) {
	return net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
}

// Serve shows a feed on a listener of Listen. dir is the run folder, for figures and the report; stop asks
// the run to stop, where the feed can be controlled.
func Serve(listener net.Listener, feed *Feed, dir string, stop func()) *Server {
	var secret [18]byte
	rand.Read(secret[:]) // never fails
	s := &Server{
		feed: feed, stop: stop, dir: dir, listener: listener,
		token:  base64.RawURLEncoding.EncodeToString(secret[:]),
		opened: make(chan struct{}), quit: make(chan struct{}), interval: frameInterval,
	}
	s.http = http.Server{Handler: s, ReadHeaderTimeout: 5 * time.Second, MaxHeaderBytes: 1 << 14}
	go s.http.Serve(listener) // ends with Close
	return s
}

// URL is the address of the page, with the token in it.
func (s *Server) URL() string { return fmt.Sprintf("http://%s/%s/", s.listener.Addr(), s.token) }

// Opened is closed when the page has been opened for the first time.
func (s *Server) Opened() <-chan struct{} { return s.opened }

// Close tells the pages that nothing more comes and ends the server.
func (s *Server) Close() error {
	close(s.quit)
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := s.http.Shutdown(ctx); err != nil {
		return s.http.Close() // somebody does not listen
	}
	return nil
}

// ServeHTTP answers requests with the token in their path. The Host header must be this server's:
// otherwise a page elsewhere could make its own name lead here and read along.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	token, path, found := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if !s.ownHost(r.Host) || !found || subtle.ConstantTimeCompare([]byte(token), []byte(s.token)) != 1 {
		http.Error(w, "Open the address that glia printed, with the token in it.", http.StatusForbidden)
		return
	}
	if path == "control" {
		s.control(w, r)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "GET only", http.StatusMethodNotAllowed)
		return
	}
	switch {
	case path == "":
		serveEmbedded(w, r, "live.html")
	case path == "live.js" || path == "live.css" || path == "icon.svg":
		serveEmbedded(w, r, path)
	case path == "events":
		s.events(w, r)
	case path == "report":
		s.serveFile(w, r, runfolder.ReportFile)
	case strings.HasPrefix(path, "figure/"):
		file, ok := s.feed.figureFile(strings.TrimPrefix(path, "figure/"))
		if !ok {
			http.NotFound(w, r)
			return
		}
		s.serveFile(w, r, file)
	default:
		http.NotFound(w, r)
	}
}

func (s *Server) ownHost(host string) bool {
	_, port, _ := net.SplitHostPort(s.listener.Addr().String())
	return host == net.JoinHostPort("127.0.0.1", port) || host == net.JoinHostPort("localhost", port)
}

func serveEmbedded(w http.ResponseWriter, r *http.Request, name string) {
	http.ServeFileFS(w, r, pageFiles, "page/"+name)
}

// serveFile serves a file of the run folder. Nothing in it may act in the name of the page.
func (s *Server) serveFile(w http.ResponseWriter, r *http.Request, name string) {
	if s.dir == "" || name != filepath.Base(name) {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Security-Policy", "sandbox allow-scripts allow-downloads allow-popups; default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data: blob:; frame-ancestors 'none'")
	file, err := os.Open(filepath.Join(s.dir, name))
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			http.Error(w, name+" is not written yet", http.StatusNotFound)
			return
		}
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	defer file.Close()
	http.ServeContent(w, r, name, time.Time{}, file)
}

// control carries out an order: POST with the order as the query's "do".
func (s *Server) control(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", "POST")
		http.Error(w, "POST only", http.StatusMethodNotAllowed)
		return
	}
	if origin := r.Header.Get("Origin"); origin != "" && origin != "http://"+r.Host {
		http.Error(w, "orders come from the page itself only", http.StatusForbidden)
		return
	}
	if !s.feed.About.Control {
		http.Error(w, s.feed.About.Why, http.StatusConflict)
		return
	}
	switch r.URL.Query().Get("do") {
	case "pause":
		s.feed.Pause()
	case "resume":
		s.feed.Resume()
	case "stop":
		s.feed.Stopping()
		s.stop()
	default:
		http.Error(w, "do must be pause, resume or stop", http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// events streams frames to one client at its own pace, as server-sent events.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	if s.clients.Add(1) > maxClients {
		s.clients.Add(-1)
		http.Error(w, fmt.Sprintf("%d pages are open already", maxClients), http.StatusServiceUnavailable)
		return
	}
	defer s.clients.Add(-1)
	if s.seen.CompareAndSwap(false, true) {
		close(s.opened)
	}
	w.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(w)
	send := func(text []byte) bool {
		// A deadline is all that a slow client needs: nothing waits for it but this goroutine.
		if err := out.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return false
		}
		if _, err := w.Write(text); err != nil {
			return false
		}
		return out.Flush() == nil
	}
	ticks := time.NewTicker(s.interval)
	defer ticks.Stop()
	v := &viewer{feed: s.feed}
	var text []byte
	for last, over := time.Now(), false; ; {
		events, err := v.events()
		if err != nil {
			return
		}
		text = text[:0]
		for _, e := range events {
			text = fmt.Appendf(text, "event: %s\ndata: %s\n\n", e.name, e.data)
		}
		switch {
		case over:
			text = append(text, "event: bye\ndata: {}\n\n"...)
		case len(text) == 0 && time.Since(last) > keepAlive:
			text = append(text, ": nothing new\n\n"...)
		}
		if len(text) > 0 {
			if !send(text) {
				return
			}
			last = time.Now()
		}
		if over {
			return
		}
		select {
		case <-ticks.C:
		case <-r.Context().Done():
			return
		case <-s.quit:
			over = true // once more, for how it ended
		}
	}
}
