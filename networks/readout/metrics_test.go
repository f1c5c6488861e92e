package readout

import (
	"math"
	"reflect"
	"testing"
)

func TestAccuracyAndConfusion(t *testing.T) {
	predicted, labels := []int{0, 1, 1, 2, 0}, []int{0, 1, 2, 2, 1}
	if a, err := Accuracy(predicted, labels); err != nil || a != 0.6 {
		t.Errorf("accuracy %v (%v), want 0.6", a, err)
	}
	m, err := Confusion(predicted, labels, 3)
	if want := [][]int{{1, 0, 0}, {1, 1, 0}, {0, 1, 1}}; err != nil || !reflect.DeepEqual(m, want) {
		t.Errorf("confusion %v (%v), want %v", m, err, want)
	}
	_, err = Accuracy(nil, nil)
	wantRefusal(t, err)
	_, err = Accuracy(predicted[:2], labels)
	wantRefusal(t, err)
	_, err = Confusion(predicted, labels, 2)
	wantRefusal(t, err)
	_, err = Confusion([]int{-1}, []int{0}, 2)
	wantRefusal(t, err)
	_, err = Confusion(nil, nil, 0)
	wantRefusal(t, err)
}

func TestNRMSE(t *testing.T) {
	// Errors 1, variance 1.25: sqrt(1/1.25).
	e, err := NRMSE([]float64{2, 3, 4, 5}, []float64{1, 2, 3, 4})
	if want := math.Sqrt(0.8); err != nil || math.Abs(e-want) > 1e-15 {
		t.Errorf("NRMSE %v (%v), want %v", e, err, want)
	}
	if e, _ := NRMSE([]float64{2.5, 2.5, 2.5, 2.5}, []float64{1, 2, 3, 4}); e != 1 {
		t.Errorf("NRMSE of the mean %v, want 1", e)
	}
	_, err = NRMSE([]float64{1, 2}, []float64{3, 3})
	wantRefusal(t, err)
	_, err = NRMSE(nil, nil)
	wantRefusal(t, err)
	_, err = NRMSE([]float64{1}, []float64{1, 2})
	wantRefusal(t, err)
}
