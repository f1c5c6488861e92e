// Package runfolder writes and reads run folders, the form in which a run is
// kept and in which other tools find it.
//
// A run folder holds
//
//	manifest.json   what was run, how, on what, and whether it ended: [Manifest]
//	metrics.json    the measured quantities against published values: [][Metric]
//	spikes.npz      arrays times_ms (float64) and ids (uint32), in (time, id) order
//	<figure>.svg    the figures
//	report.html     all of it on one self-contained page
//
// numpy opens the spikes without this code:
//
//	z = numpy.load("spikes.npz"); z["times_ms"], z["ids"]
//
// The index of a neuron is global; manifest.json lists the populations as blocks
// of indices.
//
// # Complete or not
//
// A run may be interrupted and must then keep what it computed, so results are
// not hidden in a temporary folder until the end. Instead manifest.json is
// written first with the status "running", every file appears under its name
// only when it is whole (written beside it and renamed), and manifest.json is
// replaced last. A folder is complete if and only if its status is "complete";
// "interrupted" and "failed" say that the run ended early but its files are
// sound. A folder whose process was killed stays at "running".
//
// Until a run is complete its spikes are in spikes.partial, as the records that
// experiments.AppendSpikeRecord describes, at most a second late, and the
// folder checkpoint holds what resuming needs: the last two checkpoints and the
// results of finished stages. Each is sealed with a SHA-256 and says which run
// it belongs to. [Resume] goes on from there; [ExportSpikes] makes the spikes
// readable.
//
// A folder with a run in it is never overwritten unless asked to.
package runfolder
