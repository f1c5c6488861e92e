package plasticity

import "fmt"

// Oja is Hebbian learning with a decay that holds the length of the weight vector at 1, for one or
// several linear neurons y = W x.
//
//	one neuron:       dw = Eta y (x - y w)
//	several (Update): dW = Eta y (x - Wᵀ y)ᵀ
//
//	x  inputs    y  outputs    w, W  weights
//
// One neuron finds the first principal component of its inputs; m neurons find an orthonormal basis
// of the space of the first m.
//
// Sources: Oja 1982; Oja 1989 (subspace rule).
type Oja struct {
	Eta float64 // per sample; small against 1 over the variance of the inputs
}

// Validate names the first parameter out of range.
func (o Oja) Validate() error {
	c := checker{rule: "Oja"}
	c.positive("Eta", o.Eta, "")
	return c.err
}

// Update changes the weights w of one neuron after the input x, of the same length, gave the output y.
func (o Oja) Update(w, x []float64, y float64) {
	x = x[:len(w)]
	for i := range w {
		w[i] += float64(o.Eta * y * (x[i] - float64(y*w[i])))
	}
}

// UpdateSubspace changes the weights w[k] of neuron k after the input x gave the outputs y[k]. The
// rows of w have the length of x; work, of the same length, is overwritten.
func (o Oja) UpdateSubspace(w [][]float64, x, y, work []float64) error {
	if len(w) != len(y) || len(work) != len(x) {
		return fmt.Errorf("plasticity: Oja: %d weight vectors, %d outputs, %d inputs, work of %d: want one output per weight vector and work as long as the input", len(w), len(y), len(x), len(work))
	}
	copy(work, x) // becomes the part of the input that the neurons do not explain
	for k, row := range w {
		if len(row) != len(x) {
			return fmt.Errorf("plasticity: Oja: weight vector %d has %d entries: want one for each of %d inputs", k, len(row), len(x))
		}
		for i := range row {
			work[i] -= float64(y[k] * row[i])
		}
	}
	for k, row := range w {
		for i := range row {
			row[i] += float64(o.Eta * y[k] * work[i])
		}
	}
	return nil
}
