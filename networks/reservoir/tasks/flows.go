package tasks

import "math"

// Flows are twelve chaotic systems from the database of Gilpin (2021, arXiv:2110.05266) with its parameters and starts.
// Their exponents are converged values of an independent implementation (Runge-Kutta, tangent vectors, at least 2000
// Lyapunov times, about 1 %), not those stored in the database, which come from short runs and are off by up to half.
func Flows() []Flow {
	return []Flow{Lorenz(), rossler(), chen(), halvorsen(), thomas(), dadras(), rucklidge(), sprottB(), arneodo(),
		shimizuMorioka(), lorenz96(), lorenzStenflo()}
}

// Lorenz is the system of Lorenz (1963, doi 10.1175/1520-0469(1963)020<0130:DNF>2.0.CO;2) with the usual
// parameters 10, 28, 8/3. Its largest exponent is 0.905.
func Lorenz() Flow {
	const s, r, b = 10, 28, 8. / 3
	return Flow{Name: "Lorenz", Start: []float64{-9.787, -15.039, 20.534}, Sample: 0.02,
		Exponents: []float64{0.905, 0, -14.571}, Divergence: -(s + 1 + b),
		Derivative: func(d, x []float64) {
			d[0] = s * (x[1] - x[0])
			d[1] = x[0]*(r-x[2]) - x[1]
			d[2] = x[0]*x[1] - b*x[2]
		},
		Jacobian: func(j, x []float64) {
			j[0], j[1] = -s, s
			j[3], j[4], j[5] = r-x[2], -1, -x[0]
			j[6], j[7], j[8] = x[1], x[0], -b
		}}
}

func rossler() Flow {
	const a, b, c = 0.2, 0.2, 5.7
	return Flow{Name: "Rossler", Start: []float64{6.513, 0.477, 0.342}, Sample: 0.12,
		Exponents: []float64{0.072, 0, -5.395}, Divergence: math.NaN(),
		Derivative: func(d, x []float64) {
			d[0] = -x[1] - x[2]
			d[1] = x[0] + a*x[1]
			d[2] = b + x[2]*(x[0]-c)
		},
		Jacobian: func(j, x []float64) {
			j[1], j[2] = -1, -1
			j[3], j[4] = 1, a
			j[6], j[8] = x[2], x[0]-c
		}}
}

func chen() Flow {
	const a, b, c = 35, 3, 28
	return Flow{Name: "Chen", Start: []float64{3.269, 5.299, 19.435}, Sample: 0.01,
		Exponents: []float64{2.009, 0, -12.009}, Divergence: c - a - b,
		Derivative: func(d, x []float64) {
			d[0] = a * (x[1] - x[0])
			d[1] = (c-a)*x[0] - x[0]*x[2] + c*x[1]
			d[2] = x[0]*x[1] - b*x[2]
		},
		Jacobian: func(j, x []float64) {
			j[0], j[1] = -a, a
			j[3], j[4], j[5] = c-a-x[2], c, -x[0]
			j[6], j[7], j[8] = x[1], x[0], -b
		}}
}

func halvorsen() Flow {
	const a, b = 1.4, 4
	return Flow{Name: "Halvorsen", Start: []float64{-8.681, -2.474, 0.0708}, Sample: 0.03,
		Exponents: []float64{0.690, 0, -4.890}, Divergence: -3 * a,
		Derivative: func(d, x []float64) {
			d[0] = -a*x[0] - b*x[1] - b*x[2] - x[1]*x[1]
			d[1] = -a*x[1] - b*x[2] - b*x[0] - x[2]*x[2]
			d[2] = -a*x[2] - b*x[0] - b*x[1] - x[0]*x[0]
		},
		Jacobian: func(j, x []float64) {
			j[0], j[1], j[2] = -a, -b-2*x[1], -b
			j[3], j[4], j[5] = -b, -a, -b-2*x[2]
			j[6], j[7], j[8] = -b-2*x[0], -b, -a
		}}
}

func thomas() Flow {
	const a, b = 1.85, 10
	return Flow{Name: "Thomas", Start: []float64{2.199, 2.363, 3.220}, Sample: 0.05,
		Exponents: []float64{0.493, 0, -6.043}, Divergence: -3 * a,
		Derivative: func(d, x []float64) {
			d[0] = -a*x[0] + b*math.Sin(x[1])
			d[1] = -a*x[1] + b*math.Sin(x[2])
			d[2] = -a*x[2] + b*math.Sin(x[0])
		},
		Jacobian: func(j, x []float64) {
			j[0], j[1] = -a, b*math.Cos(x[1])
			j[4], j[5] = -a, b*math.Cos(x[2])
			j[6], j[8] = b*math.Cos(x[0]), -a
		}}
}

