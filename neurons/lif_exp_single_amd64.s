//go:build !noasm

#include "textflag.h"
#include "lif_amd64.h"

// A step of the four neurons that begin at byte AT of the eight in turn, in two parts, between which the current
// is added:
//
//	x = rest + (leak (v - rest) + toV i + current cur),  i *= decay
//
// END sets the bits of those at or above threshold in ABOVE.
#define BEGIN(AT) \
	VMOVUPD AT(DI)(AX*8), Y0 \
	VMOVUPD AT(R8)(AX*8), Y1 \
	VSUBPD  Y8, Y0, Y0       \
	VMULPD  Y9, Y0, Y0       \
	VMULPD  Y10, Y1, Y2      \
	VADDPD  Y2, Y0, Y0

#define CURRENT(AT) \
	VMULPD AT(SI)(AX*8), Y13, Y2 \
	VADDPD Y2, Y0, Y0

#define END(AT, ABOVE) \
	VADDPD  Y0, Y8, Y0       \
	VMULPD  Y11, Y1, Y1      \
	VMOVUPD Y0, AT(DI)(AX*8) \
	VMOVUPD Y1, AT(R8)(AX*8) \
	VCMPPD  $13, Y12, Y0, ABOVE

// func lifSingleAVX2(n int, v, i, cur *float64, c *lifSingleConstants, crossed *int32) int
//
// The loop of lifSingleGo, eight neurons at a time, with the same operations in the same order and no fused
// multiply-add, so that the bits are the same. n is a positive multiple of 8; cur may be nil. crossed and result as
// in lifExpAVX2.
TEXT ·lifSingleAVX2(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ v+8(FP), DI
	MOVQ i+16(FP), R8
	MOVQ cur+24(FP), SI
	MOVQ c+32(FP), R12
	MOVQ crossed+40(FP), R13
	MOVQ R13, R14
	VBROADCASTSD 0(R12), Y8   // rest
	VBROADCASTSD 8(R12), Y9   // leak
	VBROADCASTSD 16(R12), Y10 // toV
	VBROADCASTSD 24(R12), Y13 // current
	VBROADCASTSD 32(R12), Y11 // decay
	VBROADCASTSD 40(R12), Y12 // threshold
	XORQ AX, AX
	TESTQ SI, SI
	JNZ   driven

plain:
	BEGIN(0)
	END(0, Y5)
	BEGIN(32)
	END(32, Y6)
	NOTE(Y5, Y6, plain, plainNext, plainCrossed)

driven:
	BEGIN(0)
	CURRENT(0)
	END(0, Y5)
	BEGIN(32)
	CURRENT(32)
	END(32, Y6)
	NOTE(Y5, Y6, driven, drivenNext, drivenCrossed)

done:
	SUBQ R14, R13
	SHRQ $2, R13
	MOVQ R13, ret+48(FP)
	VZEROUPPER
	RET
