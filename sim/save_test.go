package sim

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"reflect"
	"strings"
	"testing"
)

func save(t testing.TB, n *Network) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := n.Save(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// unseekable hides that a reader can seek.
type unseekable struct{ io.Reader }

// A run that goes on from a checkpoint, written or read to or from anything, is the run never interrupted.
func TestSavedNetworkGoesOn(t *testing.T) {
	whole, s, v, p := testNetwork(1)
	mustRun(t, whole, 150)
	want := result(t, whole, s, v, p)
	for _, k := range []struct{ save, load int }{{1, 1}, {2, 3}, {16, 1}} {
		n, _, _, _ := testNetwork(k.save)
		mustRun(t, n, 71.5)
		saved := save(t, n)
		for name, r := range map[string]io.Reader{"file": bytes.NewReader(saved), "pipe": unseekable{bytes.NewReader(saved)}} {
			n, s, v, p := testNetwork(k.load)
			if err := n.Load(r); err != nil {
				t.Fatal(err)
			}
			if n.Now() != 71.5 || !bytes.Equal(save(t, n), saved) {
				t.Errorf("%s, %v workers: loaded at %g ms, and not what was saved", name, k, n.Now())
			}
			mustRun(t, n, 78.5)
			if got := result(t, n, s, v, p); !reflect.DeepEqual(got, want) {
				t.Errorf("%s, %v workers: another run", name, k)
			}
		}
	}
}

// Spikes whose rows are being delivered, delay by delay, go on to the delays to come.
func TestSavedSpikesUnderWay(t *testing.T) {
	build := func(workers int) (*Network, *StateRecorder) {
		n := New(Options{Seed: 4, DT: 0.5, Workers: workers})
		src := n.Populate("S", 10, testScript{{8}, {9}, {9, 10}, {}, {11}, {9}, {10}, {12}, {8}, {9}})
		dst := n.Populate("T", 11, testLIF{Tau: 5})
		n.Connect(src, dst, testInDegree(20), Synapse{Weight: testUniform{0, 0.05}, Delay: testUniform{1, 3}, Receptor: "v"})
		v := n.RecordState(dst, StateOptions{Variable: "V"})
		if err := n.Build(context.Background()); err != nil {
			t.Fatal(err)
		}
		if len(n.parts[0].pull) != 1 || n.parts[0].pull[0].segments < 4 {
			t.Fatal("the synapses are not pulled delay by delay")
		}
		return n, v
	}
	whole, want := build(1)
	mustRun(t, whole, 12)
	for tick := 7; tick < 20; tick++ {
		n, _ := build(2)
		mustRun(t, n, float64(tick)/2)
		again, got := build(3)
		if err := again.Load(bytes.NewReader(save(t, n))); err != nil {
			t.Fatal(err)
		}
		mustRun(t, again, 12-float64(tick)/2)
		if !reflect.DeepEqual(got.values, want.values) {
			t.Errorf("saved at tick %d: other potentials", tick)
		}
	}
}

// Callbacks and processes come when they would have come, each once, also those of the very time at which
// one of them saves the network.
func TestSavedCallbacks(t *testing.T) {
	build := func(saveAt float64) (n *Network, log *testLog2, saved *bytes.Buffer) {
		n, log, saved = New(Options{DT: 1, Workers: 2}), &testLog2{}, &bytes.Buffer{}
		n.Populate("A", 5, testLIF{Tau: 10})
		note := func(what string) func(float64) error {
			return func(now float64) error { log.lines = append(log.lines, fmt.Sprint(what, now)); return nil }
		}
		n.Keep("log", log)
		n.At(3, note("at"))
		n.Every(4, note("first"))
		n.Every(4, func(now float64) error {
			if now == saveAt {
				return n.Save(saved)
			}
			return nil
		})
		n.Every(4, note("second"))
		n.At(9, note("at"))
		n.AddProcess(&testProcess{log: log}, 2)
		return n, log, saved
	}
	n, want, saved := build(8)
	mustRun(t, n, 20)
	again, got, _ := build(0)
	if err := again.Load(saved); err != nil {
		t.Fatal(err)
	}
	if again.Now() != 8 || got.lines[len(got.lines)-1] != "first8" {
		t.Errorf("loaded at %g ms with %q", again.Now(), got.lines)
	}
	mustRun(t, again, 12)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("callbacks %q, want %q", got.lines, want.lines)
	}
}

// testLog2 is what callbacks remember, letter by letter.
type testLog2 struct{ lines []string }

func (l *testLog2) State(c *Codec) {
	text := []byte(strings.Join(l.lines, "\n"))
	c.Values(&text)
	c.Loaded(func() error { l.lines = strings.Split(string(text), "\n"); return nil })
}

