// Package live lets a run be followed while it goes on: in the terminal, from another process, and on a
// page in the browser.
//
// A [Tracker] stands between a run and its sink and reporter and knows at any time how far the run is. A
// [Feed] is a Tracker that also holds the last moments for viewers: spikes of a sample of neurons,
// population rates, signals. It can pause the run. A [Server] shows a Feed on a local page.
//
// What the run writes goes into rings of fixed size without locks; a viewer copies from there at its own
// pace. One that is slow misses something, and is told how much; the run never waits for it.
package live
