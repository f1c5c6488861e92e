//go:build !noasm

#include "textflag.h"
#include "lif_amd64.h"

// A step of the four neurons that begin at byte AT of the eight in turn, in two parts, between which the current
// is added:
//
//	x = rest + (leak (v - rest) + exToV iex + inToV iin + current cur),  iex *= decayEx,  iin *= decayIn
//
// END sets the bits of those at or above threshold in ABOVE.
#define BEGIN(AT) \
	VMOVUPD AT(DI)(AX*8), Y0 \
	VMOVUPD AT(R8)(AX*8), Y1 \
	VMOVUPD AT(R9)(AX*8), Y2 \
	VSUBPD  Y8, Y0, Y0       \
	VMULPD  Y9, Y0, Y0       \
	VMULPD  Y10, Y1, Y3      \
	VADDPD  Y3, Y0, Y0       \
	VMULPD  Y11, Y2, Y4      \
	VADDPD  Y4, Y0, Y0

#define CURRENT(AT) \
	VMULPD AT(SI)(AX*8), Y15, Y3 \
	VADDPD Y3, Y0, Y0

#define END(AT, ABOVE) \
	VADDPD  Y0, Y8, Y0         \
	VMULPD  Y12, Y1, Y1        \
	VMULPD  Y13, Y2, Y2        \
	VMOVUPD Y0, AT(DI)(AX*8)   \
	VMOVUPD Y1, AT(R8)(AX*8)   \
	VMOVUPD Y2, AT(R9)(AX*8)   \
	VCMPPD  $13, Y14, Y0, ABOVE

// func lifExpAVX2(n int, v, iex, iin, cur *float64, c *lifExpConstants, crossed *int32) int
//
// The loop of lifExpGo, eight neurons at a time, with the same operations in the same order and no fused
// multiply-add, so that the bits are the same. n is a positive multiple of 8; cur may be nil. crossed gets the first
// neuron of each eight of which any is at or above threshold; their number is returned.
TEXT ·lifExpAVX2(SB), NOSPLIT, $0-64
	MOVQ n+0(FP), CX
	MOVQ v+8(FP), DI
	MOVQ iex+16(FP), R8
	MOVQ iin+24(FP), R9
	MOVQ cur+32(FP), SI
	MOVQ c+40(FP), R12
	MOVQ crossed+48(FP), R13
	MOVQ R13, R14
	VBROADCASTSD 0(R12), Y8   // rest
	VBROADCASTSD 8(R12), Y9   // leak
	VBROADCASTSD 16(R12), Y10 // exToV
	VBROADCASTSD 24(R12), Y11 // inToV
	VBROADCASTSD 32(R12), Y12 // decayEx
	VBROADCASTSD 40(R12), Y13 // decayIn
	VBROADCASTSD 48(R12), Y14 // threshold
	VBROADCASTSD 56(R12), Y15 // current
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
	MOVQ R13, ret+56(FP)
	VZEROUPPER
	RET
