package reference_test

import (
	"testing"

	"github.com/glia-sim/glia/neurons/reference"
)

// TestCases holds every recording and closed form against the models.
func TestCases(t *testing.T) {
	for _, c := range reference.Cases() {
		t.Run(c.Name, func(t *testing.T) {
			checks, err := c.Run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if len(checks) == 0 {
				t.Fatal("the case compares nothing")
			}
			for _, k := range checks {
				t.Log(k)
				if !k.OK() {
					t.Errorf("differs: %v", k)
				}
			}
		})
	}
}
