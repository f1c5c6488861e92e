// Command glia runs published experiments on spiking networks and reservoirs,
// and keeps each run in a folder of its own with metrics, spikes, figures and
// a report.
//
//	glia list                       the experiments
//	glia describe EXPERIMENT        parameters, published targets, figures
//	glia run EXPERIMENT [flags]     run one; see glia run --help
//	glia watch EXPERIMENT|DIR       the same, or another's run, live on a page in the browser
//	glia data list|fetch|check      data sets for --data
//	glia results DIR...             run folders on one page, beside published values
//	glia validate                   models and kernels against independent truths
//	glia bench                      speed and memory
//	glia doctor                     what this machine offers
//	glia completion bash|zsh|fish   for the shell to source
//	glia version
//
// Results go to standard output, progress and errors to standard error. An
// error is one line that begins with "glia:" and says what to do. Exit status:
// 0 done, 1 failed, 2 wrong usage or parameters, 130 interrupted (143 when
// terminated).
//
// There is no science here: the command finds experiments in the registry of
// package experiments and writes what they report with package runfolder.
package main
