package neurons

import "fmt"

// IzhikevichSet is one set of the four parameters of an Izhikevich neuron.
type IzhikevichSet struct {
	A float64 // rate of the recovery [1/ms]
	B float64 // sensitivity of the recovery to v [1/ms per mV in the units of u; 0.2 to 0.26 for most]
	C float64 // potential after a spike [mV]
	D float64 // jump of the recovery at a spike [mV/ms]
}

// The classic sets of Izhikevich 2003, "Simple model of spiking neurons", IEEE Transactions on Neural
// Networks 14, figure 2.
var (
	RegularSpiking         = IzhikevichSet{0.02, 0.2, -65, 8}    // RS
	IntrinsicallyBursting  = IzhikevichSet{0.02, 0.2, -55, 4}    // IB
	Chattering             = IzhikevichSet{0.02, 0.2, -50, 2}    // CH
	FastSpiking            = IzhikevichSet{0.1, 0.2, -65, 2}     // FS
	LowThresholdSpiking    = IzhikevichSet{0.02, 0.25, -65, 2}   // LTS
	ThalamoCortical        = IzhikevichSet{0.02, 0.25, -65, .05} // TC
	Resonator              = IzhikevichSet{0.1, 0.26, -65, 2}    // RZ
	izhikevichAbbreviation = []string{"RS", "IB", "CH", "FS", "LTS", "TC", "RZ"}
)

// IzhikevichSetNamed gives a classic set by its abbreviation: RS, IB, CH, FS, LTS, TC or RZ.
func IzhikevichSetNamed(abbreviation string) (IzhikevichSet, error) {
	switch abbreviation {
	case "RS":
		return RegularSpiking, nil
	case "IB":
		return IntrinsicallyBursting, nil
	case "CH":
		return Chattering, nil
	case "FS":
		return FastSpiking, nil
	case "LTS":
		return LowThresholdSpiking, nil
	case "TC":
		return ThalamoCortical, nil
	case "RZ":
		return Resonator, nil
	}
	return IzhikevichSet{}, fmt.Errorf("neurons: no Izhikevich set is named %q: want one of %v", abbreviation, izhikevichAbbreviation)
}

func (s IzhikevichSet) check(p *params, prefix string) {
	p.finite(prefix+"A", s.A, "1/ms")
	p.finite(prefix+"B", s.B, "")
	p.finite(prefix+"C", s.C, "mV")
	p.finite(prefix+"D", s.D, "")
}
