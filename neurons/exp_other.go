//go:build !amd64 || noasm

package neurons

// exps replaces each value by its exponential.
func exps(x []float64) { expsGo(x) }
