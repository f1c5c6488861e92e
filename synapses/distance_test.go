package synapses

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/glia-sim/glia/sim"
)

func placed(from, to [][3]float64) sim.Wiring {
	w := wiring(len(from), len(to))
	w.SourceAt, w.TargetAt = from, to
	return w
}

func cuboid(t *testing.T, n int, size [3]float64, seed uint64) [][3]float64 {
	t.Helper()
	at, err := RandomCuboid(n, size, sim.NewKey(seed, "places"))
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// TestExpectedOfLiquid compares the mean numbers of synapses of the 10x10x10 liquid of Ivanov and
// Michmizos (2021), lambda 3, with exact sums over the grid: 800 excitatory and 200 inhibitory neurons
// at random places.
func TestExpectedOfLiquid(t *testing.T) {
	at, err := Grid3D(10, 10, 10, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		c, pre, post float64 // share of ordered pairs
		want         float64
	}{
		{0.2, 800, 799, 11029}, {0.1, 800, 200, 1380}, {0.3, 200, 800, 4141}, {0.05, 200, 199, 172},
	} {
		w := placed(at, at)
		w.Overlap = true
		plan, err := DistanceDependent{Kernel: Gaussian{C: c.c, Lambda: 3}, Autapses: Forbidden}.Plan(w)
		if err != nil {
			t.Fatal(err)
		}
		near(t, fmt.Sprint("synapses at C ", c.c), plan.Expected()*c.pre*c.post/(1000*999), c.want, 0.5)
	}
}

// TestDistanceProfile compares the number of synapses by distance with the kernel.
func TestDistanceProfile(t *testing.T) {
	size := [3]float64{4, 3, 2}
	from, to := cuboid(t, 400, size, 1), cuboid(t, 300, size, 2)
	for _, rule := range []DistanceDependent{
		{Kernel: Gaussian{C: 0.8, Lambda: 1}},
		{Kernel: Gaussian{C: 0.8, Lambda: 1}, Cutoff: 1.3},
		{Kernel: Gaussian{C: 1, Lambda: 1}, Periodic: size},
		{Kernel: Gaussian{C: 1, Lambda: 1}, Periodic: [3]float64{4, 0, 0}, Cutoff: 0.9},
		{Kernel: ExponentialDecay{C: 0.5, Lambda: 0.7}},
		{Kernel: ExponentialDecay{C: 0.5, Lambda: 0.7}, Cutoff: 0.8, Periodic: size},
		{Kernel: Box{P: 0.3, Radius: 0.75}},
		{Kernel: Box{P: 0.3, Radius: 0.75}, Periodic: size},
	} {
		t.Run(fmt.Sprintf("%+v", rule), func(t *testing.T) {
			const bins, width, seeds = 30, 0.1, 6
			got, mean, variance := make([]float64, bins+1), make([]float64, bins+1), make([]float64, bins+1)
			apart := func(i, j int) float64 {
				d := 0.0
				for a := range 3 {
					x := math.Abs(from[i][a] - to[j][a])
					if e := rule.Periodic[a]; e > 0 {
						x = min(x, e-x)
					}
					d += x * x
				}
				return math.Sqrt(d)
			}
			bin := func(d float64) int { return min(int(d/width), bins) }
			for j := range to {
				for i := range from {
					d := apart(i, j)
					p := rule.Kernel.Probability(d)
					if rule.Cutoff > 0 && d > rule.Cutoff {
						p = 0
					}
					mean[bin(d)] += seeds * p
					variance[bin(d)] += seeds * p * (1 - p)
				}
			}
			for seed := range uint64(seeds) {
				all := draw(t, rule, placed(from, to), seed)
				if hasMultapse(all) {
					t.Fatal("multapse")
				}
				for j, s := range all {
					for _, i := range s {
						got[bin(apart(int(i), j))]++
					}
				}
			}
			total := 0.0
			for k := range got {
				total += mean[k]
				// 4.5 standard deviations, and one synapse where the normal law is no good.
				near(t, fmt.Sprintf("synapses at distance %.1f", width*float64(k)), got[k], mean[k], 4.5*math.Sqrt(variance[k])+min(1, mean[k]))
			}
			plan, err := rule.Plan(placed(from, to))
			if err != nil {
				t.Fatal(err)
			}
			near(t, "expected", plan.Expected()*seeds, total, 1e-6*total)
		})
	}
}

// TestBoxFindsAll: with probability 1 the sources are all those within the radius, at exactly the radius
// too, found through the cells.
func TestBoxFindsAll(t *testing.T) {
	grid, err := Grid3D(7, 7, 7, 0.1)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what     string
		at, to   [][3]float64
		radius   float64
		periodic [3]float64
	}{
		{"grid", grid, grid, 0.2, [3]float64{}},
		{"grid, radius 3 spacings", grid, grid, 0.1 * 3, [3]float64{}},
		{"periodic grid", grid, grid, 0.2, [3]float64{0.7, 0.7, 0.7}},
		{"grid, mixed", grid, grid, 0.15, [3]float64{0.7, 0, 0.7}},
		{"random", cuboid(t, 500, [3]float64{1, 2, 3}, 1), cuboid(t, 200, [3]float64{1, 2, 3}, 2), 0.3, [3]float64{}},
		{"random, periodic", cuboid(t, 500, [3]float64{1, 2, 3}, 1), cuboid(t, 200, [3]float64{1, 2, 3}, 2), 0.4, [3]float64{1, 2, 3}},
		{"flat", cuboid(t, 500, [3]float64{1, 2, 0}, 1), cuboid(t, 200, [3]float64{1, 2, 0}, 2), 0.1, [3]float64{1, 0, 0}},
		{"targets outside", cuboid(t, 300, [3]float64{1, 1, 1}, 1), cuboid(t, 300, [3]float64{3, 3, 3}, 2), 0.3, [3]float64{}},
		{"wider than the box", cuboid(t, 50, [3]float64{1, 1, 1}, 1), cuboid(t, 50, [3]float64{1, 1, 1}, 2), 9, [3]float64{1, 1, 1}},
		{"very short", cuboid(t, 50, [3]float64{1, 1, 1}, 1), cuboid(t, 50, [3]float64{1, 1, 1}, 1), 1e-7, [3]float64{1, 1, 1}},
	} {
		all := draw(t, DistanceDependent{Kernel: Box{P: 1, Radius: c.radius}, Periodic: c.periodic}, placed(c.at, c.to), 1)
		found := 0
		for j, s := range all {
			var want []int32
			for i := range c.at {
				if distance(c.at[i], c.to[j], c.periodic) <= c.radius {
					want = append(want, int32(i))
				}
			}
			slices.Sort(s)
			if !slices.Equal(s, want) {
				t.Errorf("%s: target %d has %v, want %v", c.what, j, s, want)
				break
			}
			found += len(s)
		}
		if found == 0 {
			t.Errorf("%s: nothing within the radius", c.what)
		}
	}
}

