//go:build !noasm

#include "textflag.h"
#include "lif_amd64.h"

// A step of the four neurons that begin at byte AT of the eight in turn: i = decay i + syn, v = leak v + i + cur. ABOVE
// gets the bits of those at or above threshold.
#define STEP(AT, ABOVE) \
	VMULPD  AT(R9)(AX*8), Y8, Y0  \
	VADDPD  AT(R8)(AX*8), Y0, Y0  \
	VMOVUPD Y0, AT(R9)(AX*8)      \
	VMULPD  AT(DI)(AX*8), Y9, Y1  \
	VADDPD  Y0, Y1, Y1            \
	VADDPD  AT(SI)(AX*8), Y1, Y1  \
	VMOVUPD Y1, AT(DI)(AX*8)      \
	VCMPPD  $13, Y10, Y1, ABOVE

// func lifMapAVX2(n int, v, i, syn, cur *float64, c *lifMapConstants, crossed *int32) int
//
// The loop of lifMapGo, eight neurons at a time, with the same operations in the same order and no fused multiply-add.
// n is a positive multiple of 8. crossed and result as in lifExpAVX2.
TEXT ·lifMapAVX2(SB), NOSPLIT, $0-64
	MOVQ n+0(FP), CX
	MOVQ v+8(FP), DI
	MOVQ i+16(FP), R9
	MOVQ syn+24(FP), R8
	MOVQ cur+32(FP), SI
	MOVQ c+40(FP), R12
	MOVQ crossed+48(FP), R13
	MOVQ R13, R14
	VBROADCASTSD 0(R12), Y8   // decay
	VBROADCASTSD 8(R12), Y9   // leak
	VBROADCASTSD 16(R12), Y10 // threshold
	XORQ AX, AX

loop:
	STEP(0, Y5)
	STEP(32, Y6)
	NOTE(Y5, Y6, loop, next, crossed)

done:
	SUBQ R14, R13
	SHRQ $2, R13
	MOVQ R13, ret+56(FP)
	VZEROUPPER
	RET
