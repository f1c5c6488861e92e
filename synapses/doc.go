// Package synapses says which neurons are joined, with what weights and delays, and how strongly the
// terminals of a neuron release: the connection rules (sim.Connector), distributions
// (sim.Distribution) and forms of short-term plasticity (sim.Release) that a projection is made of.
//
//	net.Connect(exc, inh, synapses.FixedInDegree{K: 100}, sim.Synapse{
//		Weight: synapses.KeepSign(87.8, 8.78),        // pA
//		Delay:  synapses.TickOrMore(1.5, 0.75, 0.1),  // ms
//	})
//
// # Connection rules
//
//	AllToAll           every source to every target
//	OneToOne           source k to target k
//	Bernoulli          each pair on its own with probability P
//	FixedInDegree      K synapses onto each target
//	FixedOutDegree     K synapses from each source
//	FixedTotal         N synapses in all
//	DistanceDependent  each pair with a probability that falls with distance in space
//	ConnList           the synapses of a list
//
// Each draws from the distribution it names without approximation, in memory that grows with the
// number of neurons or of synapses, never with the number of pairs. What concerns one target comes from
// the target's own random stream, so that the synapses are the same for any number of workers.
//
// Autapses (a neuron onto itself) and multapses (more than one synapse for a pair) are allowed unless
// a rule is told otherwise; these are NEST's defaults. A rule has a field for each of the two that can
// arise in it.
//
// # Places
//
// Grid3D, RandomCuboid and Shuffle give positions for DistanceDependent, in any one length unit.
//
// # Distributions
//
// Normal, LogNormal, Uniform, Exponential, Gamma and Choice; Scaled and Clipped change another. Tails
// are cut where fewer than one draw in 1e14 would fall, since a projection must know its longest delay.
//
// # Short-term plasticity
//
// TsodyksMarkram (depression and facilitation) and RestartingKernel. The shapes of synaptic currents
// themselves belong to the neuron models; DualExponential and MagnesiumBlock are here for their use.
package synapses
