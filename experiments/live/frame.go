package live

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
)

// What one frame holds at most; the rest is passed over.
const (
	frameSpikes = 16000 // on the average: what a frame leaves of it, later ones may take
	savedFrames = 10    // for so many frames
	frameBins   = 400
	frameValues = 400 // of each signal
)

// viewer is the place of one client in a feed.
type viewer struct {
	feed     *Feed
	layout   *layout
	spikes   uint64
	bins     uint64
	signals  []uint64  // cursors
	known    []*signal // those the cursors belong to
	first    []*signal // as announced last
	figures  int
	metrics  int
	lines    int
	last     Status
	sent     bool
	fresh    bool // has not yet had what is kept
	allowed  int  // spikes that the next frame may hold
	words    []uint64
	spikeOut []byte
}

// event is one message of a stream of server-sent events.
type event struct {
	name string
	data []byte // JSON, one line
}

// events returns what the client does not know yet.
func (v *viewer) events() ([]event, error) {
	var out []event
	add := func(name string, value any) error {
		data, err := json.Marshal(value)
		out = append(out, event{name, data})
		return err
	}
	if !v.sent {
		if err := add("about", v.feed.About); err != nil {
			return nil, err
		}
	}
	if l := v.feed.layout.Load(); l != v.layout {
		v.layout, v.spikes, v.bins, v.fresh = l, 0, 0, true
		v.signals, v.first = nil, nil // the client forgets them with the layout
		if err := add("layout", v.describeLayout()); err != nil {
			return nil, err
		}
	}
	v.known = *v.feed.signals.Load()
	if len(v.known) > 0 && len(v.first) > 0 && v.known[0] != v.first[0] || len(v.known) < len(v.signals) {
		v.signals, v.first = nil, nil // of another time
	}
	if known := v.known; len(known) > len(v.signals) {
		v.signals = append(v.signals, make([]uint64, len(known)-len(v.signals))...)
		v.first = known
		type named struct {
			Name string `json:"name"`
			Unit string `json:"unit"`
		}
		var names []named
		for _, s := range known {
			names = append(names, named{s.name, s.unit})
		}
		if err := add("signals", names); err != nil {
			return nil, err
		}
	}
	if err := v.rare(add); err != nil {
		return nil, err
	}
	if data := v.frame(); data != nil {
		out = append(out, event{"frame", data})
	}
	v.sent = true
	return out, nil
}

func (v *viewer) describeLayout() any {
	type population struct {
		Name    string `json:"name"`
		Neurons int    `json:"neurons"`
		Rows    int    `json:"rows"`
		Series  int    `json:"series"`
	}
	var p []population
	for k, x := range v.layout.populations {
		p = append(p, population{x.Name, x.Size, v.layout.rows[k], min(k, maxSeries-1)})
	}
	return map[string]any{"populations": p, "series": v.layout.series, "bin": binWidth}
}

// rare adds what changes rarely.
func (v *viewer) rare(add func(string, any) error) error {
	f := v.feed
	f.slow.Lock()
	defer f.slow.Unlock()
	if f.revision.metrics != v.metrics {
		v.metrics = f.revision.metrics
		if err := add("metrics", f.metrics); err != nil {
			return err
		}
	}
	if f.revision.figures != v.figures {
		v.figures = f.revision.figures
		if err := add("figures", f.figures); err != nil {
			return err
		}
	}
	if f.revision.lines != v.lines {
		v.lines = f.revision.lines
		return add("log", f.lines)
	}
	return nil
}

