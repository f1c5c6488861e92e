package readout

import (
	"sync"
	"testing"
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
