//go:build !amd64 || noasm

package neurons

import "github.com/glia-sim/glia/sim"

// addBySteps leaves all neurons to the loop in Go.
func addBySteps(sim.Draws, int, *poissonCounts, float64, []float64) int { return 0 }
