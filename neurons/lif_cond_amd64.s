//go:build !noasm

#include "textflag.h"
#include "lif_amd64.h"

// STEP makes a forward Euler step of the four neurons that begin at byte AT of the eight in turn, with their
// current in Y6:
//
//	f = gl (el - x) + gex (eex - x) + gin (ein - x) + current
//	x += h f,  gex *= decayEx,  gin *= decayIn
//
// and sets the bits of those at or above threshold in ABOVE.
#define STEP(AT, ABOVE) \
	VMOVUPD AT(DI)(AX*8), Y0     \
	VMOVUPD AT(R8)(AX*8), Y1     \
	VMOVUPD AT(R9)(AX*8), Y2     \
	VSUBPD  Y0, Y8, Y3           \
	VMULPD  Y3, Y7, Y3           \
	VSUBPD  Y0, Y9, Y4           \
	VMULPD  Y4, Y1, Y4           \
	VADDPD  Y4, Y3, Y3           \
	VSUBPD  Y0, Y10, Y4          \
	VMULPD  Y4, Y2, Y4           \
	VADDPD  Y4, Y3, Y3           \
	VADDPD  Y6, Y3, Y3           \
	VMULPD  Y3, Y12, Y3          \
	VADDPD  Y3, Y0, Y0           \
	VMULPD  Y13, Y1, Y1          \
	VMULPD  Y14, Y2, Y2          \
	VMOVUPD Y0, AT(DI)(AX*8)     \
	VMOVUPD Y1, AT(R8)(AX*8)     \
	VMOVUPD Y2, AT(R9)(AX*8)     \
	VCMPPD  $13, Y15, Y0, ABOVE

// func lifCondAVX2(n int, v, gex, gin, cur *float64, c *lifCondConstants, crossed *int32) int
//
// The loop of lifCondGo, eight neurons at a time, with the same operations in the same order and no fused
// multiply-add. n is a positive multiple of 8; cur may be nil. crossed and result as in lifExpAVX2.
TEXT ·lifCondAVX2(SB), NOSPLIT, $0-64
	MOVQ n+0(FP), CX
	MOVQ v+8(FP), DI
	MOVQ gex+16(FP), R8
	MOVQ gin+24(FP), R9
	MOVQ cur+32(FP), SI
	MOVQ c+40(FP), R12
	MOVQ crossed+48(FP), R13
	MOVQ R13, R14
	VBROADCASTSD 0(R12), Y7   // gl
	VBROADCASTSD 8(R12), Y8   // el
	VBROADCASTSD 16(R12), Y9  // eex
	VBROADCASTSD 24(R12), Y10 // ein
	VBROADCASTSD 32(R12), Y11 // ie
	VBROADCASTSD 40(R12), Y12 // h
	VBROADCASTSD 48(R12), Y13 // decayEx
	VBROADCASTSD 56(R12), Y14 // decayIn
	VBROADCASTSD 64(R12), Y15 // threshold
	XORQ AX, AX
	TESTQ SI, SI
	JNZ   driven
	VMOVAPD Y11, Y6

plain:
	STEP(0, Y5)
	STEP(32, Y4)
	NOTE(Y5, Y4, plain, plainNext, plainCrossed)

driven:
	VADDPD (SI)(AX*8), Y11, Y6
	STEP(0, Y5)
	VADDPD 32(SI)(AX*8), Y11, Y6
	STEP(32, Y4)
	NOTE(Y5, Y4, driven, drivenNext, drivenCrossed)

done:
	SUBQ R14, R13
	SHRQ $2, R13
	MOVQ R13, ret+56(FP)
	VZEROUPPER
	RET
