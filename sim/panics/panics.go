// Package panics keeps a mistake in the program from ending the process, and with it a run that may have
// taken hours: a panic becomes an error, also one on a goroutine, which nobody else could recover.
package panics

import (
	"fmt"
	"runtime/debug"
	"sync"
)

// Error is a panic that became an error.
type Error struct {
	Value any    // what panic was called with
	Stack []byte // of the goroutine that panicked
}

// Error shows the value, on one line as it is; the stack is for whoever looks for the mistake.
func (e *Error) Error() string { return fmt.Sprintf("internal error: %v", e.Value) }

// passed is a panic handed on to another goroutine. A program that does not recover it shows where it began.
type passed struct{ of *Error }

func (p passed) Error() string {
	return fmt.Sprintf("%v\n\non another goroutine:\n%s", p.of.Value, p.of.Stack)
}

// Catch calls f and gives its error. A panic in f becomes an *Error, with the stack where it began.
func Catch(f func() error) (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case passed:
			err = p.of
		default:
			err = &Error{p, debug.Stack()}
		}
	}()
	return f()
}

// Group is a sync.WaitGroup whose Wait passes on the first panic of its goroutines, so that the one
// who waits can recover it.
type Group struct {
	wg    sync.WaitGroup
	mu    sync.Mutex
	first *Error
}

// Go calls f on a goroutine of its own.
func (g *Group) Go(f func()) {
	g.wg.Go(func() {
		if err := Catch(func() error { f(); return nil }); err != nil {
			g.mu.Lock()
			defer g.mu.Unlock()
			if g.first == nil {
				g.first = err.(*Error)
			}
		}
	})
}

// Wait waits for all goroutines and panics if one of them did.
func (g *Group) Wait() {
	g.wg.Wait()
	if g.first != nil {
		Pass(g.first)
	}
}

// Pass panics with a panic of another goroutine.
func Pass(e *Error) { panic(passed{e}) }
