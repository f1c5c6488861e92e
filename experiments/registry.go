package experiments

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

var registry struct {
	sync.RWMutex
	byName map[string]*Experiment
}

// Register makes an experiment known by its name. It is called from init
// functions and panics on a duplicate name or a faulty declaration, because
// both are mistakes in the program.
func Register(e *Experiment) {
	if err := e.validate(); err != nil {
		panic(fmt.Sprintf("experiments: Register(%q): %v", e.Name, err))
	}
	registry.Lock()
	defer registry.Unlock()
	if _, dup := registry.byName[e.Name]; dup {
		panic(fmt.Sprintf("experiments: Register(%q): the name is taken", e.Name))
	}
	if registry.byName == nil {
		registry.byName = make(map[string]*Experiment)
	}
	registry.byName[e.Name] = e
}

// All returns the registered experiments, sorted by name.
func All() []*Experiment {
	registry.RLock()
	defer registry.RUnlock()
	all := make([]*Experiment, 0, len(registry.byName))
	for _, e := range registry.byName {
		all = append(all, e)
	}
	slices.SortFunc(all, func(a, b *Experiment) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// UnknownError says that no experiment has the given name.
type UnknownError struct {
	Name    string   // as the user gave it
	Nearest string   // the most similar known name, or empty
	Known   []string // all known names, sorted
}

// Error names the unknown experiment and what could be meant instead.
func (e *UnknownError) Error() string {
	switch {
	case e.Nearest != "":
		return fmt.Sprintf("unknown experiment %q; did you mean %q?", e.Name, e.Nearest)
	case len(e.Known) == 0:
		return fmt.Sprintf("unknown experiment %q; this program was built without any", e.Name)
	}
	return fmt.Sprintf("unknown experiment %q; known: %s", e.Name, strings.Join(e.Known, ", "))
}

// Lookup returns the experiment of the given name. The error, if any, is an
// *UnknownError.
func Lookup(name string) (*Experiment, error) {
	all := All()
	known := make([]string, len(all))
	for i, e := range all {
		if e.Name == name {
			return e, nil
		}
		known[i] = e.Name
	}
	near, _ := Nearest(name, known)
	return nil, &UnknownError{Name: name, Nearest: near, Known: known}
}
