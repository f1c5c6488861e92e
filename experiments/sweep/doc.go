// Package sweep runs an experiment at many points: over all combinations of the values of some parameters, or over
// candidates that a search draws, each with several seeds.
//
//   - An [Axis] is a parameter with its values: "g=3:6:7", "rate=1:1000:4log", "model=stdp,lsm".
//   - A [Grid] is every combination, a [Search] draws candidates and keeps the best by a metric of validation data.
//   - A [Folder] is the record of what is finished: one line of JSON for each point, written to the disk before the
//     next begins. What is in it is never run again, so a sweep that was stopped continues where it was, and a
//     finished one can be extended by more values or seeds.
//   - A [Runner] runs what is missing, small experiments several at a time with one worker each. Results do not
//     depend on workers, so neither does the table.
//
// The table is a CSV file with a row for each point: the parameters, the seed, and all metrics.
package sweep
