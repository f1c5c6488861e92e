//go:build !noasm

#include "textflag.h"

// The loops of addRowGo and addColumnGo, with the same operations in the same order, so that the bits are the
// same. VMAXSD and VMINSD give their second source where one of the two is NaN: it is the weight here, so that
// a NaN stays.

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
