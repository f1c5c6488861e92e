package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestComplete(t *testing.T) {
	app := newApp(io.Discard, io.Discard)
	for _, test := range []struct {
		line string   // up to the cursor
		has  []string // among the candidates
		not  string
	}{
		{"", []string{"run", "watch", "doctor", "completion"}, "__complete"},
		{"ru", []string{"run"}, "resume"},
		{"run ", []string{"fake-net", "brunel"}, "--seed"},
		{"run fake-n", []string{"fake-net"}, "brunel"},
		{"run fake-net ", nil, "brunel"},
		{"run --see", []string{"--seed"}, "--set"},
		{"run fake-net --", []string{"--set", "--max-wall", "--no-color", "--help"}, "fake-net"},
		{"run --seed ", nil, "fake-net"},
		{"run --seed 3 fake-net --set ", []string{"g=", "duration=", "behave="}, "rate"},
		{"run fake-net --set behave=w", []string{"behave=well", "behave=wait"}, "behave=fail"},
		{"run fake-net --set=behave=w", []string{"--set=behave=well"}, "behave=well"},
		{"run --set ", nil, "g="},
		{"run nonsense --set ", nil, "g="},
		{"run --out ", []string{":dirs"}, "fake-net"},
		{"watch ", []string{"fake-net", ":dirs"}, "--port"},
		{"watch --p", []string{"--port", "--paused"}, "--seed"},
		{"resume ", []string{":dirs"}, "fake-net"},
		{"data ", []string{"list", "fetch", "check"}, "run"},
		{"data fetch ", []string{"mnist"}, "list"},
		{"data fetch --m", []string{"--mirror"}, "mnist"},
		{"nonsense ", []string{}, "fake-net"},
		{"completion ", []string{"bash", "zsh", "fish"}, "run"},
	} {
		var words []string
		for _, c := range complete(app, strings.Split(test.line, " ")) {
			words = append(words, c.word)
		}
		for _, w := range test.has {
			if !slices.Contains(words, w) {
				t.Errorf("%q: %q is not among %q", test.line, w, words)
			}
		}
		if slices.Contains(words, test.not) {
			t.Errorf("%q: %q is among %q", test.line, test.not, words)
		}
	}
}

// TestBashCompletes sources the script as a user does. This program stands for glia.
func TestBashCompletes(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("bash is not installed")
	}
	dir := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(dir, "glia")); err != nil {
		t.Skip(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "runs", "one"), 0o777); err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string]string{
		"glia run fake-n":                        "fake-net",
		"glia run fake-net --set be":             "behave=",
		"glia run fake-net --set behave=wa":      "wait",
		"glia run fake-net --set=behave=wa":      "wait",
		"glia resume runs/o":                     "runs/one",
		"glia run fake-net --set g=3 --out runs": "runs",
	} {
		script := `source <(glia completion bash); COMP_LINE=$1; COMP_POINT=${#1}; _glia; printf '%s\n' "${COMPREPLY[@]}"`
		c := exec.Command(bash, "--norc", "-c", script, "bash", line)
		c.Dir = dir
		c.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"), asCommand+"=1")
		out, err := c.CombinedOutput()
		if got := strings.TrimSpace(string(out)); err != nil || got != want {
			t.Errorf("%s: bash offers %q (%v), want %q", line, got, err, want)
		}
	}
}

func TestScriptsAreWhole(t *testing.T) {
	for _, shell := range shells() {
		status, stdout, _ := glia("completion", shell)
		if status != 0 || !strings.Contains(stdout, "__complete --") {
			t.Errorf("%s: exit status %d, script of %d bytes", shell, status, len(stdout))
		}
		if path, err := exec.LookPath(shell); err == nil {
			c := exec.Command(path, "-n") // reads and checks only
			c.Stdin = strings.NewReader(stdout)
			if out, err := c.CombinedOutput(); err != nil {
				t.Errorf("%s does not understand its script: %v: %s", shell, err, out)
			}
		}
	}
}
