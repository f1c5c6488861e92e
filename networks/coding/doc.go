// Package coding turns samples of a series into spikes, the input of spiking reservoirs.
//
//   - [Poisson]: the value is the rate of a random train.
//   - [Latency]: the value is how early the one spike comes.
//   - [Population]: Gaussian receptive fields share a value out to several channels, each of which another coder
//     turns into spikes.
//   - [Delta]: a spike for every fixed step up or down that the signal takes (delta modulation, send on delta).
//   - [Levels]: a spike for every fixed level that the signal crosses.
//   - [Direct]: the samples are spike counts already.
//
// A [Coder] is a value of parameters; its [Encoder] encodes one sample after the other, in time, and may remember
// the last. The spikes of a sample lie after its start and not after its end. Random coders draw from their
// seed and the trial alone.
package coding
