package plasticity

import "github.com/glia-sim/glia/sim"

// Static is the rule that changes nothing. Its synapses keep their weights in double precision and can
// be rewired, for processes that change them (HomeostaticScaling, StructuralPlasticity, Rewiring).
type Static struct{}

// Validate finds nothing wrong.
func (Static) Validate() error { return nil }

// NewRule makes a block without state.
func (Static) NewRule(sim.RuleSpec) (sim.RuleBlock, error) { return Static{}, nil }

// Update does nothing.
func (Static) Update(sim.Tick, []sim.Span, []sim.Span) {}

// Reset does nothing.
func (Static) Reset() {}

// State is empty.
func (Static) State(*sim.Codec) {}

// Rewired does nothing.
func (Static) Rewired([]uint32) {}
