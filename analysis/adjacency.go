package analysis

import "fmt"

// Adjacency lists, for each neuron i, the neurons it is joined to, in compressed rows:
//
//	Indices[Offsets[i]:Offsets[i+1]]
//
// Whether a row holds the targets (pre to post) or the sources (post to pre) is for the
// user to say; [Adjacency.Transpose] turns one into the other.
type Adjacency struct {
	Offsets []int   // one more than neurons, from 0, never decreasing
	Indices []int32 // neuron indices, row after row
}

// Len is the number of neurons.
func (a Adjacency) Len() int { return max(0, len(a.Offsets)-1) }

// Row returns the neurons joined to neuron i; it shares memory with a.
func (a Adjacency) Row(i int) []int32 { return a.Indices[a.Offsets[i]:a.Offsets[i+1]] }

// Validate reports the first inconsistency: offsets that do not begin at 0, decrease
// or do not end at len(Indices), or an index outside 0..Len()-1.
func (a Adjacency) Validate() error {
	if len(a.Offsets) == 0 {
		if len(a.Indices) > 0 {
			return fmt.Errorf("analysis: adjacency: %d indices but no offsets: one offset more than neurons is needed", len(a.Indices))
		}
		return nil
	}
	if a.Offsets[0] != 0 {
		return fmt.Errorf("analysis: adjacency: offset 0 is %d: it must be 0", a.Offsets[0])
	}
	for i := 1; i < len(a.Offsets); i++ {
		if a.Offsets[i] < a.Offsets[i-1] {
			return fmt.Errorf("analysis: adjacency: offset %d is %d, below the one preceding it (%d): offsets must never decrease", i, a.Offsets[i], a.Offsets[i-1])
		}
	}
	if end := a.Offsets[len(a.Offsets)-1]; end != len(a.Indices) {
		return fmt.Errorf("analysis: adjacency: the last offset is %d: it must equal the number of indices, %d", end, len(a.Indices))
	}
	for k, j := range a.Indices {
		if j < 0 || int(j) >= a.Len() {
			return fmt.Errorf("analysis: adjacency: index %d is %d: it must lie in 0..%d", k, j, a.Len()-1)
		}
	}
	return nil
}

// Transpose reverses every connection: given rows of targets it returns rows of
// sources, each in ascending order. Linear in neurons and connections.
// It returns the error of [Adjacency.Validate] where a is inconsistent.
func (a Adjacency) Transpose() (Adjacency, error) {
	if err := a.Validate(); err != nil {
		return Adjacency{}, err
	}
	n := a.Len()
	t := Adjacency{Offsets: make([]int, n+1), Indices: make([]int32, len(a.Indices))}
	for _, j := range a.Indices {
		t.Offsets[j+1]++
	}
	for i := range n {
		t.Offsets[i+1] += t.Offsets[i]
	}
	next := make([]int, n)
	copy(next, t.Offsets)
	for i := range n {
		for _, j := range a.Row(i) {
			t.Indices[next[j]] = int32(i)
			next[j]++
		}
	}
	return t, nil
}
