package main

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
)

// Train, look, predict and run on, as a user would, and the mistakes a user makes.
func TestReservoirCommands(t *testing.T) {
	t.Chdir(t.TempDir())
	var b strings.Builder
	b.WriteString("day,load,wind\n")
	for i := range 900 {
		fmt.Fprintf(&b, "%d,%v,%v\n", i, 500+80*math.Sin(0.2*float64(i))+20*math.Sin(0.53*float64(i)), 3+math.Cos(0.2*float64(i)))
	}
	for name, text := range map[string]string{"load.csv": b.String(), "broken.csv": "load\n1\n2,3\n", "text.csv": "load\n1\nhigh\n"} {
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	status, stdout, stderr := glia("reservoir", "train", "--data", "load.csv", "--input", "load,wind", "--units", "60", "--save", "load.glia")
	if status != exitOK || !strings.Contains(stdout, "if nothing changed") || !strings.Contains(stdout, "load.glia") {
		t.Fatalf("train: status %d\n%s%s", status, stdout, stderr)
	}
	status, stdout, _ = glia("reservoir", "info", "load.glia")
	if status != exitOK || !strings.Contains(stdout, "60 tanh units, leak 0.3") || !strings.Contains(stdout, "load, wind") {
		t.Errorf("info: status %d\n%s", status, stdout)
	}
	status, stdout, stderr = glia("reservoir", "predict", "load.glia", "--data", "load.csv", "--free-run", "20", "--out", "out.csv")
	if status != exitOK || !strings.Contains(stdout, "predictions for rows 102 to 920: out.csv") {
		t.Fatalf("predict: status %d\n%s%s", status, stdout, stderr)
	}
	written, err := os.ReadFile("out.csv")
	if err != nil {
		t.Fatal(err)
	}
	// The free run of two sines goes on as they do.
	lines := strings.Split(strings.TrimSpace(string(written)), "\n")
	var row int
	var load, wind float64
	if _, err := fmt.Sscanf(lines[len(lines)-1], "%d,%g,%g,,", &row, &load, &wind); err != nil {
		t.Fatalf("%v in %s", err, lines[len(lines)-1])
	}
	if want := 500 + 80*math.Sin(0.2*919) + 20*math.Sin(0.53*919); row != 920 || !(math.Abs(load-want) < 5) {
		t.Errorf("row %d: load %g, want %g", row, load, want)
	}
	// Without --out the same goes to the terminal.
	if status, stdout, _ = glia("reservoir", "predict", "load.glia", "--data", "load.csv", "--free-run", "20"); status != exitOK || stdout != string(written) {
		t.Errorf("predict to the terminal: status %d", status)
	}
	// A spiking reservoir predicts the same bytes on any number of workers.
	status, stdout, stderr = glia(strings.Fields("reservoir train --data load.csv --input load --kind lif --coder population --units 40 --workers 2 --save spikes.glia")...)
	if status != exitOK {
		t.Fatalf("train spikes: status %d\n%s%s", status, stdout, stderr)
	}
	status, stdout, _ = glia("reservoir", "info", "spikes.glia")
	if status != exitOK || !strings.Contains(stdout, "32 neurons (LIFExp)") || !strings.Contains(stdout, "10 channels of spikes") {
		t.Errorf("info: status %d\n%s", status, stdout)
	}
	var first string
	for workers := 1; workers <= 3; workers++ {
		status, stdout, stderr = glia("reservoir", "predict", "spikes.glia", "--data", "load.csv", "--continue", "--free-run", "5", "--workers", fmt.Sprint(workers))
		if first += stdout; status != exitOK || stdout == "" || stdout+strings.Repeat(stdout, workers-1) != first {
			t.Errorf("predict with %d workers: status %d, %d bytes\n%s", workers, status, len(stdout), stderr)
		}
	}
	if err := os.WriteFile("damaged.glia", []byte("glia-res and more that is not a model at all, whatever it says"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		line   string
		status int
		want   string
	}{
		{"", 2, "train, predict, info"},
		{"trian", 2, "train"},
		{"train", 2, "--data is missing"},
		{"train --data load.csv --save x.glia", 2, "--input is missing"},
		{"train --data load.csv --input load", 2, "--save is missing"},
		{"train --data nowhere.csv --input load --save x.glia", 1, "nowhere.csv"},
		{"train --data load.csv --input lod --save x.glia", 2, `no column "lod"; there are: day, load, wind`},
		{"train --data broken.csv --input load --save x.glia", 1, "broken.csv: line 3: 2 fields"},
		{"train --data text.csv --input load --save x.glia", 1, `text.csv: line 3, column load: "high" is not a number`},
		{"train --data load.csv --input load --coder latency --save x.glia", 2, "--coder means nothing to a reservoir of kind esn: it is an option of lif izhikevich"},
		{"train --data load.csv --input load --kind ngrc --units 50 --save x.glia", 2, "--units means nothing"},
		{"train --data load.csv --input load --kind lif --coder morse --save x.glia", 2, "coder is morse"},
		{"train --data load.csv --input load --kind nrgc --save x.glia", 2, "kind is nrgc: must be one of [esn ei lif izhikevich assembly ngrc]"},
		{"train --data load.csv --input load --kind ngrc --taps 0 --save x.glia", 2, "taps is 0"},
		{"train --data load.csv --input load --workers 0 --save x.glia", 2, "workers"},
		{"train --data load.csv --input load --leak 2 --save x.glia", 2, "leak is 2"},
		{"train --data load.csv --input load --ridge small --save x.glia", 2, "--ridge small"},
		{"train --data load.csv --input load --units 20 --save no/where/x.glia", 1, "cannot write no/where/x.glia"},
		{"predict load.glia", 2, "--data is missing"},
		{"predict --data load.csv", 2, "which model"},
		{"predict damaged.glia --data load.csv", 1, "damaged.glia: reservoir: not a readable model"},
		{"predict nowhere.glia --data load.csv", 1, "nowhere.glia"},
		{"predict load.glia --data text.csv", 1, "line 3"},
		{"info load.csv", 1, `does not begin with "glia-res"`},
	} {
		status, _, stderr := glia(append([]string{"reservoir"}, strings.Fields(test.line)...)...)
		if status != test.status || !strings.Contains(stderr, test.want) {
			t.Errorf("reservoir %s: status %d, want %d and %q\n%s", test.line, status, test.status, test.want, stderr)
		}
	}
	if _, err := os.Stat("x.glia"); err == nil {
		t.Error("a refused command line left a model")
	}
}
