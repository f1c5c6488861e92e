//go:build unix

package bench

import "syscall"

// processorTime is the time that all threads of the process have spent on processors, in the program and in
// the kernel for it [s].
func processorTime() (seconds float64, ok bool) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0, false
	}
	of := func(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }
	return of(u.Utime) + of(u.Stime), true
}