// frame returns what moves as a JSON object, or nil when nothing has moved:
//
//	status   how far the run is
//	lost     spikes of shown neurons that were passed over
//	start    time of the first spike [µs]
//	spikes   time after the spike before [µs], row, and so on
//	bins     of the rates: index of the first bin, bins taken together, count per series
//	signals  for each signal: time [ms], value, and so on
func (v *viewer) frame() []byte {
	status := v.feed.Status()
	var lost uint64
	// A run of another process comes in bursts, between which frames are empty.
	v.allowed = min(v.allowed+frameSpikes, savedFrames*frameSpikes)
	limit, first := v.allowed, v.fresh
	if first { // may bring all that is kept
		limit, v.fresh = keptSpikes, false
	}
	v.words, v.spikes, lost = v.layout.spikes.read(v.words[:0], v.spikes, limit)
	v.allowed = max(0, v.allowed-len(v.words))
	if first {
		lost = 0 // what was before the client came
	}
	b := v.spikeOut[:0]
	b = append(b, `{"status":`...)
	text, err := json.Marshal(status)
	if err != nil {
		return nil // a status holds plain numbers
	}
	moved := status != v.last || !v.sent
	v.last = status
	b = append(b, text...)
	b = append(b, `,"rtf":`...)
	b = appendNumber(b, status.RealTimeFactor())
	b = append(b, `,"rate":`...)
	b = appendNumber(b, status.SpikeRate())
	left, known := status.Left()
	if !known {
		left = -1
	}
	b = append(b, `,"left":`...)
	b = appendNumber(b, left)
	if lost > 0 {
		b = append(b, `,"lost":`...)
		b = strconv.AppendUint(b, lost, 10)
	}
	if len(v.words) > 0 {
		moved = true
		b = appendSpikes(b, v.words)
	}
	b, some := v.appendBins(b)
	moved = moved || some
	b, some = v.appendSignals(b)
	moved = moved || some
	b = append(b, '}')
	v.spikeOut = b
	if !moved {
		return nil
	}
	return slices.Clone(b)
}

func appendSpikes(b []byte, words []uint64) []byte {
	before := words[0] >> rowBits
	b = append(b, `,"start":`...)
	b = strconv.AppendUint(b, before, 10)
	b = append(b, `,"spikes":[`...)
	for k, w := range words {
		if k > 0 {
			b = append(b, ',')
		}
		at := w >> rowBits
		b = strconv.AppendInt(b, int64(at-before), 10)
		b = append(b, ',')
		b = strconv.AppendUint(b, w&noRow, 10)
		before = at
	}
	return append(b, ']')
}

// appendBins adds the new bins of the rates. When there are many, neighbours are merged.
func (v *viewer) appendBins(b []byte) ([]byte, bool) {
	width := int(v.layout.bins.width)
	v.words, v.bins, _ = v.layout.bins.read(v.words[:0], v.bins, keptBins)
	if len(v.words) == 0 {
		return b, false
	}
	first, last := v.words[0], v.words[len(v.words)-width]
	merge := (last-first)/frameBins + 1
	b = append(b, `,"bins":[`...)
	sum := make([]uint64, width+1) // index of the first bin, number of bins, counts
	for rest := v.words; len(rest) > 0; {
		sum[0], sum[1] = rest[0], 0
		clear(sum[2:])
		for len(rest) > 0 && (rest[0]-sum[0] < merge || sum[1] == 0) {
			sum[1] = rest[0] - sum[0] + 1
			for i := 1; i < width; i++ {
				sum[1+i] += rest[i]
			}
			rest = rest[width:]
		}
		if b[len(b)-1] != '[' {
			b = append(b, ',')
		}
		b = append(b, '[')
		for i, n := range sum {
			if i > 0 {
				b = append(b, ',')
			}
			b = strconv.AppendUint(b, n, 10)
		}
		b = append(b, ']')
	}
	return append(b, ']'), true
}

// appendSignals adds the new values of the signals. When there are many, some are left out.
func (v *viewer) appendSignals(b []byte) ([]byte, bool) {
	if len(v.signals) == 0 {
		return b, false
	}
	some := false
	b = append(b, `,"signals":[`...)
	for k, s := range v.known[:len(v.signals)] {
		if k > 0 {
			b = append(b, ',')
		}
		b = append(b, '[')
		v.words, v.signals[k], _ = s.values.read(v.words[:0], v.signals[k], keptValues)
		n := len(v.words) / 2
		step := n/frameValues + 1
		for i := (n - 1) % step; i < n && n > 0; i += step { // the newest is among them
			if b[len(b)-1] != '[' {
				b = append(b, ',')
			}
			b = appendNumber(b, math.Float64frombits(v.words[2*i]))
			b = append(b, ',')
			b = appendNumber(b, math.Float64frombits(v.words[2*i+1]))
		}
		b = append(b, ']')
		some = some || n > 0
	}
	return append(b, ']'), some
}

func appendNumber(b []byte, x float64) []byte { return strconv.AppendFloat(b, x, 'g', 7, 64) }
