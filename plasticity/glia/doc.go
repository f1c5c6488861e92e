// Package glia holds astrocytes as slow processes beside the neurons of a network: cells with calcium
// dynamics that hear synapses and answer with a current or with a transmitter that changes synapses.
//
//	LiRinzelCells        calcium after Li and Rinzel; spikes raise IP3 (NEST's astrocyte_lr_1994)
//	GChICells            calcium and IP3 metabolism, driven by neurotransmitter; gap junctions
//	SlowInwardCurrent    calcium above a threshold as a current into neurons (a sim.Input)
//	Gliotransmission     calcium above a threshold as pulses of gliotransmitter
//	ModulatedRelease     Tsodyks-Markram synapses that the pulses modulate, per source (a sim.Release)
//	ModulatedSynapses    the same with a state of its own for each synapse (a sim.Rule)
//	Tripartite           a connection rule that also picks the cell of each synapse
//	SlowGain             a slow trace of spikes as a gain: the idea without the chemistry
//
// A set of cells is one sim.Process. It advances all its cells by Runge-Kutta steps of its own, on the
// interval given to Network.AddProcess, while no worker runs; the fast concentrations (transmitter and
// gliotransmitter outside the cells) are exponential traces that are touched at events only. What comes
// out does not depend on the number of workers, nor on how a run is cut into pieces.
//
// Calcium is slow: periods are some ten seconds, the fastest rate of the core is about 6 per second.
// Steps of 1 to 50 ms are enough, but for comparison with NEST, which steps with the network.
//
// Concentrations are in µM, times in ms. Rate constants keep the unit of the model's source: per ms in
// LiRinzel, per second (Hz) in all others. Indices of neurons count within their population.
//
// # Sources
//
// Li and Rinzel 1994; Nadkarni and Jung 2003; De Pittà, Goldberg, Volman, Berry and Ben-Jacob 2009;
// De Pittà, Volman, Berry and Ben-Jacob 2011; Goldberg, De Pittà, Volman, Berry and Ben-Jacob 2010;
// Stimberg, Goodman, Brette and De Pittà 2019 ("Modeling neuron-glia interactions with the Brian 2
// simulator"), whose examples fix the parameters used here.
package glia
