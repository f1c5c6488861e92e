package sim

// Model is a neuron model with its parameters: a value, never changed by a run. One population holds
// one model; the model makes a block of state for each stretch of the population that a partition owns.
//
// A new model is one file: a struct of parameters with these methods, and a block type that is either
// a Stepper or an EventDriven.
type Model interface {
	// Validate names the first parameter out of range, with its value and range.
	Validate() error
	// Receptors names the input ports in the order in which Step and Advance see them. The port
	// named Current, if there is one, takes currents that hold for one tick; all others take the
	// weights of arriving spikes.
	Receptors() []string
	// NewBlock makes the state of b.N neurons, ready for tick 0.
	NewBlock(b BlockSpec) (Block, error)
}

// Current is the name of the receptor that takes a current (pA, or the model's own unit) in force for
// one tick.
const Current = "current"

// BlockSpec says which neurons a block holds.
type BlockSpec struct {
	Population string
	First      int   // index in the population of the block's neuron 0
	N          int   // neurons in the block
	Size       int   // neurons in the whole population
	Clock      Clock // resolution
	Key        Key   // of the population; draw per neuron from Key.Sub(First+i) or its Draws
}

// Block is the state of consecutive neurons of one population.
type Block interface {
	// Variables lists what can be recorded, set and must stay finite. The slices stay the same for the life of
	// the block.
	Variables() []Variable
	// Reset puts the block back to the state NewBlock gave. The key draws the initial state anew.
	Reset(key Key)
	// State lists what evolves, start values included.
	State(c *Codec)
}

// Stepper is a block that is advanced tick by tick.
type Stepper interface {
	Block
	// Step carries all neurons over the step (t-1, t]. in[r][i] is the sum of the weights that
	// reach receptor r of neuron i at t (for the receptor Current: the current during the step);
	// in[r] is nil where nothing is connected to r, or weights go to a variable: see Accumulator. The indices of the neurons that spike at t are
	// appended to spikes in rising order, one that fires several times in the step as often. The engine
	// clears in afterwards.
	Step(t Tick, in [][]float64, spikes []int32) []int32
}

// InputClearer is implemented by steppers whose Step clears the input of all their receptors itself, right
// after it has read it, while it is still in the cache.
type InputClearer interface {
	Stepper
	// ClearsInput does nothing; it marks the block.
	ClearsInput()
}

// Accumulator is implemented by steppers with synaptic variables that jump by the weights that arrive, at the end of
// a step that knows nothing of these weights:
//
//	x(t) = decay x(t-1) + Σ w,  V(t) a function of V(t-1) and x(t-1)
//
// The engine may then add the weights of tick t to the variable itself, after Step has made tick t. Input that waits
// in a place of its own, to be read and cleared, would take half as much memory traffic again.
type Accumulator interface {
	Stepper
	// Accumulates lists, for each receptor, the variable that is its input; the zero value for a receptor whose
	// input Step takes. The engine asks once, before it asks for Variables, and sets some of the slices to
	// memory of its own with the values they have. For these receptors Step gets no input. For the others it
	// gets and adds it.
	Accumulates() []Accumulated
}

// Accumulated says where weights can be added as they arrive.
type Accumulated struct {
	Values *[]float64 // the block's slice, one value per neuron; nil for none
	// Unsigned holds where Step would not just add the weights but their magnitude. The engine takes such a variable
	// only where no weight is below zero.
	Unsigned bool
}

// EventDriven is a block whose neurons are touched only when something reaches them: their state is
// carried over the gap in closed form.
type EventDriven interface {
	Block
	// Start is called before the first event, at tick 0, and again after each Reset, which may come at
	// a later tick: out.Now() is the instant from which the state holds, start values included. It
	// announces the spikes that come without input (a source, a neuron with a constant drive above
	// threshold).
	Start(out *Emitter)
	// Advance carries each neuron of a.Neurons to the instant a.At, adds a.In[r][k], the sum of all
	// weights that reach it at this instant, and tests its threshold once. The first a.Due of them are those
	// whose announced spike is due, with input zero if nothing else reaches them. Each call
	// replaces the neuron's announcement: out.Announce where it will fire by itself, else none.
	Advance(a *Arrivals, out *Emitter)
}

// Input drives the neurons of a population without synapses: a current, noise, or to each neuron its
// own Poisson train. It adds to one receptor of stepped neurons each tick.
type Input interface {
	Validate() error
	// NewInput makes the part of the device that drives the block.
	NewInput(b BlockSpec) (InputBlock, error)
}

// InputBlock is the part of an Input that drives one block.
type InputBlock interface {
	// Add adds the input of tick t to in, one value per neuron of the block.
	Add(t Tick, in []float64)
	// State lists what evolves: of a device that draws Key.Draws(t) nothing but a key that changes.
	State(c *Codec)
}

// ActiveUntil may be implemented by an InputBlock that is silent for long: Add is not called for
// ticks outside [from, to].
type ActiveUntil interface {
	Active() (from, to Tick)
}
