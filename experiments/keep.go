package experiments

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"time"
)

// Keep gives the result of an expensive stage of a run. When the run is resumed after the stage was
// finished, f is not called again: its result was kept, in the form of package gob. So the result must be
// all that f does: metrics, figures and spikes are handed over outside it, from what it returns. f may
// use Advance and Loop inside.
//
// The name is that of the stage within the run. Stages may run side by side.
func Keep[T any](r *Run, name string, f func() (T, error)) (T, error) {
	var result, none T
	if err := r.beginStage(name); err != nil {
		return none, err
	}
	store := r.keep.store
	if store != nil {
		kept, err := store.ReadStage(name)
		if err == nil && kept != nil {
			if err = gob.NewDecoder(bytes.NewReader(kept)).Decode(&result); err == nil {
				return result, nil
			}
		}
		if err != nil {
			r.Logf("stage %q is carried out again: what was kept of it cannot be used: %v", name, err)
		}
	}
	start := time.Now()
	result, err := f()
	if err != nil || store == nil || time.Since(start) < r.keep.worth {
		return result, err
	}
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(&result); err != nil {
		return none, fmt.Errorf("experiments: stage %q: a %T cannot be kept: %w", name, result, err)
	}
	return result, store.WriteStage(name, b.Bytes())
}

func (r *Run) beginStage(name string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.keep.stages[name] {
		return fmt.Errorf("experiments: two stages of the run are named %q: give each a name of its own", name)
	}
	r.keep.stages[name] = true
	if r.dry {
		return ErrDryRun
	}
	return nil
}
