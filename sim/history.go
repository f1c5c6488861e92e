package sim

// history is the record of recent spikes, by tick, population and partition. Each partition writes its
// own lists while it advances and reads everybody's of earlier windows: what is in flight is read from
// here, nothing is sent. The ring is long enough for the largest delay (twice, where plasticity looks
// further back) and a window.
type history struct {
	parts int
	pops  int
	mask  Tick
	lists []spikeList
}

// spikeList holds the spikes of one block in one tick, by rising index.
type spikeList struct {
	ids  []int32   // indices in the population
	lags []float64 // of event-driven neurons: ms before the tick; nil for stepped ones
}

func newHistory(pops, parts int, reach Tick) history {
	size := Tick(1)
	for size < reach+1 {
		size *= 2
	}
	return history{parts: parts, pops: pops, mask: size - 1, lists: make([]spikeList, int(size)*pops*parts)}
}

// at gives the list of one block in one tick.
func (h *history) at(pop *Population, t Tick, part int) *spikeList {
	return &h.lists[(int(t&h.mask)*h.pops+pop.index)*h.parts+part]
}

// of gives the lists of all blocks of a population in one tick, in the order of the neurons.
func (h *history) of(pop *Population, t Tick) []spikeList {
	k := (int(t&h.mask)*h.pops + pop.index) * h.parts
	return h.lists[k : k+h.parts]
}

func (h *history) clear() {
	for k := range h.lists {
		h.lists[k].ids, h.lists[k].lags = h.lists[k].ids[:0], h.lists[k].lags[:0]
	}
}