// TestBoxAtItsRadius: rounding in the search for cells loses no neighbour at exactly the radius.
func TestBoxAtItsRadius(t *testing.T) {
	for _, spacing := range []float64{0.1, 0.3, 0.7, 1.1, 0.013, 1 / 3.0} {
		for n := 4; n < 40; n++ {
			at, err := Grid3D(n, 1, 1, spacing)
			if err != nil {
				t.Fatal(err)
			}
			for k := 1; k < 6; k++ {
				for _, edge := range []float64{0, float64(n) * spacing} {
					radius, periodic := float64(k)*spacing, [3]float64{edge, 0, 0}
					all := draw(t, DistanceDependent{Kernel: Box{P: 1, Radius: radius}, Periodic: periodic}, placed(at, at), 1)
					want := 0
					for i := range at {
						for j := range at {
							if distance(at[i], at[j], periodic) <= radius {
								want++
							}
						}
					}
					if count(all) != want {
						t.Errorf("%d points, spacing %g, radius %g, edge %g: %d neighbours, want %d", n, spacing, radius, edge, count(all), want)
					}
				}
			}
		}
	}
}

func TestDistance(t *testing.T) {
	near(t, "open", distance([3]float64{1, 2, 3}, [3]float64{4, 6, 3}, [3]float64{}), 5, 0)
	near(t, "across the border", distance([3]float64{0.5, 0, 0}, [3]float64{9.5, 0, 0}, [3]float64{10, 0, 0}), 1, 0)
	near(t, "several boxes away", distance([3]float64{0.5, 0, 0}, [3]float64{39.5, 0, 0}, [3]float64{10, 0, 0}), 1, 0)
}

func TestDistanceAutapses(t *testing.T) {
	at := cuboid(t, 50, [3]float64{1, 1, 1}, 1)
	w := placed(at, at)
	w.Overlap = true
	rule := DistanceDependent{Kernel: Gaussian{C: 1, Lambda: 0.3}}
	n := 0
	for j, s := range draw(t, rule, w, 1) {
		if slices.Contains(s, int32(j)) {
			n++
		}
	}
	if n != 50 {
		t.Errorf("%d autapses at probability 1: want 50", n)
	}
	rule.Autapses = Forbidden
	if hasAutapse(draw(t, rule, w, 1), 0) {
		t.Error("autapse")
	}
	if n := count(draw(t, DistanceDependent{Kernel: Box{P: 0, Radius: 1}}, w, 1)); n != 0 {
		t.Errorf("probability 0 gives %d synapses", n)
	}
}

