package runfolder

import (
	"bytes"
	"crypto/sha256"
	"encoding/gob"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/glia-sim/glia/experiments"
)

// No file makes the reader of checkpoints panic or take memory that the file does not have: neither as
// it is, nor with a seal that fits.
func FuzzCheckpoint(f *testing.F) {
	id := identity{Experiment: "fake", Parameters: map[string]any{"g": 4.0}, Seed: 7, Version: "test", Kind: "checkpoint"}
	var whole bytes.Buffer
	if err := sealed(&whole, id, func(w io.Writer) error {
		var b bytes.Buffer
		err := gob.NewEncoder(&b).Encode(&experiments.Checkpoint{Stretch: "simulate", At: 20, State: [][]byte{{1}}, Spikes: experiments.SpikePosition{Written: 3, Held: []experiments.Spike{{Time: 1, ID: 2}}}})
		if err != nil {
			return err
		}
		return writeBlock(w, b.Bytes())
	}); err != nil {
		f.Fatal(err)
	}
	f.Add(whole.Bytes())
	f.Add(whole.Bytes()[:whole.Len()-sha256.Size])
	f.Add([]byte(checkpointMark))
	f.Add([]byte("glia checkpoint 9\n"))
	f.Add(append([]byte(checkpointMark), bytes.Repeat([]byte{0xff}, 40)...))
	f.Fuzz(func(t *testing.T, data []byte) {
		sum := sha256.Sum256(data)
		for _, file := range [][]byte{data, append(bytes.Clone(data), sum[:]...)} {
			body, err := unsealed(bytes.NewReader(file), int64(len(file)), id)
			if err != nil {
				continue
			}
			if c, at, err := parseCheckpoint(body); err == nil && (c.Spikes.Written < 0 || at > body.Size()) {
				t.Fatalf("accepted %+v", c)
			}
		}
	})
}

// No content of manifest.json or metrics.json makes their readers panic.
func FuzzManifest(f *testing.F) {
	f.Add([]byte(`{"format": 1, "experiment": "brunel", "status": "running", "parameters": {"g": 5}, "seed": 1, "workers": 2, "files": ["../x"]}`))
	f.Add([]byte(`[{"name": "rate", "value": null, "target": 40, "ok": true}]`))
	f.Add([]byte(`{"format": 1, "start": 3}`))
	f.Add([]byte(`{`))
	f.Fuzz(func(t *testing.T, data []byte) {
		dir := t.TempDir()
		for _, name := range []string{ManifestFile, MetricsFile} {
			if err := os.WriteFile(filepath.Join(dir, name), data, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		if m, err := ReadManifest(dir); err == nil && m.Format != FormatVersion {
			t.Fatalf("accepted format %d", m.Format)
		}
		_, _ = ReadMetrics(dir)
	})
}
