package validation

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/glia-sim/glia/sim/panics"
)

// Options say how the comparisons are run.
type Options struct {
	// Parallel is how many comparisons run at a time; 0 means GOMAXPROCS. The rows do not depend on it.
	Parallel int
	// Done is called after each comparison, one call at a time; nil for none.
	Done func(name string, took time.Duration, done, all int)
}

// Result is what one comparison gave.
type Result struct {
	Comparison Comparison
	Rows       []Row
	Took       time.Duration
}

// Table is the outcome of comparisons, in the order in which they were given.
type Table struct {
	Results []Result
	Took    time.Duration
}

// Run carries comparisons out. Rows that are not ok are no error; a comparison that cannot be carried
// out is, and so is the end of the context. The table holds what was done up to then.
func Run(ctx context.Context, list []Comparison, o Options) (Table, error) {
	parallel := o.Parallel
	if parallel <= 0 {
		parallel = runtime.GOMAXPROCS(0)
	}
	start := time.Now()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	// The long ones first, so that they do not come last alone.
	order := make([]int, len(list))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case list[a].Slow && !list[b].Slow:
			return -1
		case list[b].Slow && !list[a].Slow:
			return 1
		}
		return 0
	})
	results := make([]Result, len(list))
	errs := make([]error, len(list))
	jobs := make(chan int)
	var mu sync.Mutex // of done and o.Done
	done := 0
	var wg sync.WaitGroup
	for range min(parallel, len(list)) {
		wg.Go(func() {
			for k := range jobs {
				began := time.Now()
				var rows []Row
				err := panics.Catch(func() (err error) {
					rows, err = list[k].rows(ctx)
					return err
				})
				results[k] = Result{list[k], rows, time.Since(began)}
				if errs[k] = err; err != nil {
					stop()
				}
				mu.Lock()
				done++
				if o.Done != nil {
					o.Done(list[k].Name, results[k].Took, done, len(list))
				}
				mu.Unlock()
			}
		})
	}
	for _, k := range order {
		if ctx.Err() != nil {
			break
		}
		jobs <- k
	}
	close(jobs)
	wg.Wait()
	t := Table{Took: time.Since(start)}
	for _, r := range results {
		if r.Rows != nil {
			t.Results = append(t.Results, r)
		}
	}
	return t, firstError(ctx, errs)
}

// firstError prefers what went wrong to what was stopped because of it.
func firstError(ctx context.Context, errs []error) error {
	var stopped error
	for _, err := range errs {
		switch {
		case err == nil:
		case errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
			if stopped == nil {
				stopped = err
			}
		default:
			return err
		}
	}
	if stopped != nil {
		return stopped
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}

// Select gives the comparisons that any of the names picks: a whole name, or its beginning up to a
// slash or a dash ("neurons", "networks/brunel"). No names pick all; quick leaves out the slow ones.
func Select(list []Comparison, names []string, quick bool) ([]Comparison, error) {
	var picked []Comparison
	used := make([]bool, len(names))
	for _, c := range list {
		match := len(names) == 0
		for k, name := range names {
			if c.Name == name || strings.HasPrefix(c.Name, name) && (strings.HasSuffix(name, "/") || strings.ContainsRune("/-", rune(c.Name[len(name)]))) {
				match, used[k] = true, true
			}
		}
		if match && !(quick && c.Slow) {
			picked = append(picked, c)
		}
	}
	for k, u := range used {
		if !u {
			return nil, &UnknownError{names[k]}
		}
	}
	if len(picked) == 0 {
		return nil, fmt.Errorf("nothing is left to compare: all of %s are slow", strings.Join(names, ", "))
	}
	return picked, nil
}

// UnknownError says that no comparison has a name.
type UnknownError struct{ Name string }

func (e *UnknownError) Error() string {
	return fmt.Sprintf("no comparison is named %q", e.Name)
}

// OK says whether all rows are.
func (t Table) OK() bool { return t.Failed() == 0 }

// Rows counts the rows.
func (t Table) Rows() int {
	n := 0
	for _, r := range t.Results {
		n += len(r.Rows)
	}
	return n
}

// Failed counts the rows that are not ok.
func (t Table) Failed() int {
	n := 0
	for _, res := range t.Results {
		for _, r := range res.Rows {
			if !r.OK() {
				n++
			}
		}
	}
	return n
}

// Checks counts the single values that were compared.
func (t Table) Checks() int {
	n := 0
	for _, res := range t.Results {
		for _, r := range res.Rows {
			n += r.Checks
		}
	}
	return n
}
