package experiments

// Monitor is a Reporter that follows a run more closely: model time, size and signals. A run tells its
// Reporter these things as well if it is a Monitor.
type Monitor interface {
	Reporter
	// Simulated says how much model time of the phase has been simulated [ms].
	Simulated(ms float64)
	// Counted receives the counters each time they change.
	Counted(Counters)
	// Signal gives the value of a named signal (astrocyte, dopamine, error) at ms of model time.
	Signal(name, unit string, ms, value float64)
}

// Simulated tells how much model time [ms] of the current phase has been simulated; whoever watches
// relates it to the time on the clock.
func (r *Run) Simulated(ms float64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.monitor != nil {
		r.monitor.Simulated(ms)
	}
}

// Signal shows a watcher the value of a signal at ms of model time; it is not recorded. Signals of one
// name keep their unit.
func (r *Run) Signal(name, unit string, ms, value float64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.monitor != nil {
		r.monitor.Signal(name, unit, ms, value)
	}
}
