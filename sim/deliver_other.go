//go:build !amd64 || noasm

package sim

func addRuns[S uint16 | uint32](in []float64, slots []S, weight []float32, constant float64, runs []run, factors []float64) {
	addRunsGo(in, slots, weight, constant, runs, factors)
}

func addPlastic[T int32 | uint16](in []float64, targets []T, weight []float64, factor float64) {
	addPlasticGo(in, targets, weight, factor)
}