// testProcess counts its updates.
type testProcess struct {
	log   *testLog2
	count int
}

func (p *testProcess) Validate() error { return nil }
func (p *testProcess) Reset()          { p.count = 0 }
func (p *testProcess) State(c *Codec)  { c.Values(&p.count) }
func (p *testProcess) Update(now float64) error {
	p.count++
	p.log.lines = append(p.log.lines, fmt.Sprint("process ", p.count, " at ", now))
	return nil
}

// Weights alone go from one number of workers to another, and into a network whose models differ.
func TestSavedWeights(t *testing.T) {
	n, _, _, p := testNetwork(3)
	mustRun(t, n, 90)
	var b bytes.Buffer
	if err := n.SaveWeights(&b); err != nil {
		t.Fatal(err)
	}
	want, err := p.Weights()
	if err != nil {
		t.Fatal(err)
	}
	for _, workers := range []int{1, 2, 7} {
		n, _, _, p := testNetwork(workers)
		mustRun(t, n, 10)
		if err := n.LoadWeights(bytes.NewReader(b.Bytes())); err != nil {
			t.Fatal(err)
		}
		if got, err := p.Weights(); err != nil || !reflect.DeepEqual(got, want) || n.Now() != 10 {
			t.Errorf("%d workers: other weights (%v), or another time than 10 ms: %g", workers, err, n.Now())
		}
		mustRun(t, n, 10)
	}
	other := New(Options{Seed: 8})
	a := other.Populate("A", 10, testLIF{Tau: 10})
	other.Connect(a, a, testInDegree(3), Synapse{Receptor: "v", Plasticity: testRule{}})
	if err := other.LoadWeights(&b); err == nil || !strings.Contains(err.Error(), "seed 7") {
		t.Errorf("error %v, want one about the seed", err)
	}
	if err := other.Load(bytes.NewReader(save(t, n))); err == nil || !strings.Contains(err.Error(), "seed 7") {
		t.Errorf("error %v, want one about the seed", err)
	}
	mustRun(t, other, 1) // nothing was loaded, so nothing is broken
}

// Synapses that were rewired, and static weights that were set, are saved with the network; what was drawn
// cannot be had back in a network that has changed it.
func TestSavedChanges(t *testing.T) {
	build := func(workers int) (n *Network, moved, set *Projection) {
		n = New(Options{Seed: 3, DT: 0.5, Workers: workers})
		a, b := n.Populate("A", 30, testLIF{Tau: 10}), n.Populate("B", 11, testLIF{Tau: 10})
		moved = n.Connect(a.Range(5, 30), b, testInDegree(6), Synapse{Weight: testUniform{0, 1}, Delay: testUniform{0.5, 2}, Receptor: "v", Plasticity: testMover{}})
		set = n.Connect(a, b, testInDegree(6), Synapse{Weight: testUniform{0, 1}, Delay: testUniform{0.5, 30}, Receptor: "v"})
		if err := n.Build(context.Background()); err != nil {
			t.Fatal(err)
		}
		return n, moved, set
	}
	synapses := func(p *Projection) (list []SynapseValue) {
		if err := p.Each(func(s SynapseValue) { list = append(list, s) }); err != nil {
			t.Fatal(err)
		}
		return list
	}
	n, moved, set := build(2)
	drawn := save(t, n)
	if err := moved.Rewire(func(target int, in []SynapseValue) {
		for k := range in {
			if k%3 == 1 {
				in[k].Source, in[k].Weight = 5+(in[k].Source*7+target)%25, 2
			}
		}
	}); err != nil {
		t.Fatal(err)
	}
	if err := set.ChangeWeights(func(s SynapseValue) float64 { return float64(s.Source) / 4 }); err != nil {
		t.Fatal(err)
	}
	var weights bytes.Buffer
	if err := n.SaveWeights(&weights); err != nil {
		t.Fatal(err)
	}
	for _, workers := range []int{1, 2, 5} {
		m, p, q := build(workers)
		if err := m.Load(bytes.NewReader(save(t, n))); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(synapses(p), synapses(moved)) || !reflect.DeepEqual(synapses(q), synapses(set)) {
			t.Errorf("%d workers: other synapses", workers)
		}
		for _, st := range p.stores {
			for _, s := range st.(*plasticRows).segments {
				checkColumns(t, &s)
			}
		}
		m, p, _ = build(workers)
		if err := m.LoadWeights(bytes.NewReader(weights.Bytes())); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(synapses(p), synapses(moved)) {
			t.Errorf("%d workers: other synapses with the weights", workers)
		}
	}
	if err := n.Load(bytes.NewReader(drawn)); err == nil || !strings.Contains(err.Error(), "load it into a new network") {
		t.Errorf("error %v, want one that asks for a new network", err)
	}
	if err := n.Run(context.Background(), 1); err == nil || !strings.Contains(err.Error(), "half loaded") {
		t.Errorf("a network loaded in part runs: %v", err)
	}
}

