// Package networks holds ready-made circuits: the balanced random network of Brunel (2000) and its
// plastic form for benchmarks, the spiking network of Izhikevich (2003), the networks of the review of
// Brette et al. (2007), the cortical microcircuit of Potjans and Diesmann (2014), and liquids in
// three-dimensional space. Each is a struct of parameters with a function that builds it into a
// sim.Network, so that experiments, benchmarks and users share one description. Force, whose output is fed back
// at every step, has a loop of its own around the same neurons.
//
// Readouts that are trained on a network's activity are in networks/readout, rate reservoirs in
// networks/reservoir.
package networks
