package readout

import (
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/glia-sim/glia/sim/panics"
)

// Each chunk waits until all have begun, which only as many workers can do.
func TestPoolRunsChunksAtTheSameTime(t *testing.T) {
	const workers = 3
	p := newPool(workers)
	defer p.close()
	var begun sync.WaitGroup
	begun.Add(workers)
	seen := make([]int, workers)
	p.run(workers, func(worker, chunk int) {
		begun.Done()
		begun.Wait()
		seen[worker]++
	})
	for w, n := range seen {
		if n != 1 {
			t.Errorf("worker %d took %d chunks, want 1", w, n)
		}
	}
}

// Runs follow one another at once and after a pause, with and without work for the others, on more goroutines than there
// are processors or not.
func TestPoolSleepsAndWakes(t *testing.T) {
	for _, workers := range []int{2, 3, 1 + runtime.GOMAXPROCS(0)} {
		p := newPool(workers)
		var total atomic.Int64
		for k := range 300 {
			n := 1 + k%4
			p.run(n, func(_, chunk int) { total.Add(1) })
			total.Add(int64(-n))
			if got := total.Load(); got != 0 {
				t.Fatalf("%d workers, run %d: %d chunks too many", workers, k, got)
			}
			if k%50 == 0 {
				time.Sleep(time.Millisecond)
			}
		}
		p.close()
	}
}

func TestPoolRunsEveryChunkOnce(t *testing.T) {
	for _, workers := range []int{1, 2, 5} {
		p := newPool(workers)
		for _, chunks := range []int{1, 2, 4, 100} {
			seen := make([]int, chunks)
			p.run(chunks, func(_, chunk int) { seen[chunk]++ })
			for c, n := range seen {
				if n != 1 {
					t.Errorf("%d workers, %d chunks: chunk %d ran %d times", workers, chunks, c, n)
				}
			}
		}
		p.close()
	}
}

// A panic on a goroutine of the pool comes out where run was called, and all chunks are waited for.
func TestPoolPassesPanicsOn(t *testing.T) {
	for _, workers := range []int{2, 1 + runtime.GOMAXPROCS(0)} {
		p := newPool(workers)
		started := make(chan bool)
		err := panics.Catch(func() error {
			p.run(2, func(worker, _ int) {
				if worker == 0 {
					<-started // leaves the other chunk to a goroutine
					return
				}
				close(started)
				panic("broken")
			})
			return nil
		})
		var e *panics.Error
		if !errors.As(err, &e) || e.Value != "broken" {
			t.Errorf("%d workers: error %v, want the panic", workers, err)
		}
		p.close()
	}
}
