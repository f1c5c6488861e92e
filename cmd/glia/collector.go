package main

import (
	"os"
	"runtime"
	"runtime/debug"
)

// collectLate puts off the first garbage collection until the heap has 32 MB instead of 4. The four collections on the
// way there took a fifth of the time to the first spike of a small network. From the first one on all is as the
// runtime, or the user by GOGC, has it.
func collectLate() {
	if os.Getenv("GOGC") != "" {
		return
	}
	usual := debug.SetGCPercent(800)
	runtime.SetFinalizer(new([64]byte), func(*[64]byte) { debug.SetGCPercent(usual) })
}
