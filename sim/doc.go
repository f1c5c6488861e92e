// Package sim is the engine of glia: time, populations, projections, partitions, spikes in flight,
// recorders and processes. It knows neuron models, connection rules, plasticity rules and devices by
// their contracts only; the packages neurons, synapses and plasticity fill them.
//
// # Time
//
// Time is counted in ticks of the resolution dt; the state at tick t is the state after the step
// (t-1, t]. A spike has the time of the right border of the step in which the threshold was passed.
// Event-driven neurons fire anywhere inside a step and keep the exact time (Instant). A spike fired at
// s acts through a delay d at s+d.
//
// # Windows
//
// The smallest delay of the network is the window: inside it no partition can influence another. Each
// partition (a block of every population, its input, and all synapses that end on it) advances alone
// on its own goroutine; between windows recorders, counters, callbacks and processes have their turn.
// There is one barrier per window.
//
// # Two ways to advance a neuron
//
// A Stepper advances all its neurons every tick. An EventDriven block is touched only where something
// happens: its spikes in flight wait in a calendar, its own coming spikes in a queue of announcements.
// Both live in one network.
//
// # Checkpoints
//
// Save writes all that evolves, Load reads it into a network of the same description and seed, with any
// number of workers: the run goes on bit for bit. Whatever has state lists it in a method State (Codec):
// one list for both directions, entry by entry put together over the workers. What follows from the history
// of spikes, from the parameters or from the time is not written but found again.
//
// # Determinism
//
// The spikes, weights and recordings of a network are a function of its description and the seed, bit
// for bit, for any number of workers, and whether a run is made in one piece or in several. What makes
// it so: randomness is keyed by (seed, purpose, entity); synapses are drawn per target; the inputs of a
// neuron that arrive together are summed in the order (delay, source), and only then is the threshold
// tested, once.
package sim
