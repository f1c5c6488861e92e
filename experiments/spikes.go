package experiments

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"math"
	"slices"
)

// Spike is one spike of a run.
type Spike struct {
	Time float64 // [ms]
	ID   uint32  // global index of the neuron
}

// Population names a contiguous block of neurons: those with global index
// First <= id < First+Size.
type Population struct {
	Name  string `json:"name"`
	First int    `json:"first"`
	Size  int    `json:"size"`
}

// SpikeRecordSize is the number of bytes AppendSpikeRecord adds.
const SpikeRecordSize = 12

// AppendSpikeRecord appends the canonical bytes of a spike: the IEEE 754 bits
// of the time in ms as 8 bytes, then the global index as 4 bytes, both
// little-endian. spikes_sha256 is the SHA-256 of these records, one after the
// other in (time, id) order. In numpy it is repeated by
//
//	r = numpy.empty(len(ids), dtype=[('t', '<f8'), ('id', '<u4')])
//	r['t'], r['id'] = times_ms, ids
//	hashlib.sha256(r.tobytes()).hexdigest()
func AppendSpikeRecord(dst []byte, s Spike) []byte {
	dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(s.Time))
	return binary.LittleEndian.AppendUint32(dst, s.ID)
}

// ParseSpikeRecord reads what AppendSpikeRecord wrote.
func ParseSpikeRecord(b []byte) Spike {
	return Spike{Time: math.Float64frombits(binary.LittleEndian.Uint64(b)), ID: binary.LittleEndian.Uint32(b[8:])}
}

// AddPopulation declares a population of the given size and returns it. Its
// global indices follow those of the population declared before. Declared
// populations give spikes their names; the neurons counter grows along.
func (r *Run) AddPopulation(name string, size int) (Population, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if name == "" || size < 0 {
		return Population{}, fmt.Errorf("population %q of size %d: needs a name and a size of at least 0", name, size)
	}
	p := Population{Name: name, Size: size}
	for _, q := range r.populations {
		if q.Name == name {
			return Population{}, fmt.Errorf("population %q is declared twice", name)
		}
		p.First = q.First + q.Size
	}
	if int64(p.First)+int64(size) > math.MaxUint32 {
		return Population{}, fmt.Errorf("population %q: more than %d neurons in all", name, uint32(math.MaxUint32))
	}
	r.populations = append(r.populations, p)
	r.counters.Neurons += size
	r.counted()
	if r.sink == nil {
		return p, nil
	}
	return p, r.sink.WritePopulations(slices.Clone(r.populations))
}

// Populations returns the declared populations.
func (r *Run) Populations() []Population {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.populations)
}

// SpikeBatch holds spikes of one population, or of all when First is 0 and IDs
// are global.
type SpikeBatch struct {
	First int       // added to each of IDs: Population.First when they count within one
	Times []float64 // [ms]
	IDs   []int32   // the neuron of each time
}

// AddSpikes records the next spikes: times in ms with the global index of the
// neuron. Within one call the order is free; from call to call time moves
// forward: a call may not hold a spike before the latest one of the calls
// before. So a whole run may be handed over at once, or window by window, in
// memory that does not grow. The slices are not kept.
//
// It is an error when the lengths differ, when a time is not finite or goes
// back, or when an index is negative or outside the declared populations; then
// nothing of the call is recorded.
func (r *Run) AddSpikes(times []float64, ids []int32) error {
	return r.AddSpikeBatches(SpikeBatch{Times: times, IDs: ids})
}

// AddSpikeBatches is AddSpikes for several populations recorded apart: the
// batches of one call cover the same span of time and are merged.
func (r *Run) AddSpikeBatches(batches ...SpikeBatch) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	neurons := int64(math.MaxUint32)
	if n := len(r.populations); n > 0 {
		neurons = int64(r.populations[n-1].First + r.populations[n-1].Size)
	}
	if err := r.spikes.add(batches, neurons); err != nil {
		return err
	}
	r.guardRates(batches)
	return nil
}

