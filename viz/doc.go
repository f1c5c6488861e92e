// Package viz draws what a simulation recorded: SVG figures for papers and
// reports, and one self-contained HTML page that holds them.
//
// Every figure is a struct with a Render(w io.Writer) error method. The data
// fields are all that must be filled in; the zero value of everything else
// gives the report style. An empty figure is drawn with a message ("no
// spikes"), values that are not finite are left out and the caption says how
// many, and slices whose lengths disagree are an error.
//
//	viz.Raster     spikes of several populations above their rates
//	viz.Trace      state variables over time, one panel per unit
//	viz.Line       y over x, error bands, published values beside ours
//	viz.Spectrum   power over frequency: a Line with logarithmic power
//	viz.PhasePlane nullclines, trajectories and the flow of two variables
//	viz.Histogram  one or several overlaid distributions
//	viz.Bars       values of named categories beside published ones
//	viz.HeatMap    a matrix with a colour bar
//	viz.Space      neurons at their places, coloured by activity
//	viz.ImageGrid  small grey images with labels
//	viz.Report     the HTML page
//	viz.Comparison a page of several runs side by side
//
// The package knows no neuron model and no experiment: it reads numbers. It
// imports no other package of this module.
//
// # Output
//
// The same input gives the same bytes. Colours are those of Okabe and Ito
// (2008), which people with colour-vision deficiency can tell apart; maps use
// viridis. A figure renders alike in a browser, in a paper (Sizes has
// millimetre presets, Resized applies one) and inlined into a page: its ids and CSS classes carry
// a prefix that is its own. In a browser with a dark theme the ink turns
// light; on paper it never does. A page may restyle a figure through the
// custom properties --viz-ink, --viz-soft, --viz-grid and --viz-paper, and
// the colours of the first and seventh series through --viz-s0 and --viz-s6.
//
// Files stay small: marks of one population share one path with relative
// coordinates of 0.1 px, long series keep the extremes of each pixel column,
// and a raster of more than MaxMarks spikes is binned to pixels, which its
// caption states.
//
// The drawing is done with github.com/ajstarks/svgo by Anthony Starks
// (CC-BY-4.0).
package viz
