package experiments

import (
	"bytes"
	"context"
	"encoding"
	"encoding/gob"
	"errors"
	"fmt"
	"hash"
	"io"
	"reflect"
	"slices"
	"time"

	"github.com/glia-sim/glia/sim"
)

// Store keeps what a run needs to go on after it was stopped or killed. A run folder is one. Each write is
// whole or not there at all, whatever happens to the process.
type Store interface {
	// WriteStage keeps the result of a finished stage.
	WriteStage(name string, result []byte) error
	// ReadStage gives the kept result of a stage, nil if there is none. After an error the stage is carried out
	// again.
	ReadStage(name string) ([]byte, error)
	// WriteCheckpoint keeps a checkpoint: c, and what state writes. Spikes handed over before are kept first.
	WriteCheckpoint(c *Checkpoint, state func(io.Writer) error) error
	// ReadSpikes visits the spikes with the numbers from to to-1 of those handed over. The slice is valid
	// during the call only.
	ReadSpikes(from, to int64, visit func([]Spike) error) error
}

// Checkpoint is a moment of a run from which it can go on. It lies inside a stretch, that is a call of
// Advance or Loop; what comes before the stretch is computed again, or taken from kept stages.
type Checkpoint struct {
	Stretch string   // its name
	Before  []string // stretches that were entered before it
	Step    int      // of a Loop: the next one
	At      float64  // time that the network has reached [ms]
	State   [][]byte // what the caller of Advance or Loop asked to keep
	Spikes  SpikePosition
	Phases  []Phase // with the wall time of the phase under way
	Wall    float64 // s since the run began, pauses left out

	// Network opens the state of the network, written by sim.Network.Save.
	Network func() (io.ReadCloser, error) `json:"-"`
}

// SpikePosition is where a run stands in recording its spikes.
type SpikePosition struct {
	Written int64   // handed to the sink
	Held    []Spike // at the latest time, waiting for others of that time
	Digest  []byte  // state of the SHA-256 over those written
}

// checkpoints is the part of a Run that looks after them.
type checkpoints struct {
	store   Store
	every   time.Duration
	worth   time.Duration // stages that took less are not kept
	due     time.Time     // of the next
	resume  *Checkpoint   // to go on from, until its stretch is reached
	entered []string      // stretches
	stages  map[string]bool
	refused bool // the network cannot be saved, and the user knows
	written int  // checkpoints
	began   time.Time
	earlier float64 // s that the run took before it was resumed
}

func (c *checkpoints) init(o Options) {
	c.store, c.every, c.resume, c.began = o.Store, o.CheckpointEvery, o.Resume, time.Now()
	c.worth = o.StageWorth
	if c.worth == 0 {
		c.worth = 50 * time.Millisecond
	}
	c.stages = map[string]bool{}
	if c.every > 0 {
		c.due = c.began.Add(c.every)
	}
	if c.resume != nil {
		c.earlier = c.resume.Wall
	}
}

// WallSeconds is the wall time the run has taken, before and after it was resumed.
func (r *Run) WallSeconds() float64 { return r.keep.earlier + time.Since(r.keep.began).Seconds() }

// Checkpoints is the number of checkpoints written since the run was started or resumed.
func (r *Run) Checkpoints() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.keep.written
}

// stretch is a call of Advance or Loop under way.
type stretch struct {
	run    *Run
	name   string
	before []string
	net    *sim.Network
	state  []any
	step   int
}

// enter begins a stretch, and goes on from the checkpoint if it lies in there.
func (r *Run) enter(name string, net *sim.Network, state []any) (*stretch, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	k := &r.keep
	if slices.Contains(k.entered, name) {
		return nil, fmt.Errorf("experiments: two stretches of the run are named %q: give each a name of its own", name)
	}
	s := &stretch{run: r, name: name, before: slices.Clone(k.entered), net: net, state: state}
	k.entered = append(k.entered, name)
	c := k.resume
	switch {
	case c == nil:
	case c.Stretch == name:
		k.resume = nil
		return s, s.restore(c)
	case !slices.Contains(c.Before, name):
		k.resume = nil // the stretch lay in a stage that has been finished since
	}
	return s, nil
}

func (s *stretch) restore(c *Checkpoint) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("cannot go on from the checkpoint at %g ms of %q: %w", c.At, c.Stretch, err)
		}
	}()
	if len(c.State) != len(s.state) {
		return fmt.Errorf("it holds %d values, the experiment keeps %d", len(c.State), len(s.state))
	}
	for k, b := range c.State {
		// A new value: gob leaves out zeros, which would not replace what is there.
		to := reflect.ValueOf(s.state[k]).Elem()
		v := reflect.New(to.Type())
		if err := gob.NewDecoder(bytes.NewReader(b)).DecodeValue(v); err != nil {
			return err
		}
		to.Set(v.Elem())
	}
	in, err := c.Network()
	if err != nil {
		return err
	}
	defer in.Close()
	if err := s.net.Load(in); err != nil {
		return err
	}
	s.step = c.Step
	s.run.phases = slices.Clone(c.Phases)
	return s.run.spikes.restore(c.Spikes)
}

