//go:build !noasm

package readout

import "golang.org/x/sys/cpu"

// haveBlocks says whether the functions of block_amd64.s may be called.
var haveBlocks = cpu.X86.HasAVX2

// mulRows adds to acc the product of n features, n above 0, of eight rows with m: x holds the rows
// interleaved, m a row of ten classes per feature.
//
//go:noescape
func mulRows(x *float32, n int, m *float32, acc *sums)

// mulColumnsCounts adds to acc the product of eight features of n samples, n above 0, with m, which has ten
// classes per sample. A sample's features start at its offset from x.
//
//go:noescape
func mulColumnsCounts(x *uint8, offsets *int, n int, m *float32, acc *sums)

//go:noescape
func mulColumnsValues(x *float32, offsets *int, n int, m *float32, acc *sums)

// interleaveCounts writes n features, a multiple of eight, of eight rows feature by feature.
//
//go:noescape
func interleaveCounts(dst *float32, rows *[lanes]*uint8, n int)

//go:noescape
func interleaveValues(dst *float32, rows *[lanes]*float32, n int)

// adamUpdate does what adamUpdateGo does, for n parameters, a multiple of eight.
//
//go:noescape
func adamUpdate(parameters, gradients, m, v *float32, n int, c *adamFactors)

// adadeltaUpdate does what adadeltaUpdateGo does, for n parameters, a multiple of eight.
//
//go:noescape
func adadeltaUpdate(parameters, gradients, eg, ed *float32, n int, c *adadeltaFactors)
