package analysis

import (
	"math"
	"slices"
	"testing"
)

func TestStatistics(t *testing.T) {
	x := []float64{4, 1, 3, 2}
	near(t, "Mean", Mean(x), 2.5, 0)
	near(t, "SD", SD(x), math.Sqrt(1.25), 1e-15)
	near(t, "SampleSD", SampleSD(x), math.Sqrt(5.0/3), 1e-15)
	// numpy.quantile([4,1,3,2], p)
	for p, want := range map[float64]float64{0: 1, 0.1: 1.3, 0.25: 1.75, 0.5: 2.5, 0.75: 3.25, 1: 4} {
		near(t, "Quantile", Quantile(x, p), want, 1e-15)
	}
	if !slices.Equal(x, []float64{4, 1, 3, 2}) {
		t.Error("Quantile changed its argument")
	}
	near(t, "Quantile of one", Quantile([]float64{7}, 0.3), 7, 0)
	near(t, "Quantile at an infinity", Quantile([]float64{0, math.Inf(1)}, 0), 0, 0)
	for what, v := range map[string]float64{
		"Mean of none": Mean(nil), "SD of none": SD(nil), "SampleSD of one": SampleSD(x[:1]), "Quantile of none": Quantile(nil, 0.5),
		"Quantile beyond 1": Quantile(x, 1.1), "Quantile NaN": Quantile(x, math.NaN()), "Quantile of a NaN": Quantile([]float64{1, math.NaN()}, 0.5),
	} {
		wantNaN(t, what, v)
	}
}

func TestSummarize(t *testing.T) {
	got := Summarize([]float64{2, math.NaN(), 1, 3})
	want := Summary{N: 3, Mean: 2, SD: got.SD, Min: 1, Q25: 1.5, Median: 2, Q75: 2.5, Max: 3}
	if got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	near(t, "SD", got.SD, math.Sqrt(2.0/3), 1e-15)
	none := Summarize([]float64{math.NaN()})
	if none.N != 0 {
		t.Errorf("%+v", none)
	}
	wantNaN(t, "Median of none", none.Median)
}

func TestConfusion(t *testing.T) {
	truth := []int{0, 0, 1, 1, 1, 2}
	predicted := []int{0, 1, 1, 1, 0, 1}
	c, err := Confuse(truth, predicted, 4)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range [][]int{{1, 1, 0, 0}, {1, 2, 0, 0}, {0, 1, 0, 0}, {0, 0, 0, 0}} {
		if !slices.Equal(c[i], want) {
			t.Errorf("row %d = %v, want %v", i, c[i], want)
		}
	}
	near(t, "Accuracy", c.Accuracy(), 0.5, 0)
	near(t, "Accuracy of labels", Accuracy(truth, predicted), 0.5, 0)
	near(t, "Recall", c.Recall(1), 2.0/3, 1e-15)
	near(t, "Precision", c.Precision(1), 0.5, 1e-15)
	if c.Total() != 6 {
		t.Errorf("Total %d", c.Total())
	}
	for what, v := range map[string]float64{
		"Recall of an absent class": c.Recall(3), "Precision of a label never given": c.Precision(2), "Recall of no class": c.Recall(4),
		"Precision of no class": c.Precision(-1), "Accuracy of none": NewConfusion(2).Accuracy(), "Accuracy of no labels": Accuracy(nil, nil),
		"Accuracy of unequal lengths": Accuracy([]int{1}, nil), "Accuracy of a negative number of classes": NewConfusion(-1).Accuracy(),
	} {
		wantNaN(t, what, v)
	}
	_, err = Confuse([]int{0}, []int{0, 1}, 2)
	wantError(t, "unequal lengths", err)
	_, err = Confuse([]int{2}, []int{0}, 2)
	wantError(t, "true label", err)
	_, err = Confuse([]int{0}, []int{-1}, 2)
	wantError(t, "predicted label", err)
}