// Spikes returns how many spikes were recorded.
func (r *Run) Spikes() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.spikes.count
}

// SpikesWritten returns how many spikes were handed to the sink; those at the latest time still wait.
func (r *Run) SpikesWritten() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.spikes.written
}

// SpikesSHA256 returns the SHA-256, in hexadecimal, over all spikes recorded,
// in the form AppendSpikeRecord describes. It is final after Close.
func (r *Run) SpikesSHA256() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return hex.EncodeToString(r.spikes.digest.Sum(nil))
}

func (r *Run) emit(ordered []Spike) error {
	if r.sink == nil {
		return nil
	}
	return r.sink.WriteSpikes(ordered)
}

// spikeStream puts spikes into (time, id) order. Spikes at the latest time seen
// are held back, because the next call may bring a smaller index for that time.
type spikeStream struct {
	held    []Spike
	latest  float64
	count   int64
	written int64   // passed on
	have    int64   // the sink has already, from before the run was resumed
	memory  []Spike // passed on since kept was set
	kept    bool
	digest  hash.Hash
	record  []byte
	emit    func([]Spike) error
}

var minusInf = math.Inf(-1)

func (s *spikeStream) init(emit func([]Spike) error) {
	s.latest = minusInf
	s.digest = sha256.New()
	s.emit = emit
}

func (s *spikeStream) add(batches []SpikeBatch, neurons int64) error {
	old := len(s.held)
	for _, b := range batches {
		if err := s.append(b, neurons); err != nil {
			s.held = s.held[:old]
			return err
		}
	}
	added := len(s.held) - old
	if added == 0 {
		return nil
	}
	s.count += int64(added)
	if !slices.IsSortedFunc(s.held, compareSpikes) {
		slices.SortFunc(s.held, compareSpikes)
	}
	s.latest = s.held[len(s.held)-1].Time
	ready, _ := slices.BinarySearchFunc(s.held, s.latest, func(x Spike, t float64) int { return cmp.Compare(x.Time, t) })
	return s.pass(ready)
}

func (s *spikeStream) append(b SpikeBatch, neurons int64) error {
	if len(b.Times) != len(b.IDs) {
		return fmt.Errorf("spikes: %d times but %d neuron indices", len(b.Times), len(b.IDs))
	}
	for i, t := range b.Times {
		id := int64(b.First) + int64(b.IDs[i])
		switch {
		case math.IsNaN(t) || math.IsInf(t, 0):
			return fmt.Errorf("spikes: time %g of neuron %d is not finite", t, id)
		case t < s.latest:
			return fmt.Errorf("spikes: time %g ms of neuron %d lies before %g ms, which was recorded by an earlier call", t, id, s.latest)
		case id < 0 || id >= neurons || b.IDs[i] < 0:
			return fmt.Errorf("spikes: neuron index %d at %g ms is outside [0, %d)", id, t, neurons)
		}
		// Adding 0 turns -0 into 0, so that equal times have equal bits.
		s.held = append(s.held, Spike{Time: t + 0, ID: uint32(id)})
	}
	return nil
}

// pass hands the first n held spikes on, in order.
func (s *spikeStream) pass(n int) error {
	if n == 0 {
		return nil
	}
	for _, x := range s.held[:n] {
		s.record = AppendSpikeRecord(s.record[:0], x)
		s.digest.Write(s.record)
	}
	var err error
	if skip := max(0, s.have-s.written); skip < int64(n) {
		err = s.emit(s.held[skip:n])
	}
	s.written += int64(n)
	if s.kept {
		s.memory = append(s.memory, s.held[:n]...)
	}
	s.held = s.held[:copy(s.held, s.held[n:])]
	return err
}

func (s *spikeStream) flush() error { return s.pass(len(s.held)) }

func compareSpikes(a, b Spike) int {
	return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.ID, b.ID))
}
