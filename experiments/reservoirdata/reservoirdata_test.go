package reservoirdata

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/networks/reservoir/tasks"
)

func runIn(t *testing.T, dir string, workers int, set ...string) (map[string]float64, error) {
	t.Helper()
	var e *experiments.Experiment
	for _, x := range experiments.All() {
		if x.Name == "reservoir-data" {
			e = x
		}
	}
	v, err := e.Parse(set)
	if err != nil {
		t.Fatal(err)
	}
	r := experiments.NewRun(e, v, experiments.Options{Seed: 1, Workers: workers, Data: dir})
	err = e.Run(context.Background(), r)
	got := map[string]float64{}
	for _, m := range r.Results() {
		got[m.Name] = m.Value
	}
	return got, err
}

// Made-up data of the same form: a chaotic series that a network predicts better than a regression, and nine speakers
// with a tone of their own. Any number of workers gives the same numbers.
func TestMadeUpData(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := runIn(t, dir, 1); err == nil || !strings.Contains(err.Error(), "santafe_laser.txt") {
		t.Errorf("empty folder: %v", err)
	}
	x, err := tasks.DefaultMackeyGlass().Series(4000)
	if err != nil {
		t.Fatal(err)
	}
	write("santafe_laser.txt", strings.Trim(fmt.Sprint(x), "[]")) // all on one line
	if _, err := runIn(t, dir, 1); err == nil || !strings.Contains(err.Error(), "want few") {
		t.Errorf("laser on one line: %v", err)
	}
	write("santafe_laser.txt", strings.ReplaceAll(strings.Trim(fmt.Sprint(x), "[]"), " ", "\n"))
	rng := rand.New(rand.NewPCG(1, 1))
	for _, part := range []string{"train", "test"} {
		var b strings.Builder
		for speaker := range 9 {
			for range 5 {
				for range 7 + rng.IntN(10) {
					for k := range 12 {
						tone := 0.0
						if k == speaker {
							tone = 0.5
						}
						fmt.Fprintf(&b, "%g ", tone+0.3*rng.NormFloat64())
					}
					b.WriteString("\n")
				}
				b.WriteString(strings.Repeat("1.0 ", 12) + "\n")
			}
		}
		write("ae."+part, b.String())
		write("size_ae."+part, strings.Repeat("5 ", 9))
	}
	set := []string{"realisations=2", "laser_units=60", "laser_train=600", "vowel_units=40"}
	one, err := runIn(t, dir, 1, set...)
	if err != nil {
		t.Fatal(err)
	}
	if len(one) != 10 || !(one["laser_validation"] < one["laser_linear_20"]) || !(one["vowel_validation"] > 50) || !(one["laser_one_step"] < one["laser_linear_20"]) || !(one["vowel_vote"] > 60) {
		t.Errorf("%v", one)
	}
	if three, err := runIn(t, dir, 3, set...); err != nil || !reflect.DeepEqual(one, three) {
		t.Errorf("three workers: %v, %v\none: %v", three, err, one)
	}
	if _, err := runIn(t, dir, 1, "laser_train=5000"); err == nil || !strings.Contains(err.Error(), "lower laser_train") {
		t.Errorf("more training than samples: %v", err)
	}
}
