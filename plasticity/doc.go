// Package plasticity changes networks: rules for the weights of single synapses, and slow processes that
// scale, move and grow synapses or tune neurons. A projection takes a rule (sim.Rule), a network takes
// processes:
//
//	exc := net.Connect(a, b, synapses.FixedInDegree{K: 100}, sim.Synapse{
//		Weight:     sim.Constant(0.5),
//		Plasticity: plasticity.DefaultPairSTDP(),
//	})
//	net.AddProcess(&plasticity.HomeostaticScaling{…}, 1000)
//
// # Rules of single synapses
//
//	PairSTDP        pairs of spikes: additive, multiplicative, Gütig, van Rossum, power law
//	TripletSTDP     pairs and triplets (Pfister and Gerstner 2006), with the published sets
//	Clopath         presynaptic spike and postsynaptic voltage; ClopathLIF for neurons without spike shape
//	InhibitorySTDP  symmetric rule that balances inhibition (Vogels et al. 2011)
//	RewardSTDP      pairs of spikes and dopamine (Izhikevich 2007)
//	ThreeFactor     any rule's changes as eligibility, and any Signal: reward, error, attention
//	Static          no change, for synapses that processes change
//
// # Processes
//
//	HomeostaticScaling    all weights onto a neuron by a common factor, until it fires at its target
//	ThresholdIP           thresholds, likewise
//	Rewiring              weak synapses to other sources, with fixed in-degree
//	StructuralPlasticity  growth and loss of synapses by calcium (Butz and van Ooyen 2013)
//	Dopamine              a Signal that pulses raise and that decays
//	BalanceAstrocyte      the astrocyte of the neuron-astrocyte liquid state machine
//
// # Without spikes
//
// BCM, Oja, LogisticIP and TanhIP act on vectors of rates. EProp trains recurrent networks of LIF
// neurons on dense matrices.
//
// # Conventions
//
// What a rule depends on is said explicitly:
//
//   - Where the delay lies: Synapse.Backpropagation. With Dendritic, the default, the synapse sees the
//     presynaptic spike when it is fired and the postsynaptic one a delay later; Axonal is the other way
//     round; Emission compares the times of firing; Split divides the delay between the two.
//   - What a time difference of zero means: Tie. By default it means nothing.
//   - Order within a tick: traces are read, weights change, then traces grow. Of spikes of both ends the
//     postsynaptic ones come first, as in NEST.
//   - Interaction: all-to-all, or nearest neighbour where Nearest is set.
//
// Traces cost nothing between spikes (Trace). Weights and spikes are the same for any number of workers.
//
// # A new rule
//
// is one file: a struct of parameters with Validate and NewRule, and a block with Update, Reset and State,
// which lists traces (Trace.State), eligibilities and the modulators it reads for a checkpoint.
// pairing has the traces and loops of rules that pair spikes. A block with Tick (sim.RuleTicker) follows
// voltages or modulators between spikes; one that puts off changes has Settle (sim.RuleSettler); one that
// can be rewired has Rewired (sim.RuleRewirer).
package plasticity
