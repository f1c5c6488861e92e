// Package networks holds ready-made circuits: the balanced random network of Brunel (2000), the
// spiking network of Izhikevich (2003), and liquids in three-dimensional space. Each is a struct of
// parameters with a function that builds it into a sim.Network, so that experiments, benchmarks and
// users share one description. Readouts that are trained on a network's activity are in
// networks/readout.
package networks
