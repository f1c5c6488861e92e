package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/experiments/runfolder"
)

// TestPageInABrowser opens the live page in headless Chromium, pauses, resumes and stops the run with the
// buttons and the keyboard, and takes pictures in light and dark. It needs chromedriver and Chromium (the
// Debian packages chromium and chromium-driver). GLIA_SCREENSHOTS names a folder to keep the pictures in.
func TestPageInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped in short mode")
	}
	b := openBrowser(t)
	defer b.close()
	t.Chdir(t.TempDir())
	progress, writer := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		defer writer.Close()
		ended <- run([]string{"glia", "watch", "fake-live", "--paused", "--exit", "--out", "run"}, strings.NewReader(""), io.Discard, writer)
	}()
	lines := bufio.NewScanner(progress)
	address := ""
	for address == "" && lines.Scan() {
		_, address, _ = strings.Cut(lines.Text(), "watch it at  ")
	}
	go io.Copy(io.Discard, progress)
	b.open(address)

	b.until("paused", `return document.getElementById('state').textContent === 'paused'`)
	b.click("#pause") // it says Resume now
	b.until("running, with spikes", `return document.getElementById('state').textContent === 'running' && spikes.n > 1000 && bins.length > 300 && signals[0].v.length > 10`)
	if b.run(`return document.getElementById('pause').textContent`) != "Pause" {
		t.Error("the button does not say Pause while the run is on")
	}
	b.picture("live-light")
	b.run(`document.getElementById('pause').focus()`)
	b.keys("#pause", " ") // by keyboard
	b.until("paused by keyboard", `return document.getElementById('state').textContent === 'paused'`)
	before := b.run(`return document.getElementById('spikes').textContent`)
	b.dark()
	time.Sleep(300 * time.Millisecond)
	b.picture("paused-dark")
	if after := b.run(`return document.getElementById('spikes').textContent`); after != before {
		t.Errorf("%v spikes before and %v after a pause", before, after)
	}
	b.click("#pause")
	b.until("running again", `return document.getElementById('state').textContent === 'running'`)
	b.click("#stop")
	b.until("asked whether to stop", `return document.getElementById('sure').open`)
	b.click("#go-on")
	b.until("still running", `return !document.getElementById('sure').open && document.getElementById('state').textContent === 'running'`)
	b.click("#stop")
	b.click("#stop-now")
	b.until("interrupted", `return status.state === 'interrupted'`)
	b.picture("stopped-dark")
	if status := <-ended; status != 130 {
		t.Errorf("exit status %d after a stop, want 130", status)
	}
	if m, err := runfolder.ReadManifest("run"); err != nil || m.Status != runfolder.Interrupted || m.Spikes == 0 {
		t.Errorf("manifest: %v, status %q, %d spikes; want what was computed", err, m.Status, m.Spikes)
	}
	if errs := b.errors(); len(errs) > 0 {
		t.Errorf("the browser complains: %s", errs)
	}
}

func init() {
	experiments.Register(&experiments.Experiment{
		Name: "fake-live", Title: "A fake network that fires until it is stopped", Summary: "Waves without a cause.", Citation: "Nobody 2001",
		Metrics: []experiments.Metric{{Name: "rate", Unit: "Hz", Meaning: "mean rate"}},
		Targets: []experiments.Target{{Metric: "rate", Value: 20, Tolerance: experiments.Abs(1), Source: "Nobody, Table 3"}},
		Run:     runFakeLive,
	})
}

// runFakeLive simulates in real time, so that a browser on the same machine has time as well.
func runFakeLive(ctx context.Context, run *experiments.Run) error {
	for k, name := range []string{"excitatory", "inhibitory", "input"} {
		if _, err := run.AddPopulation(name, []int{400, 80, 20}[k]); err != nil {
			return err
		}
	}
	run.Phase("simulate")
	if _, err := run.Metric("rate", 20.3); err != nil {
		return err
	}
	rng := rand.New(rand.NewPCG(run.Seed, 0))
	for ms := 0.0; ; ms++ {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Millisecond):
		}
		wave := 0.03 * (1 + math.Sin(ms/40))
		var times []float64
		var ids []int32
		for id := range int32(500) {
			if rng.Float64() < wave {
				times, ids = append(times, ms), append(ids, id)
			}
		}
		if err := run.AddSpikes(times, ids); err != nil {
			return err
		}
		run.Signal("astrocyte", "", ms, wave)
		run.Simulated(ms)
		run.Progress(ms, 1e5)
	}
}

// browser is a session of the W3C WebDriver protocol with chromedriver.
type browser struct {
	t       *testing.T
	driver  *exec.Cmd
	session string // URL
}

