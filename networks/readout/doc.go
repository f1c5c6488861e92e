// Package readout trains linear readouts on the states of reservoirs and
// liquids.
//
// Three families cover what the literature uses:
//
//   - [Ridge] gathers the normal equations of least squares from streamed
//     batches of states and solves them for any number of regularisations:
//     one pass over the data, closed form, regression or classification.
//   - [Softmax] is multinomial logistic regression on spike counts. Counts stay
//     in bytes ([Features]), mini-batches are converted on the fly, and the
//     weights come out bit-identical for any number of workers.
//   - [RLS], [LMS], [Delta] and the gated [ThreeFactor] learn online, one state at a time, behind the
//     common contract [Readout].
//
// Fitted linear maps are a [Linear] (float64) or a [SoftmaxModel] (float32):
// plain structs with exported slices, ready to be serialised. [Accuracy],
// [Confusion] and [NRMSE] score them.
//
// Choose Ridge for continuous targets and for a first answer on classes,
// Softmax for spike counts of many samples, RLS for closed loops (FORCE), LMS
// or Delta where a local rule is wanted.
//
// All errors about arguments are an [*ArgumentError]. Nothing here uses global
// random state or depends on GOMAXPROCS.
package readout
