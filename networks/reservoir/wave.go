package reservoir

import "fmt"

// WaveConfig describes a network that keeps its past as a travelling wave (wRNN of Keller, Muller, Sejnowski & Welling,
// ICLR 2024): sites on a line or ring in several channels, each site listening to its neighbours,
//
//	x_i(t+1) = f( Decay (k_-1 x_{i-1}(t) + k_0 x_i(t) + k_+1 x_{i+1}(t)) + V_i u(t+1) ).
//
// Input enters at site 0 of every channel with weight 1, input k into the channels c with c mod Inputs = k, and what
// came in some steps ago stands some sites further. With Kernel {1, 0, 0} and linear units that is a delay line for
// each channel: its memory capacity over lags from 1 on is Sites - 1, in the sense of one input.
type WaveConfig struct {
	Sites    int // at least 3
	Channels int // at least Inputs
	Inputs   int
	// Kernel are the weights from the site before, the site itself and the site behind. {1, 0, 0} moves a pattern by
	// one site per step; {1/3, 1/3, 1/3} spreads it without a wave, {0, 1, 0} keeps it where it is.
	Kernel [3]float64
	// Closed joins the last site to the first: old input comes round again and adds to the new, so let it decay.
	Closed     bool
	Decay      float64    // factor per step, above 0
	Activation Activation // ReLU in the publication, whose waves are trained; Identity for a delay line
}

// DefaultWave is an open line of linear units with one channel for each input.
func DefaultWave(sites, inputs int) WaveConfig {
	return WaveConfig{Sites: sites, Channels: inputs, Inputs: inputs, Kernel: [3]float64{1, 0, 0}, Decay: 1, Activation: Identity}
}

// Build makes the network. It has no random part. Unit c*Sites + i is site i of channel c.
func (c WaveConfig) Build() (*ESN, error) {
	if err := firstFailed(
		check{"sites", c.Sites, c.Sites >= 3 && c.Sites <= 1<<20, "must be at least 3"},
		check{"inputs", c.Inputs, c.Inputs >= 1, "must be at least 1"},
		check{"channels", c.Channels, c.Channels >= c.Inputs && c.Channels <= 1<<20 && c.Channels*c.Sites <= 1<<20, fmt.Sprintf("must be at least the inputs, %d, and below 2^20 units in all", c.Inputs)},
		check{"decay", c.Decay, c.Decay > 0 && finite(c.Decay), "must be finite and above 0"},
	); err != nil {
		return nil, err
	}
	if err := checkFinite("kernel", c.Kernel[:]); err != nil {
		return nil, err
	}
	n := c.Sites * c.Channels
	w := &CSR{Rows: n, Cols: n, Start: make([]int32, 1, n+1)}
	in := NewDense(n, c.Inputs)
	for channel := range c.Channels {
		in.Row(channel * c.Sites)[channel%c.Inputs] = 1
		for i := range c.Sites {
			// Columns must ascend; on a ring the neighbours of the ends lie across.
			weights := map[int]float64{}
			for k, offset := range []int{-1, 0, 1} {
				j := i + offset
				if c.Closed {
					j = (j + c.Sites) % c.Sites
				}
				if j >= 0 && j < c.Sites && c.Kernel[k] != 0 {
					weights[j] = c.Decay * c.Kernel[k]
				}
			}
			for _, j := range []int{0, i - 1, i, i + 1, c.Sites - 1} {
				if v, ok := weights[j]; ok {
					w.Index, w.Data = append(w.Index, int32(channel*c.Sites+j)), append(w.Data, v)
					delete(weights, j)
				}
			}
			w.Start = append(w.Start, int32(len(w.Data)))
		}
	}
	return NewESN(w, in, nil, 1, c.Activation)
}
