package sim

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/glia-sim/glia/sim/panics"
)

// testPanic is a model with a mistake: the block with a certain neuron panics when it is made, or at a tick.
type testPanic struct {
	neuron int
	at     Tick
}

func (testPanic) Validate() error     { return nil }
func (testPanic) Receptors() []string { return nil }
func (m testPanic) NewBlock(b BlockSpec) (Block, error) {
	if m.neuron -= b.First; m.neuron < 0 || m.neuron >= b.N {
		m.at = never
	}
	if m.at == 0 {
		m.fail()
	}
	return &testPanicBlock{m}, nil
}

func (m testPanic) fail() { panic(fmt.Sprintf("mistake at tick %d", m.at)) }

type testPanicBlock struct{ testPanic }

func (b *testPanicBlock) Variables() []Variable { return nil }
func (b *testPanicBlock) Reset(Key)             {}
func (b *testPanicBlock) State(*Codec)          {}
func (b *testPanicBlock) Step(t Tick, _ [][]float64, spikes []int32) []int32 {
	if t == b.at {
		b.fail()
	}
	return spikes
}

// A panic of a model reaches whoever called Run, on whatever worker it happened, and hangs nobody.
func TestPanicOfAModelReachesTheCaller(t *testing.T) {
	for _, workers := range []int{1, 3} {
		for _, neuron := range []int{0, 11} {
			for _, at := range []Tick{0, 25} {
				net := New(Options{Workers: workers, DT: 0.1})
				net.Populate("p", 12, testPanic{neuron, at})
				err := panics.Catch(func() error { return net.Run(context.Background(), 100) })
				var p *panics.Error
				if !errors.As(err, &p) || p.Value != fmt.Sprintf("mistake at tick %d", at) || !strings.Contains(string(p.Stack), "testPanic.fail") {
					t.Errorf("%d workers, neuron %d: %v", workers, neuron, err)
				}
			}
		}
	}
}
