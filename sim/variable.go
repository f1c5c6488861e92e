package sim

import "unsafe"

// Variable is one state variable of a block. Its values are live: neuron i has Values[i*Stride].
type Variable struct {
	Name   string
	Unit   string
	Values []float64
	Stride int // 0 means 1, which is what stepped blocks have: all values of a variable in a row
}

// Field gives the variable that is a field of the neurons' records: of neuron i, *field(&records[i]). Event-driven
// neurons keep all that an arrival needs in one record, since arrivals go all over memory. The size
// of a record must be a multiple of 8 bytes.
func Field[R any](name, unit string, records []R, field func(*R) *float64) Variable {
	v := Variable{Name: name, Unit: unit}
	size := int(unsafe.Sizeof(*new(R)))
	if size%8 != 0 {
		panic("sim: the records of " + name + " are not a multiple of 8 bytes long")
	}
	v.Stride = size / 8
	if n := len(records); n > 0 {
		v.Values = unsafe.Slice(field(&records[0]), (n-1)*v.Stride+1)
	}
	return v
}

// step is how far the values of two neurons lie apart.
func (v *Variable) step() int { return max(v.Stride, 1) }

// Len gives the number of neurons.
func (v *Variable) Len() int { return (len(v.Values) + v.step() - 1) / v.step() }

// At gives the value of neuron i.
func (v *Variable) At(i int) float64 { return v.Values[i*v.step()] }

// Set changes the value of neuron i.
func (v *Variable) Set(i int, x float64) { v.Values[i*v.step()] = x }

// finiteAt says whether the values of some neurons are finite.
func (v *Variable) finiteAt(neurons []int32) bool {
	step, sum := v.step(), 0.0
	for _, i := range neurons {
		sum += float64(v.Values[int(i)*step] * 0)
	}
	return sum == 0
}
