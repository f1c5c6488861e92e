package panics

import (
	"errors"
	"strings"
	"testing"
)

func wrong() { panic("much too high") }

func TestCatch(t *testing.T) {
	plain := errors.New("plain")
	if err := Catch(func() error { return plain }); err != plain {
		t.Errorf("error %v, want that of the function", err)
	}
	check := func(what string, err error) {
		t.Helper()
		var e *Error
		if !errors.As(err, &e) || e.Value != "much too high" || !strings.Contains(string(e.Stack), "panics.wrong") {
			t.Errorf("%s: %v, want the panic with its stack", what, err)
		}
	}
	check("panic", Catch(func() error { wrong(); return nil }))
	finished := 0
	check("group in a group", Catch(func() error {
		var outer Group
		outer.Go(func() {
			var inner Group
			inner.Go(wrong)
			inner.Wait()
		})
		outer.Go(func() { finished++ })
		outer.Wait()
		return nil
	}))
	if finished != 1 {
		t.Error("Wait did not wait for the others")
	}
}

// Without anybody who recovers it, the runtime prints the value as an error.
func TestPassedPanicShowsWhereItBegan(t *testing.T) {
	defer func() {
		if err, ok := recover().(error); !ok || !strings.Contains(err.Error(), "panics.wrong") {
			t.Errorf("panic of %v", err)
		}
	}()
	var g Group
	g.Go(wrong)
	g.Wait()
}