// What is no checkpoint, damaged, cut off or of another network or version is refused, and a network into
// which nothing was loaded goes on.
func TestBadCheckpointsAreRefused(t *testing.T) {
	n, _, _, _ := testNetwork(2)
	mustRun(t, n, 30)
	good := save(t, n)
	refused := func(what string, content []byte, want string) {
		t.Helper()
		for _, pipe := range []bool{false, true} {
			m, s, v, p := testNetwork(1)
			mustRun(t, m, 20)
			var r io.Reader = bytes.NewReader(content)
			if pipe {
				r = unseekable{r}
			}
			if err := m.Load(r); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: error %v, want one with %q", what, err, want)
			}
			if pipe {
				continue
			}
			mustRun(t, m, 10)
			whole, s2, v2, p2 := testNetwork(1)
			mustRun(t, whole, 30)
			if !reflect.DeepEqual(result(t, m, s, v, p), result(t, whole, s2, v2, p2)) {
				t.Errorf("%s: it has changed the network", what)
			}
		}
	}
	refused("nothing", nil, "no checkpoint")
	refused("something else", []byte("PNG, or a letter to a friend"), "no checkpoint")
	refused("a header alone", good[:12], "ends too early")
	newer := bytes.Clone(good)
	newer[8] = checkpointVersion + 1
	refused("a newer version", newer, fmt.Sprintf("version %d", checkpointVersion+1))
	for _, at := range []int{13, 25, len(good) / 2, len(good) - 9} {
		refused(fmt.Sprintf("cut at %d of %d", at, len(good)), good[:at], "ends too early")
		bad := bytes.Clone(good)
		bad[at] ^= 4
		refused(fmt.Sprintf("damaged at %d of %d", at, len(good)), bad, "it")
	}
	for _, change := range []func(n *Network, e *Population){
		func(n *Network, e *Population) { n.Populate("X", 3, testLIF{Tau: 10}) },
		func(n *Network, e *Population) { n.CountSpikes(e) },
		func(n *Network, e *Population) { n.At(50, func(float64) error { return nil }) },
		func(n *Network, e *Population) { n.Drive(e, "v", testNoise{0.2}) },
		func(n *Network, e *Population) { n.Connect(e, e, testInDegree(1), Synapse{Receptor: "v"}) },
	} {
		m, _, _, _ := testNetwork(1)
		change(m, m.pops[0])
		if err := m.Load(bytes.NewReader(good)); err == nil || !strings.Contains(err.Error(), "another network") {
			t.Errorf("error %v, want one about another network", err)
		}
	}
	m := New(Options{Seed: 7, DT: 0.5})
	m.Populate("E", 83, testLIF{Tau: 11}).Initial("V", testUniform{0, 1})
	if err := m.Load(bytes.NewReader(good)); err == nil || !strings.Contains(err.Error(), "Tau:10") || !strings.Contains(err.Error(), "Tau:11") {
		t.Errorf("error %v, want one that tells the two models apart", err)
	}
	fails := errors.New("disk full")
	if err := n.Save(failingWriter{fails}); !errors.Is(err, fails) {
		t.Errorf("error %v, want the writer's", err)
	}
	if err := New(Options{}).Save(io.Discard); err == nil {
		t.Error("a network that is not built was saved")
	}
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

