// Package reservoir builds recurrent networks that are driven by a series and read out by a trained linear
// map: echo-state networks, reservoirs of excitatory and inhibitory rate units, and their spiking counterparts.
//
// Everything that can be driven fills the contract [Reservoir]: one input sample in, one state out.
// Tasks, in the folder tasks below this one, and [Train] know only the contract, so networks of
// rates and of spikes are measured by the same code.
//
//   - [ESN] is the leaky echo-state network of Jaeger (2001) with tanh, logistic or linear units, from an
//     [ESNConfig] or around any recurrent matrix: random, [Ring], [Shift], [Orthogonal]. With a
//     Carry matrix it is the ES2N of Ceni & Gallicchio (2023).
//   - [EI] has Dale's law, a global balance of excitation and inhibition, and inhibition that adapts
//     to a target rate of each unit (after Srinivasan, Plenz & Girvan 2025).
//   - [Spiking] drives any spiking network of package sim, by currents or by spikes (see package coding); its state
//     is filtered spike trains. [SpikingConfig] builds leaky integrate-and-fire and heterogeneous Izhikevich networks
//     with the graph, the balance and, by gains of inhibition or by inhibitory STDP, the adaptation of an [EI].
//   - [NGRC] has no network: past samples and their products, after Gauthier et al. (2021).
//   - [Force] is trained while it runs on its own output (Sussillo & Abbott 2009).
//   - [WaveConfig] makes networks that keep their past as a travelling wave, [WaveEquationConfig] strings that carry it as a
//     physical one, [AssemblyConfig] networks of networks that forget their start by construction, which [Contraction] certifies.
//   - [Model.Save] and [Load] keep a trained reservoir, of rates or of spikes, in a file. [Scaled] takes input in the
//     user's own units.
//   - [Dense] and [CSR] are the recurrent matrices; [SpectralRadius] and [ScaleRadius] set their scale.
//   - [Features] say what the readout sees of a state, [Train] fits a readout by ridge regression, and
//     the resulting [Model] predicts or runs freely on its own predictions.
//
// A step allocates nothing and, with rates, costs one product of the recurrent matrix with the state and one
// evaluation of the activation per unit. Random parts depend on the seed in the configuration alone.
//
// Errors about arguments are an [*ArgumentError].
package reservoir
