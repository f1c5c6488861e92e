package neurons

// chunk is how many neurons the hot loops treat at a time. It lets receptors that nothing is connected
// to read their zeros from a short array that stays in the first-level cache, instead of having a loop
// for each combination of connected receptors.
const chunk = 512

var silence [chunk]float64 // never written

// arriving gives the input of receptor r for neurons lo to hi-1, at most chunk of them.
func arriving(in [][]float64, r, lo, hi int) []float64 {
	if in[r] == nil {
		return silence[:hi-lo]
	}
	return in[r][lo:hi]
}
