package validation

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// The tests of this file hold what docs/DETERMINISM.md promises about builds and machines. They run the Go
// tool, which takes some ten seconds each.

func goTool(t *testing.T, env []string, args ...string) []byte {
	t.Helper()
	if testing.Short() {
		t.Skip("builds the module")
	}
	tool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("no Go tool on this machine")
	}
	c := exec.CommandContext(t.Context(), tool, args...)
	c.Dir = filepath.Join("..", "..")
	c.Env = append(os.Environ(), env...)
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("go %s: %v\n%.2000s", strings.Join(args, " "), err, out)
	}
	return out
}

// exactPackages decide about spikes, states and weights.
var exactPackages = []string{"sim", "neurons", "synapses", "plasticity", "plasticity/glia", "networks"}

// notYetExact are the files whose sums of products the compiler may still fuse on some architectures. Take
// a file out once its products are written float64(x*y); put none in.
var notYetExact = strings.Fields(`
networks/izhikevich2003.go networks/liquid_astrocytes.go networks/microcircuit.go
neurons/event_crossing.go neurons/event_qif.go neurons/input_noise.go neurons/source_counts.go neurons/source_piecewise.go
plasticity/balance.go plasticity/bcm.go plasticity/clopath.go plasticity/clopath_lif.go plasticity/eprop.go
plasticity/eprop_online.go plasticity/gated.go plasticity/homeostatic.go plasticity/inhibitory.go plasticity/intrinsic.go plasticity/pair.go
plasticity/signal.go plasticity/structural.go plasticity/threefactor.go plasticity/trace.go plasticity/triplet.go
plasticity/glia/cadence.go plasticity/glia/gap.go plasticity/glia/gchi.go plasticity/glia/gchi_cells.go
plasticity/glia/gliotransmission.go plasticity/glia/lirinzel.go plasticity/glia/lirinzel_cells.go
plasticity/glia/modulated_synapses.go plasticity/glia/sic.go
plasticity/glia/slow_gain.go plasticity/glia/tm.go
sim/draft.go sim/partition.go sim/time.go
synapses/cells.go synapses/kinetics.go synapses/normal.go synapses/tsodyks.go`)

// harmless are places where fusing changes nothing: the product is exact (by a power of two), or fusing is
// what is written (math.FMA).
var harmless = []struct{ file, text string }{
	{"neurons/event_time.go", "math.FMA("},
	{"neurons/event_time.go", "Knuth's two-sum"},
	{"neurons/event_time.go", "s := p + phase"},
	{"neurons/event_time.go", "exactSum(c, s, lost+"},
	{"plasticity/growth.go", "(ca - xi) / zeta"},
	{"synapses/sample.go", "1-r.Float64()"},
}

var fusedInstruction = regexp.MustCompile(`\sFN?M(?:ADD|SUB)[DS]\s`)

// TestFusedMultiplyAdds compiles the packages for arm64, whose compiler fuses x*y + z wherever the language
// allows it (also across statements and inlined calls), and looks for the instructions.
func TestFusedMultiplyAdds(t *testing.T) {
	args := []string{"build", "-gcflags=-S"}
	for _, p := range exactPackages {
		args = append(args, "./"+p)
	}
	listing := string(goTool(t, []string{"GOARCH=arm64", "GOOS=linux", "CGO_ENABLED=0"}, args...))
	if strings.Count(listing, " STEXT ") < 100 {
		t.Fatalf("the compiler's listing has %d functions", strings.Count(listing, " STEXT "))
	}
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	place := regexp.MustCompile(regexp.QuoteMeta("("+root+string(filepath.Separator)) + `([^:)]+):(\d+)\)`)
	sources := map[string][]string{}
	seen := map[string]bool{}
	fusing := map[string]bool{}
	for line := range strings.Lines(listing) {
		if !fusedInstruction.MatchString(line) {
			continue
		}
		m := place.FindStringSubmatch(line)
		if m == nil || seen[m[0]] {
			continue // inlined from the standard library
		}
		seen[m[0]] = true
		file := filepath.ToSlash(m[1])
		if sources[file] == nil {
			text, err := os.ReadFile(filepath.Join(root, m[1]))
			if err != nil {
				t.Fatal(err)
			}
			sources[file] = strings.Split(string(text), "\n")
		}
		var n int
		fmt.Sscan(m[2], &n)
		text := strings.TrimSpace(sources[file][n-1])
		if slices.ContainsFunc(harmless, func(h struct{ file, text string }) bool { return h.file == file && strings.Contains(text, h.text) }) {
			continue
		}
		fusing[file] = true
		if !slices.Contains(notYetExact, file) {
			t.Errorf("%s:%d: a product that may be fused with a sum: write float64(x*y) (docs/DETERMINISM.md)\n\t%s", file, n, text)
		}
	}
	for _, file := range notYetExact {
		if !fusing[file] {
			t.Logf("%s fuses nothing any more: take it out of notYetExact", file)
		}
	}
}

