// Package bench measures how fast and how small glia is: the standard networks of the field, what the
// machine itself can do, and the time from the start of a process to its first spike. It is what the
// command "glia bench" runs.
//
// A Benchmark has a name, says in words what it simulates, and declares its Measures, each with a unit and,
// where the project has set itself one, the value to reach. It has two sizes: the full one, which the values
// to reach are for, and a quick one of about a second that shows that it works.
//
// # How it measures
//
// Each repetition of each benchmark is a process of its own (Runner starts them, Serve is what they do): so the
// peak of the memory is that of the benchmark, no garbage of one disturbs another, and the memory lies anew
// each time. Times are of a monotonic clock, or processor time of all threads; memory is the resident set
// as the kernel counts it. Warm-up and, unless it is what is measured, construction are not in the time, and
// nothing is recorded. A value is the median of the repetitions, with the smallest and the largest beside it.
//
// # Against the machine
//
// The benchmark machine measures what bounds a simulation: bandwidth, and additions at random places. Where others report
// their Work, bytes moved by design among it, Rooflines says which of the two bounds them and how near they come.
//
// # Adding one
//
// One file with a function that returns a *Benchmark, and its name in the list of benchmark.go.
package bench
