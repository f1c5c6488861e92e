package tasks

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/glia-sim/glia/sim/panics"
)

// Each calls do for 0..n-1 on so many goroutines (at least one) and waits: for independent realisations, each of
// which writes only what belongs to it, so that the number of goroutines cannot be seen in the result. After
// an error or the end of ctx no further call begins. The error is that of the lowest index, or ctx's; a panic
// of do is a *panics.Error.
func Each(ctx context.Context, workers, n int, do func(i int) error) error {
	var next atomic.Int64
	var failed atomic.Bool
	var group sync.WaitGroup
	errs := make([]error, n)
	for range min(max(workers, 1), n) {
		group.Go(func() {
			for !failed.Load() && ctx.Err() == nil {
				i := int(next.Add(1) - 1)
				if i >= n {
					return
				}
				if errs[i] = panics.Catch(func() error { return do(i) }); errs[i] != nil {
					failed.Store(true)
				}
			}
		})
	}
	group.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}
