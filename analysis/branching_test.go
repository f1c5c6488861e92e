package analysis

import (
	"slices"
	"testing"
)

func adjacency(rows ...[]int32) Adjacency {
	a := Adjacency{Offsets: []int{0}}
	for _, r := range rows {
		a.Indices = append(a.Indices, r...)
		a.Offsets = append(a.Offsets, len(a.Indices))
	}
	return a
}

func TestTranspose(t *testing.T) {
	a := adjacency([]int32{2, 1}, []int32{2}, nil)
	tr, err := a.Transpose()
	if err != nil {
		t.Fatal(err)
	}
	want := adjacency(nil, []int32{0}, []int32{0, 1})
	if !slices.Equal(tr.Offsets, want.Offsets) || !slices.Equal(tr.Indices, want.Indices) {
		t.Errorf("transpose %v, want %v", tr, want)
	}
	for name, bad := range map[string]Adjacency{
		"no offsets":    {Indices: []int32{0}},
		"first offset":  {Offsets: []int{1, 1}, Indices: []int32{0}},
		"falling":       {Offsets: []int{0, 2, 1}, Indices: []int32{0}},
		"last offset":   {Offsets: []int{0, 1}},
		"index":         adjacency([]int32{1}),
		"negative":      adjacency([]int32{-1}),
		"beyond slices": {Offsets: []int{0, 5}, Indices: []int32{0}},
	} {
		_, err := bad.Transpose()
		wantError(t, name, err)
	}
	if empty, err := (Adjacency{}).Transpose(); err != nil || empty.Len() != 0 {
		t.Errorf("empty: %v, %v", empty, err)
	}
}

func TestBranchingFactorByHand(t *testing.T) {
	// 0 -> 1, 0 -> 2, 1 -> 2. Centres 3 <= t < 17, two steps on either side.
	post := adjacency([]int32{1, 2}, []int32{2}, nil)
	pre := adjacency(nil, []int32{0}, []int32{0, 1})
	w := BranchingWindow{Steps: 20, Cut: 1, Lookback: 2}
	s := Spikes{
		Times: []float64{0, 2, 3, 4, 5, 6, 7, 9, 16, 17, 18, 19},
		IDs:   []int32{0, 1, 0, 0, 0, 1, 2, 2, 1, 0, 2, 2},
	}
	// neuron 0: t=3: none follows, 0/1; t=4: 1@6, 1/1; t=5: 1@6 2@7, 2/1   mean 1
	// neuron 1: t=6: 2@7 after 0@4 0@5, 1/2; t=16: 2@18 after none, 1/1    mean 3/4
	// neuron 2: projects to nobody                                        mean 0
	got, err := BranchingFactor(s, post, pre, w)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "branching factor", got, (1+0.75+0)/3, 1e-15)

	// The same at another origin of time.
	for k := range s.Times {
		s.Times[k] += 1000
	}
	w.Start = 1000
	moved, err := BranchingFactor(s, post, pre, w)
	if err != nil || moved != got {
		t.Errorf("moved in time: %v, %v", moved, err)
	}
}

// plainBranching is the definition written out, spike by spike.
func plainBranching(s Spikes, post, pre Adjacency) float64 {
	const lookback, cut, steps = 4, 25, 250
	count := func(neighbours []int32, from, to int) (n int) {
		for k, id := range s.IDs {
			t := int(s.Times[k])
			if t >= max(from, cut) && t <= to && t < steps-cut && slices.Contains(neighbours, id) {
				n++
			}
		}
		return n
	}
	var means []float64
	for i := range post.Len() {
		var ratios []float64
		for k, id := range s.IDs {
			t := int(s.Times[k])
			if int(id) == i && t >= cut+lookback && t < steps-cut-lookback {
				before := count(pre.Row(i), t-lookback, t-1)
				after := count(post.Row(i), t+1, t+lookback)
				ratios = append(ratios, float64(after)/float64(max(1, before)))
			}
		}
		if len(ratios) > 0 {
			means = append(means, Mean(ratios))
		}
	}
	return Mean(means)
}

