package glia

import "testing"

func BenchmarkLiRinzelCells(b *testing.B) {
	cells := must(NewLiRinzelCells(DefaultLiRinzel(), 1000, 1, 0))
	b.ReportAllocs()
	for b.Loop() {
		_ = cells.Update(0)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/cell")
}

func BenchmarkGChICells(b *testing.B) {
	cells := must(NewGChICells(DefaultGChI(), 1000, 1, 0, 1))
	_ = cells.Couple(DefaultGapJunctions(RingPairs(1000)))
	b.ReportAllocs()
	for b.Loop() {
		_ = cells.Update(0)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/cell")
}
