package synapses

import (
	"fmt"

	"github.com/glia-sim/glia/sim"
)

// Permission says whether a connection rule may make a kind of synapse. The zero value allows it, as
// NEST does by default.
type Permission int

const (
	Allowed Permission = iota
	Forbidden
)

func (p Permission) validate(field string) error {
	if p != Allowed && p != Forbidden {
		return fmt.Errorf("%s is %d: want synapses.Allowed or synapses.Forbidden", field, int(p))
	}
	return nil
}

// pairs knows which pairs of a projection a rule may join.
type pairs struct {
	sources, targets int
	self             int  // source index of target 0, if noSelf
	noSelf           bool // autapses are forbidden and could arise
}

func pairsOf(w sim.Wiring, autapses Permission) pairs {
	return pairs{w.Sources, w.Targets, w.Self, autapses == Forbidden && w.Overlap}
}

// banned gives the source that target j must not hear, or -1.
func (p pairs) banned(j int) int {
	if i := j + p.self; p.noSelf && i >= 0 && i < p.sources {
		return i
	}
	return -1
}

// bannedTarget gives the target that source i must not reach, or -1.
func (p pairs) bannedTarget(i int) int {
	if j := i - p.self; p.noSelf && j >= 0 && j < p.targets {
		return j
	}
	return -1
}

// autapses is the number of forbidden pairs.
func (p pairs) autapses() int {
	if !p.noSelf {
		return 0
	}
	return max(0, min(p.targets+p.self, p.sources)-max(p.self, 0))
}

// total is the number of pairs that may be joined.
func (p pairs) total() int { return p.sources*p.targets - p.autapses() }

// fewestSources is the smallest number of sources that a target may choose from; target is the first
// such target.
func (p pairs) fewestSources() (n, target int) {
	if p.autapses() == 0 {
		return p.sources, 0
	}
	return p.sources - 1, max(0, -p.self)
}

// fewestTargets is the smallest number of targets that a source may choose from; source is the first
// such source.
func (p pairs) fewestTargets() (n, source int) {
	if p.autapses() == 0 {
		return p.targets, 0
	}
	return p.targets - 1, max(0, p.self)
}

func checkProbability(field string, p float64) error {
	if !(p >= 0 && p <= 1) {
		return fmt.Errorf("%s is %g: want a probability from 0 to 1", field, p)
	}
	return nil
}