// due says whether it is time for a checkpoint.
func (s *stretch) due() bool {
	k := &s.run.keep
	s.run.mu.Lock()
	defer s.run.mu.Unlock()
	return k.every > 0 && k.usable() && !time.Now().Before(k.due)
}

func (k *checkpoints) usable() bool { return k.store != nil && k.resume == nil && !k.refused }

// shortest is the wall time that a run goes on for between two checkpoints, however often they are wanted.
const shortest = time.Millisecond

// untilDue gives a context that ends when ctx does or a checkpoint is due.
func (s *stretch) untilDue(ctx context.Context) (context.Context, context.CancelFunc) {
	s.run.mu.Lock()
	defer s.run.mu.Unlock()
	if k := &s.run.keep; k.every > 0 && k.usable() {
		due := k.due
		if soon := time.Now().Add(shortest); due.Before(soon) {
			due = soon
		}
		return context.WithDeadline(ctx, due)
	}
	return ctx, func() {}
}

// pause writes a checkpoint if one is due or the run is being stopped; in the latter case it gives the
// reason.
func (s *stretch) pause(ctx context.Context) error {
	stopped := ctx.Err()
	if stopped == nil && !s.due() {
		return nil
	}
	err := s.checkpoint()
	if stopped != nil {
		err = errors.Join(fmt.Errorf("stopped at %g ms of %q: %w", s.net.Now(), s.name, stopped), err)
	}
	return err
}

func (s *stretch) checkpoint() error {
	r := s.run
	r.mu.Lock()
	defer r.mu.Unlock()
	k := &r.keep
	if !k.usable() {
		return nil
	}
	c := &Checkpoint{Stretch: s.name, Before: s.before, Step: s.step, At: s.net.Now(), Phases: r.elapsed(), Wall: k.earlier + time.Since(k.began).Seconds()}
	for _, v := range s.state {
		var b bytes.Buffer
		if err := gob.NewEncoder(&b).Encode(v); err != nil {
			return fmt.Errorf("experiments: %q cannot keep a %T: %w", s.name, v, err)
		}
		c.State = append(c.State, b.Bytes())
	}
	var err error
	if c.Spikes, err = r.spikes.position(); err != nil {
		return err
	}
	var refused error
	err = k.store.WriteCheckpoint(c, func(w io.Writer) error {
		out := &failing{w: w}
		err := s.net.Save(out)
		if err != nil && out.err == nil {
			refused = err
		}
		return err
	})
	if refused != nil {
		// Not the disk but the network: part of it cannot be saved. The run is worth going on with.
		k.refused = true
		if r.reporter != nil {
			r.reporter.Log(fmt.Sprintf("no checkpoints: %v; if the run is stopped, it begins %q anew", refused, s.name))
		}
		return nil
	}
	if err != nil {
		return err
	}
	k.written++
	k.due = time.Now().Add(k.every)
	return nil
}

// failing remembers an error of the writer.
type failing struct {
	w   io.Writer
	err error
}

func (f *failing) Write(b []byte) (int, error) {
	n, err := f.w.Write(b)
	if err != nil {
		f.err = err
	}
	return n, err
}

// elapsed gives the phases with the time of the one under way.
func (r *Run) elapsed() []Phase {
	phases := slices.Clone(r.phases)
	if r.phase == "" {
		return phases
	}
	return addPhase(phases, r.phase, time.Since(r.phaseStart).Seconds())
}

func addPhase(phases []Phase, name string, seconds float64) []Phase {
	if i := slices.IndexFunc(phases, func(p Phase) bool { return p.Name == name }); i >= 0 {
		phases[i].Seconds += seconds
		return phases
	}
	return append(phases, Phase{name, seconds})
}

// position gives where the stream stands.
func (s *spikeStream) position() (SpikePosition, error) {
	digest, err := MarshalDigest(s.digest)
	return SpikePosition{Written: s.written, Held: slices.Clone(s.held), Digest: digest}, err
}

func (s *spikeStream) restore(p SpikePosition) error {
	if err := s.digest.(encoding.BinaryUnmarshaler).UnmarshalBinary(p.Digest); err != nil {
		return err
	}
	s.written, s.held, s.count = p.Written, slices.Clone(p.Held), p.Written+int64(len(p.Held))
	s.latest = minusInf
	if n := len(s.held); n > 0 {
		s.latest = s.held[n-1].Time
	}
	return nil
}

// MarshalDigest gives the state of a SHA-256 under way, as SpikePosition.Digest has it.
func MarshalDigest(h hash.Hash) ([]byte, error) { return h.(encoding.BinaryMarshaler).MarshalBinary() }
