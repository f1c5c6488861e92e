//go:build !noasm

#include "textflag.h"

// A step of the four neurons that begin at byte AT of the eight in turn, in two parts, between which the current
// is added:
//
//	x = rest + (leak (v - rest) + exToV iex + inToV iin + current cur),  iex *= decayEx,  iin *= decayIn
//
// END sets BYTE of the eight's part of above.
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

#define END(AT, BYTE) \
	VADDPD    Y0, Y8, Y0       \
	VMULPD    Y12, Y1, Y1      \
	VMULPD    Y13, Y2, Y2      \
	VMOVUPD   Y0, AT(DI)(AX*8) \
	VMOVUPD   Y1, AT(R8)(AX*8) \
	VMOVUPD   Y2, AT(R9)(AX*8) \
	VCMPPD    $13, Y14, Y0, Y5 \
	VMOVMSKPD Y5, DX           \
	MOVB      DX, BYTE(R13)

// func lifExpAVX2(n int, v, iex, iin, cur *float64, c *lifExpConstants, above *uint8)
//
// The loop of lifExpGo, eight neurons at a time, with the same operations in the same order and no fused
// multiply-add, so that the bits are the same. n is a positive multiple of 8; cur may be nil. above gets one byte
// for each four neurons: bit k is set where neuron k of the four is at or above threshold.
TEXT ·lifExpAVX2(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ v+8(FP), DI
	MOVQ iex+16(FP), R8
	MOVQ iin+24(FP), R9
	MOVQ cur+32(FP), SI
	MOVQ c+40(FP), R12
	MOVQ above+48(FP), R13
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

loop:
	BEGIN(0)
	END(0, 0)
	BEGIN(32)
	END(32, 1)
	ADDQ $2, R13
	ADDQ $8, AX
	CMPQ AX, CX
	JNE  loop
	VZEROUPPER
	RET

driven:
	BEGIN(0)
	CURRENT(0)
	END(0, 0)
	BEGIN(32)
	CURRENT(32)
	END(32, 1)
	ADDQ $2, R13
	ADDQ $8, AX
	CMPQ AX, CX
	JNE  driven
	VZEROUPPER
	RET
