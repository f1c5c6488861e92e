//go:build !noasm

package neurons

// expAVX2 does what expsGo does for n values, a multiple of 4: see exp_amd64.s.
//
//go:noescape
func expAVX2(n int, x *float64, c *expConstants)

// exps replaces each value by its exponential.
func exps(x []float64) {
	if !haveAVX2 {
		expsGo(x)
		return
	}
	n := len(x) &^ 3
	if n > 0 {
		expAVX2(n, &x[0], exponential)
	}
	if n < len(x) {
		var tail [4]float64
		copy(tail[:], x[n:])
		expAVX2(4, &tail[0], exponential)
		copy(x[n:], tail[:])
	}
}
