// Package simtest checks, for the tests of other packages, what every part of a network must hold to.
package simtest

import (
	"bytes"
	"context"
	"fmt"
	"reflect"
	"testing"

	"github.com/glia-sim/glia/sim"
)

// T is what of testing.T is needed here; rapid.T has it too.
type T interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

var _ T = (*testing.T)(nil)

// Build describes a network for a number of workers, and gives what can be seen of it after a run:
// whatever reflect.DeepEqual compares bit for bit, numbers that are not finite apart.
type Build func(workers int) (*sim.Network, func() any)

// Resume checks that a network which is saved at each of the cuts [ms] and loaded into another goes on as
// if nothing had happened, up to its end: for equal numbers of workers and others, into a network just
// built and into one that has run elsewhere. It checks also that saving changes nothing, and that what
// was loaded is saved as the same bytes.
func Resume(t T, build Build, end float64, cuts ...float64) {
	t.Helper()
	whole, outcome := build(1)
	run(t, whole, end)
	want := outcome()
	for _, cut := range cuts {
		for _, w := range []struct {
			save, load int
			dirty      bool
		}{{1, 1, false}, {2, 2, true}, {1, 3, false}, {3, 1, true}} {
			how := fmt.Sprintf("saved at %g of %g ms with %d workers, loaded with %d", cut, end, w.save, w.load)
			net, outcome := build(w.save)
			run(t, net, cut)
			saved := Save(t, net)
			run(t, net, end-cut)
			if got := outcome(); !reflect.DeepEqual(got, want) {
				t.Errorf("%s: saving changed the run", how)
			}
			net, outcome = build(w.load)
			if w.dirty {
				how += ", into a network that had run"
				run(t, net, end)
			}
			if err := net.Load(bytes.NewReader(saved)); err != nil {
				t.Fatalf("%s: %v", how, err)
			}
			if again := Save(t, net); !bytes.Equal(again, saved) {
				t.Errorf("%s: saved again, it is another checkpoint (%d bytes against %d)", how, len(again), len(saved))
			}
			run(t, net, end-cut)
			if got := outcome(); !reflect.DeepEqual(got, want) {
				t.Errorf("%s: the run went on otherwise", how)
			}
		}
	}
}

// Save gives the checkpoint of a network.
func Save(t T, n *sim.Network) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := n.Save(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func run(t T, n *sim.Network, ms float64) {
	t.Helper()
	if err := n.Run(context.Background(), ms); err != nil {
		t.Fatal(err)
	}
}
