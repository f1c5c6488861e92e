package dataset

// stream is a SplitMix64 generator (Steele, Lea and Flood, "Fast splittable
// pseudorandom number generators", OOPSLA 2014). Its start is a hash of a key,
// so that every image owns a stream and images can be drawn in any order.
type stream struct{ state uint64 }

// newStream gives the stream of a key; different keys give unrelated streams.
func newStream(key ...uint64) *stream {
	s := &stream{}
	for _, k := range key {
		s.state = s.next() ^ k
	}
	s.state = s.next()
	return s
}

func (s *stream) next() uint64 {
	s.state += 0x9e3779b97f4a7c15
	z := s.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// unit is uniform in [0, 1).
func (s *stream) unit() float64 { return float64(s.next()>>11) / (1 << 53) }

// between is uniform in [lo, hi).
func (s *stream) between(lo, hi float64) float64 { return lo + float64((hi-lo)*s.unit()) }

// intn is uniform in 0..n-1; the bias of the remainder, n/2^64, does not matter
// for the small n of this package.
func (s *stream) intn(n int) int { return int(s.next() % uint64(n)) }

// bell is bell-shaped with mean 0 and standard deviation 1: the sum of four
// uniform numbers. Unlike a Gaussian it ends, at 3.46, so that no digit is torn
// apart by a rare draw.
func (s *stream) bell() float64 {
	const sqrt3 = 1.7320508075688772
	return (s.unit() + s.unit() + s.unit() + s.unit() - 2) * sqrt3
}
