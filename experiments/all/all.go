// Package all makes every experiment of glia known by importing it. To add an
// experiment, add its line here; nothing else needs an edit.
package all

import (
	_ "github.com/glia-sim/glia/experiments/astrocyte"
	_ "github.com/glia-sim/glia/experiments/brunel"
	_ "github.com/glia-sim/glia/experiments/chaos"
	_ "github.com/glia-sim/glia/experiments/criticality"
	_ "github.com/glia-sim/glia/experiments/cuba"
	_ "github.com/glia-sim/glia/experiments/eireservoir"
	_ "github.com/glia-sim/glia/experiments/esnbenchmarks"
	_ "github.com/glia-sim/glia/experiments/force"
	_ "github.com/glia-sim/glia/experiments/izhikevich2003"
	_ "github.com/glia-sim/glia/experiments/microcircuit"
	_ "github.com/glia-sim/glia/experiments/nalsm"
	_ "github.com/glia-sim/glia/experiments/reservoirdata"
	_ "github.com/glia-sim/glia/experiments/spokendigits"
	_ "github.com/glia-sim/glia/experiments/waves"
	_ "github.com/glia-sim/glia/experiments/whatwhen"
)
