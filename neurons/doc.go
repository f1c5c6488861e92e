// Package neurons holds the neuron models, the spike sources and the input devices of glia.
//
// A model is a struct of parameters with its equations in its comment; DefaultX gives published
// values, Validate names what is out of range, and sim.Network.Populate makes a population of it:
//
//	cells := net.Populate("cells", 1000, neurons.DefaultLIFExp()).Initial("V", uniform)
//
// Neurons that are advanced step by step:
//
//	LIFDelta, LIFExp, LIFAlpha  leaky integrate-and-fire with delta, exponential and alpha currents,
//	                            integrated exactly (NEST's iaf_psc_delta, iaf_psc_exp, iaf_psc_alpha)
//	LIFExpSingle                LIFExp with one current for both signs of weights: half the memory and time
//	LIFCond                     with exponential conductances (iaf_cond_exp; COBA)
//	LIFMap                      the neuron of liquid state machines on neuromorphic hardware
//	Izhikevich                  of 2003, with the classic parameter sets
//	Izhikevich2007              the same neuron with units: pF, nS, pA
//	AdEx                        adaptive exponential integrate-and-fire (aeif_cond_exp)
//	QIF                         quadratic integrate-and-fire
//	HodgkinHuxley               with the sodium and potassium currents of Traub and Miles (COBAHH)
//
// Names that end in Event are the same models as event-driven neurons, with exact spike times, for
// sparse activity. Sources (PoissonSource, RegularSource, SpikeList, …) are populations that hear
// nothing; devices (DC, StepCurrent, NoiseCurrent, PoissonDrive) are attached by Network.Drive.
//
// Conventions of all stepped models. The state at tick t is the state after the step that ends at t;
// spikes are stamped with that tick. A spike that arrives at t acts on V(t) where weights are jumps of
// V, and on the synaptic variable at t, hence on V one step later, elsewhere. A current at the receptor
// sim.Current holds for the step. V is held for round(TRef/dt) steps after a spike (Brian holds it for
// one step less). Potentials are in mV, times in ms, currents in pA, conductances in nS, capacitances
// in pF.
//
// A new model is one file: parameters with Validate, Receptors and NewBlock, and a block with
// Variables, Reset and Step. State lies in one slice per variable; Step cuts the slices to one length
// before its loop, which rids it of bounds checks, and allocates nothing. A product that is added to
// something is written float64(a*b)+c, so that no compiler fuses the two (across statements too) and bits are the same
// everywhere. Package neurons/reference holds the models against NEST, Brian and closed forms.
package neurons