// TestExpectedOfMany: the extrapolated mean number of a large projection is near the true one.
func TestExpectedOfMany(t *testing.T) {
	at := cuboid(t, 20000, [3]float64{1, 1, 1}, 1)
	rule := DistanceDependent{Kernel: Box{P: 1, Radius: 0.1}, Periodic: [3]float64{1, 1, 1}}
	plan, err := rule.Plan(placed(at, at))
	if err != nil {
		t.Fatal(err)
	}
	want := 20000 * 20000 * 4 * math.Pi / 3 * 0.001
	near(t, "expected", plan.Expected(), want, 0.02*want)
}

func TestDistanceErrors(t *testing.T) {
	at := cuboid(t, 3, [3]float64{1, 1, 1}, 1)
	w := placed(at, at)
	k := Gaussian{C: 0.2, Lambda: 3}
	refuses(t, DistanceDependent{}, w, "DistanceDependent.Kernel is nil")
	refuses(t, DistanceDependent{Kernel: Gaussian{C: 2, Lambda: 3}}, w, "Gaussian.C is 2", "0 to 1")
	refuses(t, DistanceDependent{Kernel: Gaussian{C: 1}}, w, "Gaussian.Lambda is 0", "positive")
	refuses(t, DistanceDependent{Kernel: ExponentialDecay{C: 1, Lambda: -1}}, w, "ExponentialDecay.Lambda is -1")
	refuses(t, DistanceDependent{Kernel: Box{P: 1}}, w, "Box.Radius is 0")
	refuses(t, DistanceDependent{Kernel: k, Cutoff: -1}, w, "DistanceDependent.Cutoff is -1")
	refuses(t, DistanceDependent{Kernel: k, Periodic: [3]float64{0, -2, 0}}, w, "DistanceDependent.Periodic[1] is -2")
	refuses(t, DistanceDependent{Kernel: k}, wiring(3, 3), "source population has no positions", "At")
	w.TargetAt = [][3]float64{{0, 0, 0}, {0, math.NaN(), 0}, {0, 0, 0}}
	refuses(t, DistanceDependent{Kernel: k}, w, "position 1 of the target group")
}

func TestGrid3D(t *testing.T) {
	at, err := Grid3D(2, 1, 3, 0.5)
	if err != nil {
		t.Fatal(err)
	}
	want := [][3]float64{{0, 0, 0}, {0, 0, 0.5}, {0, 0, 1}, {0.5, 0, 0}, {0.5, 0, 0.5}, {0.5, 0, 1}}
	if !slices.Equal(at, want) {
		t.Errorf("got %v", at)
	}
	a, b, c := slices.Clone(want), slices.Clone(want), slices.Clone(want)
	Shuffle(a, sim.NewKey(1, "places"))
	Shuffle(b, sim.NewKey(1, "places"))
	Shuffle(c, sim.NewKey(2, "places"))
	if !slices.Equal(a, b) || slices.Equal(a, c) || slices.Equal(a, want) {
		t.Errorf("shuffled with key 1: %v, again: %v, key 2: %v", a, b, c)
	}
	slices.SortFunc(a, func(x, y [3]float64) int { return slices.Compare(x[:], y[:]) })
	if !slices.Equal(a, want) {
		t.Errorf("shuffling changed the points: %v", a)
	}
	_, err = Grid3D(2, 0, 3, 1)
	says(t, err, "ny of Grid3D is 0")
	_, err = Grid3D(2, 1, 3, 0)
	says(t, err, "spacing of Grid3D is 0")
	_, err = Grid3D(1<<20, 1<<20, 1<<30, 1)
	says(t, err, "want at most")
}

func TestRandomCuboid(t *testing.T) {
	const n = 20000
	size := [3]float64{1, 5, 0}
	at := cuboid(t, n, size, 3)
	for a := range 3 {
		sum := 0.0
		for _, x := range at {
			if x[a] < 0 || x[a] > size[a] {
				t.Fatalf("coordinate %d is %g", a, x[a])
			}
			sum += x[a]
		}
		near(t, fmt.Sprint("mean coordinate ", a), sum/n, size[a]/2, 5*size[a]/math.Sqrt(12*n))
	}
	if !slices.Equal(cuboid(t, 10, size, 3), at[:10]) {
		t.Error("the first points depend on how many there are")
	}
	_, err := RandomCuboid(-1, size, sim.Key{})
	says(t, err, "is -1")
	_, err = RandomCuboid(1, [3]float64{1, math.Inf(1), 1}, sim.Key{})
	says(t, err, "size[1]")
}
