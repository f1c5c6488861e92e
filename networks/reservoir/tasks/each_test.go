package tasks

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/glia-sim/glia/sim/panics"
)

func TestEach(t *testing.T) {
	for _, workers := range []int{0, 1, 3, 50} {
		done := make([]int, 20)
		if err := Each(context.Background(), workers, 20, func(i int) error { done[i]++; return nil }); err != nil {
			t.Fatal(err)
		}
		for i, n := range done {
			if n != 1 {
				t.Errorf("%d workers: call %d was made %d times", workers, i, n)
			}
		}
	}
	wrong := errors.New("wrong")
	var calls atomic.Int64
	err := Each(context.Background(), 1, 10, func(i int) error {
		calls.Add(1)
		if i == 2 {
			return wrong
		}
		return nil
	})
	if !errors.Is(err, wrong) || calls.Load() != 3 {
		t.Errorf("error %v after %d calls, want the third's", err, calls.Load())
	}
	err = Each(context.Background(), 2, 10, func(i int) error {
		if i == 5 {
			panic("much too high")
		}
		return nil
	})
	var p *panics.Error
	if !errors.As(err, &p) || !strings.Contains(string(p.Stack), "TestEach") {
		t.Errorf("error %v, want the panic with its stack", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := Each(ctx, 2, 5, func(int) error { t.Error("called after the end"); return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
}
