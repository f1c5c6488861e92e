// Package results gathers run folders on one page: for each experiment and setting the published values, those
// measured, over how many seeds, the command that repeats them, the time it took and on what machine.
//
// Runs of one experiment with the same parameters on the same data form a [Group], whatever their seeds. What
// runs that differ in one number give is drawn as a curve with the published values beside it.
//
// The page is made from the folders alone, so that a number on it is one that a run has given. It names commands that
// anyone can repeat and no place of the machine they ran on.
package results
