package force

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/glia-sim/glia/experiments"
)

// The song is a phrase of 4 s whose notes are half sines; a copy of it that comes 1.3 s early is recognised, with its
// lag and all of its notes, and noise is not.
func TestSongIsRecognised(t *testing.T) {
	beats := 0
	for _, n := range odeToJoy {
		beats += n.beats
	}
	if beats != phrase {
		t.Fatalf("%d beats", beats)
	}
	var now [5]float64
	song(4000+125, now[:]) // the middle of the first note
	if now != [5]float64{2: 1} {
		t.Errorf("first note %v", now)
	}
	if song(3750, now[:]); math.Abs(now[1]-1) > 1e-12 { // of the half note
		t.Errorf("last note %v", now)
	}
	const start = 7000.0
	early, noise := make([]float64, 5*4000), make([]float64, 5*4000)
	rng := rand.New(rand.NewPCG(1, 1))
	for k := range 4000 {
		song(start+float64(k+1)+1300, early[5*k:5*k+5])
	}
	for k := range noise {
		noise[k] = rng.NormFloat64()
	}
	if m := matchSong(early, start); m.lag != 1300 || m.best < 1-1e-9 || m.unshifted > 0.6 || m.right != m.notes || m.notes < len(odeToJoy)-1 {
		t.Errorf("shifted song: %+v", m)
	}
	if m := matchSong(noise, start); m.best > 0.1 || m.right > 2*m.notes/3 {
		t.Errorf("noise: %+v", m)
	}
}

// The task runs through; what is learned takes longer than a test.
func TestSongRuns(t *testing.T) {
	e, err := experiments.Lookup("force")
	if err != nil {
		t.Fatal(err)
	}
	v, err := e.Parse([]string{"task=ode", "song_neurons=100", "song_duration=4000"})
	if err != nil {
		t.Fatal(err)
	}
	r := experiments.NewRun(e, v, experiments.Options{Seed: 1})
	if err := e.Run(context.Background(), r); err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if r.Spikes() == 0 || len(r.Results()) < 7 || len(r.Figures()) < 4 {
		t.Errorf("%d spikes, %d metrics, %d figures", r.Spikes(), len(r.Results()), len(r.Figures()))
	}
}
