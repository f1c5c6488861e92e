// Package simtest checks, for the tests of other packages, what every part of a network must hold to.
package simtest

import (
	"bytes"
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode"

	"github.com/glia-sim/glia/sim"
)

// T is what of testing.T is needed here; rapid.T has it too.
type T interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

// Build describes a network for a number of workers, and gives what can be seen of it after a run, in a
// form that reflect.DeepEqual compares to the last bit.
type Build func(workers int) (*sim.Network, func() any)

// Way is how a network is saved and loaded: with which numbers of workers, and whether the one into which it
// is loaded has run elsewhere or is just built.
type Way struct {
	Save, Load int
	Used       bool
}

// Ways are those that Resume tries.
var Ways = []Way{{1, 1, false}, {2, 2, true}, {1, 3, false}, {3, 1, true}}

// Resume checks that a network which is saved at each of the cuts [ms] and loaded into another, in all Ways
// or those given, goes on to its end as if nothing had happened. It checks also that saving changes nothing,
// and that what was loaded is saved as the same bytes. It gives the last checkpoint.
//
// The runs are of a trial of their own, so that keys that change with it are needed from the checkpoint.
func Resume(t T, build Build, end float64, cuts []float64, ways ...Way) (saved []byte) {
	t.Helper()
	if len(ways) == 0 {
		ways = Ways
	}
	whole, outcome := start(t, build, 1)
	run(t, whole, end)
	want := outcome()
	for _, cut := range cuts {
		for _, w := range ways {
			how := fmt.Sprintf("saved at %g of %g ms with %d workers, loaded with %d (used: %v)", cut, end, w.Save, w.Load, w.Used)
			net, outcome := start(t, build, w.Save)
			run(t, net, cut)
			saved = Save(t, net)
			run(t, net, end-cut)
			if got := outcome(); !reflect.DeepEqual(got, want) {
				t.Errorf("%s: saving changed the run", how)
			}
			net, outcome = build(w.Load)
			if w.Used {
				run(t, net, end)
			}
			if err := net.Load(bytes.NewReader(saved)); err != nil {
				if strings.Contains(err.Error(), "into a new network") && w.Used {
					continue // it says so: weights or synapses that were drawn have been changed
				}
				t.Fatalf("%s: %v", how, err)
			}
			if again := Save(t, net); !bytes.Equal(again, saved) {
				t.Errorf("%s: saved again, it is another checkpoint (%d bytes against %d)", how, len(again), len(saved))
			}
			run(t, net, end-cut)
			if got := outcome(); !reflect.DeepEqual(got, want) {
				t.Errorf("%s: the run went on otherwise", how)
			}
		}
	}
	return saved
}

func start(t T, build Build, workers int) (*sim.Network, func() any) {
	t.Helper()
	const trial = 7
	n, outcome := build(workers)
	if err := n.Build(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := n.Reset(trial); err != nil {
		t.Fatal(err)
	}
	return n, outcome
}

// Save gives the checkpoint of a network.
func Save(t T, n *sim.Network) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := n.Save(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func run(t T, n *sim.Network, ms float64) {
	t.Helper()
	if err := n.Run(context.Background(), ms); err != nil {
		t.Fatal(err)
	}
}

// All checks that none was forgotten: every type of the package in the working directory that has the method
// (NewBlock, NewInput, NewRule, NewRelease; Update with a time for processes) is named in one of the
// checkpoints, apart from the exceptions.
func All(t *testing.T, method string, checkpoints [][]byte, except ...string) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		p, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		name := p.Name.Name
		ast.Inspect(p, func(n ast.Node) bool {
			f, ok := n.(*ast.FuncDecl)
			if !ok || f.Recv == nil || f.Name.Name != method || method == "Update" && !isUpdate(f) {
				return true
			}
			found++
			typ := name + "." + receiver(f.Recv.List[0].Type)
			for _, x := range except {
				if typ == name+"."+x {
					return true
				}
			}
			for _, c := range checkpoints {
				if names(c, typ) {
					return true
				}
			}
			t.Errorf("%s has %s and no network here that is saved and loaded with it", typ, method)
			return true
		})
	}
	if found == 0 {
		t.Errorf("no type with the method %s was found", method)
	}
}

// names says whether a type's name is in a checkpoint.
func names(checkpoint []byte, typ string) bool {
	for {
		_, rest, ok := bytes.Cut(checkpoint, []byte(typ))
		if !ok {
			return false
		}
		if len(rest) == 0 || rest[0] != '_' && !unicode.IsLetter(rune(rest[0])) && !unicode.IsDigit(rune(rest[0])) {
			return true
		}
		checkpoint = rest
	}
}

// isUpdate says whether an Update is that of a sim.Process.
func isUpdate(f *ast.FuncDecl) bool {
	p, r := f.Type.Params.List, f.Type.Results
	if len(p) != 1 || len(p[0].Names) > 1 || r == nil || len(r.List) != 1 {
		return false
	}
	x, ok := p[0].Type.(*ast.Ident)
	return ok && x.Name == "float64"
}

func receiver(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.StarExpr:
		return receiver(x.X)
	case *ast.Ident:
		return x.Name
	}
	return "?"
}
