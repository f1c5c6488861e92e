//go:build !amd64 || noasm

package plasticity

func addRow(weight []float64, target []int32, ys []float64, fired []bool, c *addition) {
	addRowGo(weight, target, ys, fired, c)
}

func addColumn(weight []float64, at []uint32, source []int32, xs []float64, fired []bool, c *addition) {
	addColumnGo(weight, at, source, xs, fired, c)
}

func linearRow[T int32 | uint16](weight []float64, target []T, recent []recentSpikes, ys []float64, l *linear) int {
	return linearRowGo(weight, target, recent, ys, l)
}
