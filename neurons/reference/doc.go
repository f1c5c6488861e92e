// Package reference compares the neuron models with what other simulators and closed forms give.
//
// It holds recordings of NEST 3.10.0 and Brian 2.5.1 (see testdata/README.md) and repeats their
// protocols in networks of package sim: source trains through delays, step currents, recorders. Each
// Case yields Checks: a quantity, our value, the reference, the error and the bound it must keep.
// The tests of package neurons run all cases; a command can print the same table:
//
//	for _, c := range reference.Cases() {
//		checks, err := c.Run(ctx)
//		…
//	}
//
// The package embeds about 1 MB of recordings; import it only where they are wanted.
package reference
