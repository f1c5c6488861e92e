//go:build !noasm

#include "textflag.h"
#include "lif_amd64.h"

// A step of the four neurons that begin at byte AT of the eight in turn:
//
//	x = rest + (leak (v - rest) + current cur + w)
//
// WEIGHTS clears w; END sets the bits of those at or above threshold in ABOVE.
#define BEGIN(AT) \
	VMOVUPD AT(DI)(AX*8), Y0 \
	VSUBPD  Y8, Y0, Y0       \
	VMULPD  Y9, Y0, Y0

#define CURRENT(AT) \
	VMULPD AT(SI)(AX*8), Y10, Y1 \
	VADDPD Y1, Y0, Y0

#define WEIGHTS(AT) \
	VADDPD  AT(R8)(AX*8), Y0, Y0 \
	VMOVUPD Y15, AT(R8)(AX*8)

#define END(AT, ABOVE) \
	VADDPD  Y0, Y8, Y0         \
	VMOVUPD Y0, AT(DI)(AX*8)   \
	VCMPPD  $13, Y14, Y0, ABOVE

// func lifDeltaAVX2(n int, v, w, cur *float64, c *lifDeltaConstants, crossed *int32) int
//
// The loop of lifDeltaGo, eight neurons at a time, with the same operations in the same order and no fused
// multiply-add. n is a positive multiple of 8; w and cur may be nil. crossed and result as in lifExpAVX2.
TEXT ·lifDeltaAVX2(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ v+8(FP), DI
	MOVQ w+16(FP), R8
	MOVQ cur+24(FP), SI
	MOVQ c+32(FP), R12
	MOVQ crossed+40(FP), R13
	MOVQ R13, R14
	VXORPD Y15, Y15, Y15
	VBROADCASTSD 0(R12), Y8   // rest
	VBROADCASTSD 8(R12), Y9   // leak
	VBROADCASTSD 16(R12), Y10 // current
	VBROADCASTSD 24(R12), Y14 // threshold
	XORQ AX, AX
	TESTQ R8, R8
	JZ    silent
	TESTQ SI, SI
	JNZ   both

weights:
	BEGIN(0)
	WEIGHTS(0)
	END(0, Y5)
	BEGIN(32)
	WEIGHTS(32)
	END(32, Y6)
	NOTE(Y5, Y6, weights, weightsNext, weightsCrossed)

both:
	BEGIN(0)
	CURRENT(0)
	WEIGHTS(0)
	END(0, Y5)
	BEGIN(32)
	CURRENT(32)
	WEIGHTS(32)
	END(32, Y6)
	NOTE(Y5, Y6, both, bothNext, bothCrossed)

silent:
	TESTQ SI, SI
	JNZ   current

plain:
	BEGIN(0)
	END(0, Y5)
	BEGIN(32)
	END(32, Y6)
	NOTE(Y5, Y6, plain, plainNext, plainCrossed)

current:
	BEGIN(0)
	CURRENT(0)
	END(0, Y5)
	BEGIN(32)
	CURRENT(32)
	END(32, Y6)
	NOTE(Y5, Y6, current, currentNext, currentCrossed)

done:
	SUBQ R14, R13
	SHRQ $2, R13
	MOVQ R13, ret+48(FP)
	VZEROUPPER
	RET
