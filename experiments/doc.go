// Package experiments is the registry of published experiments and the
// contract they fill.
//
// An experiment is one folder with one file: it declares what it is called,
// which parameters it takes, which quantities it measures, which published
// numbers it aims at and which figures it draws, and it registers itself:
//
//	func init() {
//		experiments.Register(&experiments.Experiment{
//			Name:    "brunel",
//			Title:   "Balanced random network of Brunel (2000)",
//			Summary: "12 500 leaky integrate-and-fire neurons in four regimes.",
//			Parameters: []experiments.Parameter{{
//				Name: "g", Kind: experiments.Float, Default: 5.0,
//				Range: experiments.NonNegative(), Meaning: "inhibition over excitation",
//			}},
//			Metrics: []experiments.Metric{{Name: "rate", Unit: "Hz", Meaning: "mean firing rate"}},
//			Targets: []experiments.Target{{
//				Metric: "rate", Value: 37.7, Tolerance: experiments.Abs(1), Source: "Brunel 2000, Fig. 8C",
//				When: []experiments.Condition{experiments.WhenIs("g", "5")},
//			}},
//			Run: run,
//		})
//	}
//
// One blank import in experiments/all makes it known to the command; nothing
// else needs an edit.
//
// The function Run receives a [Run]: seed, workers, typed parameters, and the
// places to report to (phases, progress, metrics, figures, spikes, counters).
// It knows neither the terminal nor the disk. What is reported goes to a
// [Sink] (package runfolder writes the run folder) and to a [Reporter] (the
// command draws the progress bar); with neither, as in tests, everything is
// still measured and can be read back from the Run.
//
// Values carry units only at this border: "--set duration=1.5s" is parsed by
// [ParseQuantity] into the unit the parameter declares, and inside the library
// every number is a plain float64 in mV, ms, pF, pA, nS or Hz.
package experiments