// spikesOf runs a short experiment with a command and gives the hash of its spikes.
func spikesOf(t *testing.T, command string, env []string, args ...string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "run")
	c := exec.CommandContext(t.Context(), command, append(append([]string{"run"}, args...), "--quiet", "--out", dir)...)
	c.Env = append(os.Environ(), env...)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("glia run %v: %v\n%s", args, err, out)
	}
	text, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Spikes int64
		SHA256 string `json:"spikes_sha256"`
	}
	if err := json.Unmarshal(text, &manifest); err != nil {
		t.Fatal(err)
	}
	if manifest.Spikes < 100 {
		t.Fatalf("glia run %v: %d spikes: too few to compare", args, manifest.Spikes)
	}
	return manifest.SHA256
}

// TestBuildLevels builds the command for several levels of amd64 and compares the spikes of short
// experiments.
func TestBuildLevels(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("GOAMD64 is of amd64")
	}
	experiments := [][]string{
		{"brunel", "--set", "neurons=1000", "--set", "warmup=20", "--set", "duration=200"},
		{"izhikevich2003", "--set", "warmup=100", "--set", "duration=900"},
		{"nalsm", "--set", "neurons=216", "--set", "init_images=10", "--set", "train_images=20", "--set", "validation_images=10",
			"--set", "test_images=10", "--set", "passes=1"},
	}
	dir := t.TempDir()
	var want []string
	for _, b := range []struct {
		level    string
		promised bool
	}{
		{"v1", true},
		{"v2", true},
		{"v3", false}, // the compiler fuses; see docs/DETERMINISM.md
	} {
		if b.level == "v3" && !hasFMA() {
			t.Log("the processor is below v3")
			continue
		}
		command := filepath.Join(dir, "glia-"+b.level)
		goTool(t, []string{"GOAMD64=" + b.level}, "build", "-o", command, "./cmd/glia")
		for k, args := range experiments {
			hash := spikesOf(t, command, nil, append(args, "--workers", fmt.Sprint(k+1))...)
			if b.level == "v1" {
				want = append(want, hash)
				if again := spikesOf(t, command, nil, append(args, "--workers", "4")...); again != hash {
					t.Errorf("%s: %d and 4 workers give different spikes", args[0], k+1)
				}
				continue
			}
			switch same := hash == want[k]; {
			case !same && b.promised:
				t.Errorf("%s: GOAMD64=v1 and %s give different spikes", args[0], b.level)
			case !b.promised:
				t.Logf("%s: GOAMD64=v1 and %s give the same spikes: %v (not promised)", args[0], b.level, same)
			}
		}
	}
}

// hasFMA says whether the processor can run GOAMD64=v3.
func hasFMA() bool {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return false
	}
	_, flags, found := strings.Cut(string(text), "\nflags")
	if !found {
		return false
	}
	flags, _, _ = strings.Cut(flags, "\n")
	words := strings.Fields(flags)
	for _, f := range []string{"fma", "avx2", "bmi1", "bmi2", "movbe", "f16c", "abm"} {
		if !slices.Contains(words, f) {
			return false
		}
	}
	return true
}
