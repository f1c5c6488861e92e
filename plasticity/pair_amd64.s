//go:build !noasm

#include "textflag.h"

// The loops of addRowGo, addColumnGo and linearRowGo, with the same operations in the same order, so that the bits are the
// same. VMAXSD and VMINSD give their second source where one of the two is NaN: it is the weight here, so that
// a NaN stays.

// The registers of the loop over a row of a linear rule: CX synapses left, DI weights, R8 traces of the targets,
// R11 their recent spikes, R12 and X9 the call after which they count.
#define LINEAR_SETUP \
	MOVQ         n+0(FP), CX       \
	MOVQ         weight+8(FP), DI  \
	MOVQ         target+16(FP), SI \
	MOVQ         recent+24(FP), R11 \
	MOVQ         ys+32(FP), R8     \
	MOVQ         l+40(FP), R10     \
	VMOVDDUP     0(R10), X10       \
	VMOVSD       8(R10), X13       \
	VMOVSD       16(R10), X12      \
	VMOVSD       24(R10), X11      \
	VMOVSD       32(R10), X15      \
	VMOVSD       40(R10), X14      \
	VMOVSD       48(R10), X7       \
	VMOVSD       56(R10), X8       \
	MOVL         64(R10), R12      \
	VMOVQ        R12, X9           \
	VPBROADCASTQ X9, X9

// v += g (plus0 + plus1 v), held in the bounds, where the mask is set: v in X1.
#define GROW(g, mask) \
	VMULSD    X1, X11, X2 \
	VADDSD    X2, X12, X2 \
	VMULSD    g, X2, X2   \
	VADDSD    X2, X1, X2  \
	VMAXSD    X2, X7, X2  \
	VMINSD    X2, X8, X2  \
	VBLENDVPD mask, X2, X1, X1

// The synapse onto target AX, of which DX is 64 times the index. Both changes are computed and those of spikes
// that do not count dropped, since nothing foretells which do.
#define LINEAR_SYNAPSE \
	VPMOVZXDQ 40(R11)(DX*1), X5   \
	VPCMPGTQ  X9, X5, X5          \
	VMULPD    (R11)(DX*1), X10, X0 \
	VMULSD    (R8)(AX*8), X13, X4 \
	VMOVSD    (DI), X1            \
	VUNPCKHPD X0, X0, X3          \
	VUNPCKHPD X5, X5, X6          \
	GROW(X3, X6)                  \
	GROW(X0, X5)                  \
	VMULSD    X1, X14, X2         \
	VADDSD    X2, X15, X2         \
	VMULSD    X4, X2, X2          \
	VSUBSD    X2, X1, X1          \
	VMAXSD    X1, X7, X1          \
	VMINSD    X1, X8, X1          \
	VMOVSD    X1, (DI)            \
	ADDQ      $8, DI

// func addRowAVX(n int, weight *float64, target *int32, ys *float64, fired *bool, c *addition)
TEXT ·addRowAVX(SB), NOSPLIT, $0-48
	MOVQ   n+0(FP), CX
	MOVQ   weight+8(FP), DI
	MOVQ   target+16(FP), SI
	MOVQ   ys+24(FP), R8
	MOVQ   fired+32(FP), R9
	MOVQ   c+40(FP), R10
	VMOVSD 0(R10), X8  // fall
	VMOVSD 24(R10), X9 // lo
	VMOVSD 32(R10), X10 // hi
	TESTQ  CX, CX
	JZ     rowDone

rowLoop:
	MOVLQSX (SI), AX
	VMULSD  (R8)(AX*8), X8, X0
	VMOVSD  (DI), X1
	MOVBLZX (R9)(AX*1), BX
	VSUBSD  X0, X1, X1
	VADDSD  8(R10)(BX*8), X1, X1 // 0, or both for a target that fires
	VMAXSD  X1, X9, X1
	VMINSD  X1, X10, X1
	VMOVSD  X1, (DI)
	ADDQ    $8, DI
	ADDQ    $4, SI
	DECQ    CX
	JNZ     rowLoop

rowDone:
	RET

// func addColumnAVX(n int, weight *float64, at *uint32, source *int32, xs *float64, fired *bool, c *addition)
TEXT ·addColumnAVX(SB), NOSPLIT, $0-56
	MOVQ   n+0(FP), CX
	MOVQ   weight+8(FP), DI
	MOVQ   at+16(FP), SI
	MOVQ   source+24(FP), R11
	MOVQ   xs+32(FP), R8
	MOVQ   fired+40(FP), R9
	MOVQ   c+48(FP), R10
	VMOVSD 0(R10), X8   // rise
	VMOVSD 24(R10), X9  // lo
	VMOVSD 32(R10), X10 // hi
	TESTQ  CX, CX
	JZ     columnDone

columnLoop:
	MOVLQSX (R11), AX
	MOVL    (SI), DX
	CMPB    (R9)(AX*1), $0
	JNE     columnNext
	VMULSD  (R8)(AX*8), X8, X0
	VADDSD  (DI)(DX*8), X0, X1
	VMAXSD  X1, X9, X1
	VMINSD  X1, X10, X1
	VMOVSD  X1, (DI)(DX*8)

columnNext:
	ADDQ $4, R11
	ADDQ $4, SI
	DECQ CX
	JNZ  columnLoop

columnDone:
	RET

// func linearRow16AVX2(n int, weight *float64, target *uint16, recent *recentSpikes, ys *float64, l *linear) int
TEXT ·linearRow16AVX2(SB), NOSPLIT, $0-56
	LINEAR_SETUP

loop16:
	MOVWLZX (SI), AX
	MOVQ    AX, DX
	SHLQ    $6, DX
	CMPL    48(R11)(DX*1), R12 // call of the spike before the two
	JHI     done16
	LINEAR_SYNAPSE
	ADDQ    $2, SI
	DECQ    CX
	JNZ     loop16

done16:
	MOVQ n+0(FP), AX
	SUBQ CX, AX
	MOVQ AX, ret+48(FP)
	RET

// func linearRow32AVX2(n int, weight *float64, target *int32, recent *recentSpikes, ys *float64, l *linear) int
TEXT ·linearRow32AVX2(SB), NOSPLIT, $0-56
	LINEAR_SETUP

loop32:
	MOVLQSX (SI), AX
	MOVQ    AX, DX
	SHLQ    $6, DX
	CMPL    48(R11)(DX*1), R12
	JHI     done32
	LINEAR_SYNAPSE
	ADDQ    $4, SI
	DECQ    CX
	JNZ     loop32

done32:
	MOVQ n+0(FP), AX
	SUBQ CX, AX
	MOVQ AX, ret+48(FP)
	RET
