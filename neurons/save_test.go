package neurons

import (
	"slices"
	"testing"

	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/sim/simtest"
	"github.com/glia-sim/glia/synapses"
)

// savedModels are all models, with the receptor and weight of the synapses that make them fire.
var savedModels = map[string]struct {
	model    sim.Model
	receptor string
	weight   float64
}{
	"LIFDelta":              {DefaultLIFDelta(), "v", 4},
	"LIFExp":                {DefaultLIFExp(), "ex", 700},
	"LIFExpSingle":          {DefaultLIFExpSingle(), "syn", 700},
	"LIFAlpha":              {DefaultLIFAlpha(), "ex", 400},
	"LIFCond":               {DefaultLIFCond(), "ex", 60},
	"LIFCond Euler":         {LIFCond{C: 250, GL: 16.6667, TauEx: 0.2, TauIn: 2, TRef: 2, EL: -70, EIn: -85, VTh: -55, VReset: -60, Method: Euler}, "ex", 60},
	"AdEx":                  {AdEx{C: 281, GL: 30, EL: -70.6, VT: -50.4, DeltaT: 2, A: 4, B: 80.5, TauW: 144, VReset: -60, TRef: 2, TauEx: 2, TauIn: 2, EIn: -85, Method: RK4}, "ex", 60},
	"Izhikevich":            {DefaultIzhikevich(), "v", 6},
	"Izhikevich, finer":     {Izhikevich{Set: RegularSpiking, Peak: 30, V0: -65, Method: RK4, Substeps: 2}, "v", 6},
	"Izhikevich2007":        {Izhikevich2007{C: 100, K: 0.7, VRest: -60, VCrit: -40, VPeak: 35, VReset: -50, A: 0.03, B: -2, D: 100, Method: Euler}, "v", 9},
	"HodgkinHuxley":         {DefaultHodgkinHuxley(), "ex", 30},
	"QIF":                   {QIF{C: 100, K: 0.7, VRest: -60, VCrit: -40, VPeak: 35, VReset: -50, TRef: 2, Method: Exact}, "v", 8},
	"LIFMap":                {DefaultLIFMap(), "syn", 8},
	"CurrentSynapses":       {CurrentSynapses{Cell: DefaultLIFDelta(), Tau: 4}, "syn", 500},
	"LIFDeltaEvent":         {LIFDeltaEvent{C: 250, TauM: 10, TRef: 2, EL: -70, VTh: -55, VReset: -70, IE: 380}, "v", 4},
	"LIFExpEvent":           {LIFExpEvent{C: 250, TauM: 10, TauEx: 2, TauIn: 2, TRef: 2, EL: -70, VTh: -55, VReset: -70}, "ex", 700},
	"QIFEvent":              {QIFEvent{C: 100, K: 0.7, VRest: -60, VCrit: -40, VPeak: 35, VReset: -50, TRef: 1}, "v", 8},
	"IntFire":               {DefaultIntFire(), "m", 0.6},
	"PoissonSource":         {PoissonSource{Rate: 80}, "", 0},
	"PoissonSourceEvent":    {PoissonSourceEvent{Rate: 80}, "", 0},
	"PiecewisePoisson":      {PiecewisePoisson{Times: []float64{5, 20, 35}, Rates: []float64{200, 20, 100}}, "", 0},
	"PiecewisePoissonEvent": {PiecewisePoissonEvent{Times: []float64{5, 20, 35}, Rates: []float64{200, 20, 100}}, "", 0},
	"RegularSource":         {RegularSource{Interval: 1.7, Phase: 3}, "", 0},
	"RegularSourceEvent":    {RegularSourceEvent{Interval: 1.7, Phase: 3}, "", 0},
	"SpikeList":             {SpikeList{Times: savedTrains()}, "", 0},
	"SpikeListEvent":        {SpikeListEvent{Times: savedTrains()}, "", 0},
}

// savedDevices are all input devices.
var savedDevices = map[string]sim.Input{
	"DC":                         DC{Amplitude: 500, Start: 10, Stop: 40},
	"StepCurrent":                StepCurrent{Times: []float64{5, 20, 33}, Amplitudes: []float64{600, 300, 700}},
	"NoiseCurrent":               NoiseCurrent{Mean: 450, SD: 400, Interval: 1},
	"PoissonDrive":               PoissonDrive{Rate: 3000, Weight: 200},
	"PoissonDrive with a course": PoissonDrive{Weight: 200, RateAt: func(ms float64) float64 { return 60 * ms }},
}

const savedSize = 13

func savedTrains() [][]float64 {
	trains := make([][]float64, savedSize)
	for i := range trains {
		for k := range 12 {
			trains[i] = append(trains[i], 0.3+float64(i)/7+4.3*float64(k))
		}
	}
	return trains
}

// resumeAll saves and loads a network of 13 neurons that fire by what drives them.
func resumeAll(t *testing.T, model sim.Model, drive func(*sim.Network, *sim.Population)) []byte {
	t.Helper()
	fired := 0
	saved := simtest.Resume(t, func(workers int) (*sim.Network, func() any) {
		net := sim.New(sim.Options{Seed: 5, DT: 0.5, Workers: workers})
		p := net.Populate("cells", savedSize, model)
		drive(net, p)
		rec := net.RecordSpikes(sim.SpikeOptions{}, p)
		block, err := model.NewBlock(sim.BlockSpec{N: savedSize, Size: savedSize, Clock: net.Clock()})
		if err != nil {
			t.Fatal(err)
		}
		var states []*sim.StateRecorder
		for _, v := range block.Variables() {
			states = append(states, net.RecordState(p, sim.StateOptions{Variable: v.Name, Interval: 1.5}))
		}
		return net, func() any {
			fired = len(rec.Spikes())
			seen := []any{slices.Clone(rec.Spikes())}
			for _, s := range states {
				for i := range savedSize {
					seen = append(seen, s.Values(i))
				}
			}
			return seen
		}
	}, 50, []float64{0, 17.5})
	if fired < 10 {
		t.Errorf("only %d spikes: too quiet to tell", fired)
	}
	return saved
}

// Every model and device can be saved and loaded at any time.
func TestModelsCanBeSaved(t *testing.T) {
	var saved [][]byte
	for name, m := range savedModels {
		t.Run(name, func(t *testing.T) {
			saved = append(saved, resumeAll(t, m.model, func(net *sim.Network, p *sim.Population) {
				if m.receptor == "" {
					return
				}
				syn := sim.Synapse{Weight: sim.Constant(m.weight), Delay: synapses.Uniform{Lo: 0.5, Hi: 6}, Receptor: m.receptor}
				net.Connect(net.Populate("source", 30, PoissonSource{Rate: 60}), p, synapses.FixedInDegree{K: 12}, syn)
				net.Connect(net.Populate("event source", 30, PoissonSourceEvent{Rate: 20}), p, synapses.FixedInDegree{K: 12}, syn)
				net.Connect(p, p, synapses.FixedInDegree{K: 3}, syn)
			}))
		})
	}
	for name, d := range savedDevices {
		t.Run(name, func(t *testing.T) {
			saved = append(saved, resumeAll(t, DefaultLIFExp(), func(net *sim.Network, p *sim.Population) {
				receptor := sim.Current
				if _, ok := d.(PoissonDrive); ok {
					receptor = "ex"
				}
				net.Drive(p.Range(2, savedSize), receptor, d)
			}))
		})
	}
	simtest.All(t, "NewBlock", saved)
	simtest.All(t, "NewInput", saved)
}