func dadras() Flow {
	const p, o, r, c, e = 3, 2.7, 1.7, 2, 9
	return Flow{Name: "Dadras", Start: []float64{1.028, -3.535, -0.721}, Sample: 0.03,
		Exponents: []float64{0.371, 0, -10.671}, Divergence: -p + r - e,
		Derivative: func(d, x []float64) {
			d[0] = x[1] - p*x[0] + o*x[1]*x[2]
			d[1] = r*x[1] - x[0]*x[2] + x[2]
			d[2] = c*x[0]*x[1] - e*x[2]
		},
		Jacobian: func(j, x []float64) {
			j[0], j[1], j[2] = -p, 1+o*x[2], o*x[1]
			j[3], j[4], j[5] = -x[2], r, 1-x[0]
			j[6], j[7], j[8] = c*x[1], c*x[0], -e
		}}
}

func rucklidge() Flow {
	const a, b = 2, 6.7
	return Flow{Name: "Rucklidge", Start: []float64{1.926, 3.192, 5.783}, Sample: 0.05,
		Exponents: []float64{0.191, 0, -3.191}, Divergence: -a - 1,
		Derivative: func(d, x []float64) {
			d[0] = -a*x[0] + b*x[1] - x[1]*x[2]
			d[1] = x[0]
			d[2] = -x[2] + x[1]*x[1]
		},
		Jacobian: func(j, x []float64) {
			j[0], j[1], j[2] = -a, b-x[2], -x[1]
			j[3] = 1
			j[7], j[8] = 2*x[1], -1
		}}
}

func sprottB() Flow {
	return Flow{Name: "Sprott B", Start: []float64{1.688, 1.485, -0.537}, Sample: 0.1,
		Exponents: []float64{0.209, 0, -1.209}, Divergence: -1,
		Derivative: func(d, x []float64) {
			d[0] = x[1] * x[2]
			d[1] = x[0] - x[1]
			d[2] = 1 - x[0]*x[1]
		},
		Jacobian: func(j, x []float64) {
			j[1], j[2] = x[2], x[1]
			j[3], j[4] = 1, -1
			j[6], j[7] = -x[1], -x[0]
		}}
}

func arneodo() Flow {
	const a, b, c, e = -5.5, 4.5, 1, -1
	return Flow{Name: "Arneodo", Start: []float64{-2.752, 0.191, 3.470}, Sample: 0.06,
		Exponents: []float64{0.197, 0, -1.197}, Divergence: -c,
		Derivative: func(d, x []float64) {
			d[0] = x[1]
			d[1] = x[2]
			d[2] = -a*x[0] - b*x[1] - c*x[2] + e*x[0]*x[0]*x[0]
		},
		Jacobian: func(j, x []float64) {
			j[1] = 1
			j[5] = 1
			j[6], j[7], j[8] = -a+3*e*x[0]*x[0], -b, -c
		}}
}

func shimizuMorioka() Flow {
	const a, b = 0.85, 0.5
	return Flow{Name: "Shimizu-Morioka", Start: []float64{0.0168, 0.0349, 0.3535}, Sample: 0.12,
		Exponents: []float64{0.0355, 0, -1.385}, Divergence: -a - b,
		Derivative: func(d, x []float64) {
			d[0] = x[1]
			d[1] = x[0] - a*x[1] - x[0]*x[2]
			d[2] = -b*x[2] + x[0]*x[0]
		},
		Jacobian: func(j, x []float64) {
			j[1] = 1
			j[3], j[4], j[5] = 1-x[2], -a, -x[0]
			j[6], j[8] = 2*x[0], -b
		}}
}

// lorenz96 has four sites on a ring.
func lorenz96() Flow {
	const n, force = 4, 20
	return Flow{Name: "Lorenz-96", Start: []float64{-2.468, 0.0957, 1.593, 10.214}, Sample: 0.02,
		Exponents: []float64{1.21, 0, -1.587, -3.625}, Divergence: -n,
		Derivative: func(d, x []float64) {
			for i := range d {
				d[i] = (x[(i+1)%n]-x[(i+2)%n])*x[(i+3)%n] - x[i] + force
			}
		},
		Jacobian: func(j, x []float64) {
			for i := range n {
				next, far, before := (i+1)%n, (i+2)%n, (i+3)%n // far is two behind as well as two ahead
				j[i*n+i] = -1
				j[i*n+next] = x[before]
				j[i*n+far] = -x[before]
				j[i*n+before] = x[next] - x[far]
			}
		}}
}

func lorenzStenflo() Flow {
	const a, b, c, e = 2, 0.7, 26, 1.5
	return Flow{Name: "Lorenz-Stenflo", Start: []float64{4.233, 9.090, 21.867, -1.408}, Sample: 0.03,
		Exponents: []float64{0.382, 0, -2.698, -3.384}, Divergence: -2*a - 1 - b,
		Derivative: func(d, x []float64) {
			d[0] = a*(x[1]-x[0]) + e*x[3]
			d[1] = x[0]*(c-x[2]) - x[1]
			d[2] = x[0]*x[1] - b*x[2]
			d[3] = -x[0] - a*x[3]
		},
		Jacobian: func(j, x []float64) {
			j[0], j[1], j[3] = -a, a, e
			j[4], j[5], j[6] = c-x[2], -1, -x[0]
			j[8], j[9], j[10] = x[1], x[0], -b
			j[12], j[15] = -1, -a
		}}
}