// State that does not fit what it is listed for, or differs between workers, is an error of the model and no
// wrong checkpoint.
func TestWrongListsAreReported(t *testing.T) {
	for want, list := range map[string]func(b *testListed, c *Codec){
		"of 3 entries":         func(b *testListed, c *Codec) { c.PerNeuron(make([]float64, 3)) },
		"cannot be saved":      func(b *testListed, c *Codec) { c.Values(&struct{ p *int }{}) },
		"want a slice":         func(b *testListed, c *Codec) { c.PerNeuron(5) },
		"differs between them": func(b *testListed, c *Codec) { c.Values(&b.first) },
		"list different": func(b *testListed, c *Codec) {
			if b.first > 0 {
				c.PerNeuron(make([]bool, 5))
			}
		},
		"entries for one worker": func(b *testListed, c *Codec) { c.Values(make([]bool, b.first+1)) },
	} {
		n := New(Options{DT: 1, Workers: 2})
		n.Populate("A", 10, testLists{list})
		mustRun(t, n, 1)
		if err := n.Save(io.Discard); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
}

type testLists struct{ list func(*testListed, *Codec) }

func (testLists) Validate() error     { return nil }
func (testLists) Receptors() []string { return nil }
func (m testLists) NewBlock(b BlockSpec) (Block, error) {
	return &testListed{testScriptBlock{first: b.First}, m.list}, nil
}

type testListed struct {
	testScriptBlock
	list func(*testListed, *Codec)
}

func (b *testListed) State(c *Codec) { b.list(b, c) }

// Values of every kind come back, whatever stands in memory and however a slice has grown.
func TestCodings(t *testing.T) {
	type pair struct {
		a int32
		b float64
	}
	type all struct {
		yes    bool
		small  int8
		number int
		wide   uint64
		at     Instant
		three  [3]uint16
		pairs  []pair
		lists  [][]float32
	}
	x := all{true, -5, -1 << 40, 1 << 63, Instant{7, 0.25}, [3]uint16{1, 2, 65535}, []pair{{1, 2.5}, {-3, math.Copysign(0, -1)}}, [][]float32{{1}, nil, {2, 3}}}
	long := make([]pair, 5000)
	for k := range long {
		long[k] = pair{int32(k), 1 / float64(k+1)}
	}
	c := &Codec{}
	c.Values(&x, &long)
	var y all
	var short []pair
	d := &Codec{}
	d.Values(&y, &short)
	if c.err != nil || d.err != nil {
		t.Fatal(c.err, d.err)
	}
	b := &bytes.Buffer{}
	for k := range c.items {
		c.items[k].move(&stream{plain: b})
		d.items[k].move(&stream{plain: b, loading: true})
	}
	x.lists[1] = []float32(nil)
	if fmt.Sprint(x) != fmt.Sprint(y) || !reflect.DeepEqual(long, short) {
		t.Errorf("%v came back as %v", x, y)
	}
}

// framed gives content the frames and checksums of a checkpoint.
func framed(content []byte) []byte {
	b := binary.LittleEndian.AppendUint32(checkpointMagic[:], checkpointVersion)
	crc := uint32(0)
	for more := true; more; {
		n := min(len(content), maxFrame)
		crc = crc32.Update(crc, castagnoli, content[:n])
		b = binary.LittleEndian.AppendUint32(b, uint32(n))
		b = binary.LittleEndian.AppendUint32(b, crc)
		b = append(b, content[:n]...)
		content, more = content[n:], n > 0
	}
	return b
}

// content takes the frames off a checkpoint.
func content(t testing.TB, checkpoint []byte) (all []byte) {
	s := newReader(bytes.NewReader(checkpoint))
	for s.next(); !s.end; s.next() {
		if s.err != nil {
			t.Fatal(s.err)
		}
		all = append(all, s.buf...)
	}
	return all
}

// fuzzed is a small network of everything: stepped and event-driven, plastic, pushed and pulled.
func fuzzed() (*Network, *Projection) {
	n := New(Options{Seed: 7, DT: 0.5, Workers: 2})
	e := n.Populate("E", 9, testLIF{Tau: 10, Drive: 0.3})
	n.Drive(e, "v", testNoise{0.12})
	n.Connect(e, e, testInDegree(3), Synapse{Weight: testUniform{-0.2, -0.05}, Delay: testUniform{1, 40}, Receptor: "v"})
	n.Connect(e, e, testInDegree(3), Synapse{Weight: testUniform{0, 0.1}, Delay: testUniform{1, 3}, Receptor: "v", Release: testRelease{}})
	p := n.Connect(e, e, testInDegree(3), Synapse{Weight: testUniform{0.01, 0.05}, Delay: testUniform{1, 2}, Receptor: "v", Plasticity: testMover{}})
	n.RecordSpikes(SpikeOptions{}, e)
	n.RecordState(e, StateOptions{Variable: "V", Interval: 2.5})
	return n, p
}

// FuzzLoad loads what looks like a checkpoint: an error is all that may come of it, or a network that runs.
func FuzzLoad(f *testing.F) {
	n, p := fuzzed()
	for range 2 {
		if err := n.Run(context.Background(), 20); err != nil {
			f.Fatal(err)
		}
		f.Add(save(f, n), false)
		f.Add(content(f, save(f, n)), true)
		if err := p.Rewire(func(target int, in []SynapseValue) { in[0].Source = (in[0].Source + 1) % 9 }); err != nil {
			f.Fatal(err)
		}
	}
	f.Add([]byte{}, true)
	f.Add([]byte("glia"), false)
	f.Fuzz(func(t *testing.T, b []byte, bare bool) {
		if bare { // past the checksums
			b = framed(b)
		}
		n, _ := fuzzed()
		if err := n.Load(bytes.NewReader(b)); err == nil {
			_ = n.Run(context.Background(), 2)
		}
	})
}