func openBrowser(t *testing.T) *browser {
	driver, err := exec.LookPath("chromedriver")
	if err != nil {
		t.Skip("chromedriver is not installed: the page is not tested in a browser")
	}
	binary := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			binary = path
			break
		}
	}
	if binary == "" {
		t.Skip("Chromium is not installed: the page is not tested in a browser")
	}
	b := &browser{t: t, driver: exec.Command(driver, "--port=0")}
	out, err := b.driver.StdoutPipe()
	if err == nil {
		err = b.driver.Start()
	}
	if err != nil {
		t.Skipf("chromedriver cannot be started: %v", err)
	}
	port := ""
	for lines := bufio.NewScanner(out); port == "" && lines.Scan(); {
		// ChromeDriver was started successfully on port 40123.
		if _, rest, ok := strings.Cut(lines.Text(), "successfully on port "); ok {
			port = strings.TrimSuffix(rest, ".")
		}
	}
	go io.Copy(io.Discard, out)
	options := map[string]any{
		"binary": binary, "args": []string{"--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1280,1500"},
	}
	b.session = "http://127.0.0.1:" + port
	answer, err := b.ask("POST", "/session", map[string]any{"capabilities": map[string]any{"alwaysMatch": map[string]any{
		"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": map[string]string{"browser": "ALL"},
	}}})
	if err != nil {
		b.driver.Process.Kill()
		b.driver.Wait()
		t.Skipf("Chromium cannot be started here: %v", err)
	}
	b.session += "/session/" + answer.(map[string]any)["sessionId"].(string)
	return b
}

func (b *browser) close() {
	b.ask("DELETE", "", nil)
	b.driver.Process.Kill()
	b.driver.Wait()
}

// ask sends a command and returns the value of the answer.
func (b *browser) ask(method, path string, body any) (any, error) {
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(text)
	}
	r, err := http.NewRequest(method, b.session+path, content)
	if err != nil {
		return nil, err
	}
	client := http.Client{Timeout: time.Minute}
	answer, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	var reply struct{ Value any }
	if err := json.NewDecoder(answer.Body).Decode(&reply); err != nil {
		return nil, err
	}
	if answer.StatusCode != 200 {
		return nil, fmt.Errorf("%s: %v", answer.Status, reply.Value)
	}
	return reply.Value, nil
}

func (b *browser) must(method, path string, body any) any {
	b.t.Helper()
	value, err := b.ask(method, path, body)
	if err != nil {
		b.t.Fatalf("%s %s: %v", method, path, err)
	}
	return value
}

func (b *browser) open(url string) { b.must("POST", "/url", map[string]any{"url": url}) }

// run carries out a script in the page and returns what it returns.
func (b *browser) run(script string) any {
	b.t.Helper()
	return b.must("POST", "/execute/sync", map[string]any{"script": script, "args": []any{}})
}

func (b *browser) until(what, script string) {
	b.t.Helper()
	for range 300 {
		if b.run(script) == true {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	b.picture("waiting")
	b.t.Fatalf("the page never came to be %s; it says %q", what, b.run(`return document.getElementById('state').textContent`))
}

func (b *browser) element(selector string) string {
	b.t.Helper()
	for _, id := range b.must("POST", "/element", map[string]any{"using": "css selector", "value": selector}).(map[string]any) {
		return "/element/" + id.(string)
	}
	return ""
}

func (b *browser) click(selector string) {
	b.t.Helper()
	b.must("POST", b.element(selector)+"/click", map[string]any{})
}

func (b *browser) keys(selector, keys string) {
	b.t.Helper()
	b.must("POST", b.element(selector)+"/value", map[string]any{"text": keys})
}

// dark makes the page believe that the user prefers dark colours.
func (b *browser) dark() {
	b.must("POST", "/goog/cdp/execute", map[string]any{"cmd": "Emulation.setEmulatedMedia", "params": map[string]any{
		"features": []map[string]string{{"name": "prefers-color-scheme", "value": "dark"}},
	}})
}

// picture takes a screenshot.
func (b *browser) picture(name string) {
	b.t.Helper()
	dir := os.Getenv("GLIA_SCREENSHOTS")
	if dir == "" {
		dir = b.t.TempDir()
	}
	text, _ := b.must("GET", "/screenshot", nil).(string)
	png, err := base64.StdEncoding.DecodeString(text)
	if err != nil || !bytes.HasPrefix(png, []byte("\x89PNG")) {
		b.t.Fatalf("no picture: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o666); err != nil {
		b.t.Fatal(err)
	}
}

// errors returns what the page wrote to the console as errors.
func (b *browser) errors() (texts []string) {
	entries, _ := b.must("POST", "/se/log", map[string]any{"type": "browser"}).([]any)
	for _, e := range entries {
		if entry := e.(map[string]any); entry["level"] == "SEVERE" {
			texts = append(texts, fmt.Sprint(entry["message"]))
		}
	}
	return texts
}
