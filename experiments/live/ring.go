package live

import "sync/atomic"

// ring holds the last records that one writer put in, each of the same number of words. Any number of
// readers may copy from it meanwhile; the writer waits for none of them. What was overwritten while it
// was being copied is told by the position of the writer before and after, hence the atomic words.
type ring struct {
	words []atomic.Uint64
	width uint64        // words of a record
	size  uint64        // records; a power of two
	head  atomic.Uint64 // records written so far
}

func newRing(records, width int) *ring {
	size := uint64(1)
	for size < uint64(records) {
		size *= 2
	}
	return &ring{words: make([]atomic.Uint64, size*uint64(width)), width: uint64(width), size: size}
}

// put writes one record. Only one goroutine may call it.
func (r *ring) put(record ...uint64) {
	h := r.head.Load()
	slot := r.words[(h&(r.size-1))*r.width:][:r.width]
	for i, w := range record {
		slot[i].Store(w)
	}
	r.head.Store(h + 1)
}

// put1 is put for records of one word.
func (r *ring) put1(word uint64) {
	h := r.head.Load()
	r.words[h&(r.size-1)].Store(word)
	r.head.Store(h + 1)
}

// read appends the records from the cursor on to dst, at most limit of them and then the latest. It
// returns the cursor for the next call and how many records were passed over.
func (r *ring) read(dst []uint64, cursor uint64, limit int) (records []uint64, next, lost uint64) {
	next = r.head.Load()
	from := cursor
	if n := min(uint64(limit), r.size-1); next-from > n {
		from = next - n
	}
	first := len(dst)
	for k := from; k < next; k++ {
		slot := r.words[(k&(r.size-1))*r.width:][:r.width]
		for i := range slot {
			dst = append(dst, slot[i].Load())
		}
	}
	// The writer may be at work on record head, in the place of record head - size.
	if now := r.head.Load(); now-from >= r.size {
		overtaken := min(now-r.size+1-from, next-from)
		dst = append(dst[:first], dst[first+int(overtaken*r.width):]...)
		from += overtaken
	}
	return dst, next, from - cursor
}
