// Package tasks holds the benchmarks of reservoir computing: generators of series and protocols that
// score any [reservoir.Reservoir].
//
//   - [Memory] measures how long inputs are remembered, [NARMA] a nonlinear function of the last ten
//     inputs; both are driven by independent random input.
//   - [Free] trains one-step prediction of a series and lets the reservoir run on its own predictions:
//     the error after a number of steps ([Free.ErrorAt], Mackey-Glass) or the time for which the forecast is
//     valid ([Free.ValidTime], chaotic flows).
//   - [Ranks] are the kernel and the generalisation rank.
//   - [Flow.Spectrum] measures Lyapunov exponents, [Flows] are twelve chaotic systems, [FlowForecast] their protocol.
//   - [MackeyGlass] and [Flow] make the series; [Each] runs realisations side by side.
//
// A protocol is a struct of its published numbers with a Default function; it resets the reservoir, so that
// scores do not depend on what was run before. Errors are divided by the standard deviation of the test
// target (NRMSE) everywhere.
package tasks