// randomLiquid is a random graph of n neurons and 250 steps of random spikes, each
// neuron firing with probability p in a step.
func randomLiquid(n int, connect, p float64, seed uint64) (s Spikes, post Adjacency) {
	rng := newRand(seed)
	post.Offsets = []int{0}
	for i := range n {
		for j := range n {
			if i != j && rng.Float64() < connect {
				post.Indices = append(post.Indices, int32(j))
			}
		}
		post.Offsets = append(post.Offsets, len(post.Indices))
	}
	for t := range 250 {
		for i := range n {
			if rng.Float64() < p {
				s.Times, s.IDs = append(s.Times, float64(t)), append(s.IDs, int32(i))
			}
		}
	}
	return s, post
}

func TestBranchingFactorDefinition(t *testing.T) {
	for seed := range uint64(5) {
		s, post := randomLiquid(25, 0.2, 0.02*float64(seed+1), seed)
		pre, err := post.Transpose()
		if err != nil {
			t.Fatal(err)
		}
		got, err := BranchingFactor(s, post, pre, DefaultBranchingWindow())
		if err != nil {
			t.Fatal(err)
		}
		near(t, "branching factor", got, plainBranching(s, post, pre), 1e-12)
	}
}

func TestBranchingFactorEdges(t *testing.T) {
	post := adjacency([]int32{1}, nil)
	pre := adjacency(nil, []int32{0})
	w := DefaultBranchingWindow()
	for name, s := range map[string]Spikes{"silence": {}, "only cut spikes": train(0, 28, 221, 249, 300)} {
		got, err := BranchingFactor(s, post, pre, w)
		wantNaN(t, name, got)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	got, err := BranchingFactor(train(29), post, pre, w)
	if err != nil || got != 0 {
		t.Errorf("one spike: %v, %v; want 0", got, err)
	}
	got, err = BranchingFactor(Spikes{}, Adjacency{}, Adjacency{}, w)
	wantNaN(t, "no neurons", got)
	if err != nil {
		t.Error(err)
	}
	_, err = BranchingFactor(Spikes{Times: []float64{50}, IDs: []int32{2}}, post, pre, w)
	wantError(t, "a neuron beyond the adjacency", err)
	_, err = BranchingFactor(train(50), post, adjacency(nil, nil), w)
	wantError(t, "pre that is no transpose", err)
	_, err = BranchingFactor(train(50), adjacency([]int32{7}, nil), pre, w)
	wantError(t, "inconsistent post", err)
	for name, bad := range map[string]BranchingWindow{
		"zero value": {}, "negative cut": {Steps: 250, Cut: -1, Lookback: 4}, "no centre": {Steps: 58, Cut: 25, Lookback: 4},
		"huge": {Steps: 1 << 40, Cut: 1, Lookback: 1},
	} {
		_, err := BranchingFactor(train(50), post, pre, bad)
		wantError(t, name, err)
	}
}

func TestBranchingImages(t *testing.T) {
	got := BranchingImages(250, 20)
	want := []int{0, 12, 25, 38, 50, 62, 75, 88, 100, 112, 125, 138, 150, 162, 175, 188, 200, 212, 225, 238}
	if !slices.Equal(got, want) {
		t.Errorf("images %v", got)
	}
	if BranchingImages(0, 20) != nil {
		t.Error("images of an empty batch")
	}
}

func TestNaiveBranching(t *testing.T) {
	near(t, "2,4,0,3,3", NaiveBranching([]float64{2, 4, 0, 3, 3}), (2+0+1)/3.0, 1e-15)
	for _, a := range [][]float64{nil, {5}, {0, 0, 7}} {
		wantNaN(t, "nothing to follow", NaiveBranching(a))
	}
}

func BenchmarkBranchingFactor(b *testing.B) {
	s, post := randomLiquid(1000, 0.0167, 0.028, 1) // a liquid's 17 neighbours and 7000 spikes
	pre, err := post.Transpose()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := BranchingFactor(s, post, pre, DefaultBranchingWindow()); err != nil {
			b.Fatal(err)
		}
	}
}
