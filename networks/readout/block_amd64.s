//go:build !noasm

#include "textflag.h"

// The sums of one row or column: classes 0 to 7 in lo, 8 and 9 in hi. Y8 and X9 hold the row of m, x the
// address of the feature. Products are rounded before they are added.
#define TERM(x, lo, hi) \
	VBROADCASTSS x, Y10; \
	VMULPS Y8, Y10, Y11; \
	VADDPS Y11, lo, lo; \
	VMULPS X9, X10, X12; \
	VADDPS X12, hi, hi

#define CLEAR \
	VXORPS Y0, Y0, Y0; \
	VXORPS Y1, Y1, Y1; \
	VXORPS Y2, Y2, Y2; \
	VXORPS Y3, Y3, Y3; \
	VXORPS Y4, Y4, Y4; \
	VXORPS Y5, Y5, Y5; \
	VXORPS Y6, Y6, Y6; \
	VXORPS Y7, Y7, Y7

#define STORE \
	VMOVUPS Y0, 0(DI); \
	VMOVSD X1, 32(DI); \
	VMOVUPS Y2, 40(DI); \
	VMOVSD X3, 72(DI); \
	VMOVUPS Y4, 80(DI); \
	VMOVSD X5, 112(DI); \
	VMOVUPS Y6, 120(DI); \
	VMOVSD X7, 152(DI)

// func mulRows(r0, r1, r2, r3 *float32, n int, m *float32, acc *[4][10]float32)
TEXT ·mulRows(SB), NOSPLIT, $0-56
	MOVQ r0+0(FP), R8
	MOVQ r1+8(FP), R9
	MOVQ r2+16(FP), R10
	MOVQ r3+24(FP), R11
	MOVQ n+32(FP), CX
	MOVQ m+40(FP), SI
	MOVQ acc+48(FP), DI
	XORQ AX, AX
	CLEAR

rows:
	VMOVUPS (SI), Y8
	VMOVSD  32(SI), X9
	TERM((R8)(AX*4), Y0, X1)
	TERM((R9)(AX*4), Y2, X3)
	TERM((R10)(AX*4), Y4, X5)
	TERM((R11)(AX*4), Y6, X7)
	ADDQ    $40, SI
	INCQ    AX
	CMPQ    AX, CX
	JLT     rows
	STORE
	VZEROUPPER
	RET

// func mulColumns(x *float32, cols, n int, m *float32, acc *[4][10]float32)
TEXT ·mulColumns(SB), NOSPLIT, $0-40
	MOVQ x+0(FP), R8
	MOVQ cols+8(FP), DX
	SHLQ $2, DX
	MOVQ n+16(FP), CX
	MOVQ m+24(FP), SI
	MOVQ acc+32(FP), DI
	CLEAR

columns:
	VMOVUPS (SI), Y8
	VMOVSD  32(SI), X9
	TERM(0(R8), Y0, X1)
	TERM(4(R8), Y2, X3)
	TERM(8(R8), Y4, X5)
	TERM(12(R8), Y6, X7)
	ADDQ    $40, SI
	ADDQ    DX, R8
	DECQ    CX
	JNZ     columns
	STORE
	VZEROUPPER
	RET

// func convertBytes(dst *float32, src *uint8, n int)
TEXT ·convertBytes(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ n+16(FP), CX

bytes:
	VPMOVZXBD (SI), Y0
	VCVTDQ2PS Y0, Y0
	VMOVUPS   Y0, (DI)
	ADDQ      $8, SI
	ADDQ      $32, DI
	SUBQ      $8, CX
	JNZ       bytes
	VZEROUPPER
	RET
