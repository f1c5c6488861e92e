package runfolder

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/glia-sim/glia/experiments"
)

// Each way in which a checkpoint cannot be used has a message of its own.
func TestCheckpointsThatCannotBeUsed(t *testing.T) {
	dir := t.TempDir()
	f, run := start(t, Options{Dir: dir})
	must(t, f.WriteStage("early", []byte("result")))
	if !f.Resumable() {
		t.Error("a finished stage is nothing to go on from")
	}
	path := f.checkpointPath(stagePrefix + "early")
	whole, err := os.ReadFile(path)
	must(t, err)
	changed := bytes.Clone(whole)
	changed[len(changed)/2]++
	for want, content := range map[string][]byte{
		"is no checkpoint of glia":                      []byte("{}\n"),
		"path is no checkpoint of glia":                 bytes.Repeat([]byte("lorem ipsum "), 100),
		"has the format of another version of glia":     []byte("glia checkpoint 9\nand so on"),
		"is truncated":                                  whole[:40],
		"path is truncated":                             nil,
		"is damaged: its checksum is wrong":             changed,
		"path is damaged: its checksum is wrong":        whole[:len(whole)-1],
		`is not what its name says but a "stage early"`: nil,
	} {
		name, stage := stagePrefix+"early", "early"
		if strings.Contains(want, "stage early") {
			name, stage, content = stagePrefix+"late", "late", whole
		}
		must(t, os.WriteFile(f.checkpointPath(name), content, 0o666))
		_, err := f.ReadStage(stage)
		var bad *CheckpointError
		if want = strings.TrimPrefix(want, "path "); !errors.As(err, &bad) || !strings.HasSuffix(err.Error(), name+" "+want) {
			t.Errorf("%v; want %q", err, want)
		}
	}
	// The run goes on all the same.
	run = experiments.NewRun(fake, run.Values, experiments.Options{Store: f, StageWorth: 1})
	must(t, os.WriteFile(path, []byte("{}"), 0o666))
	if got, err := experiments.Keep(run, "early", func() (int, error) { return 5, nil }); got != 5 || err != nil {
		t.Errorf("a damaged stage gives %d, %v", got, err)
	}
	if kept, err := f.ReadStage("early"); err != nil || kept == nil {
		t.Errorf("the stage carried out again was not kept: %v", err)
	}
}
