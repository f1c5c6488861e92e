//go:build !unix

package bench

// processorTime is not known here.
func processorTime() (seconds float64, ok bool) { return 0, false }
