//go:build !noasm

#include "textflag.h"

// func lifSingleAVX2(n int, v, i, syn *float64, c *lifSingleConstants, above *uint8)
//
// The loop of lifSingleGo without a current, four neurons at a time, with the same operations in the same order
// and no fused multiply-add, so that the bits are the same. n is a positive multiple of 4. syn is cleared. above
// gets one byte for each four neurons: bit k is set where neuron k of the four is at or above threshold.
TEXT ·lifSingleAVX2(SB), NOSPLIT, $0-48
	MOVQ n+0(FP), CX
	MOVQ v+8(FP), DI
	MOVQ i+16(FP), R8
	MOVQ syn+24(FP), R9
	MOVQ c+32(FP), R12
	MOVQ above+40(FP), R13
	VXORPD Y15, Y15, Y15
	VBROADCASTSD 0(R12), Y8   // rest
	VBROADCASTSD 8(R12), Y9   // leak
	VBROADCASTSD 16(R12), Y10 // toV
	VBROADCASTSD 32(R12), Y11 // decay
	VBROADCASTSD 40(R12), Y12 // threshold

loop:
	// x = rest + ((leak (v - rest) + toV i) + 0): the current that is not there adds a zero, as in Go
	VMOVUPD (DI), Y0
	VMOVUPD (R8), Y1
	VSUBPD  Y8, Y0, Y0
	VMULPD  Y9, Y0, Y0
	VMULPD  Y10, Y1, Y2
	VADDPD  Y2, Y0, Y0
	VADDPD  Y15, Y0, Y0
	VADDPD  Y0, Y8, Y0
	VMOVUPD Y0, (DI)

	// i = decay i + syn
	VMULPD  Y11, Y1, Y1
	VADDPD  (R9), Y1, Y1
	VMOVUPD Y1, (R8)
	VMOVUPD Y15, (R9)

	// x >= threshold
	VCMPPD    $13, Y12, Y0, Y5
	VMOVMSKPD Y5, AX
	MOVB      AX, (R13)

	ADDQ $32, DI
	ADDQ $32, R8
	ADDQ $32, R9
	INCQ R13
	SUBQ $4, CX
	JNZ  loop
	VZEROUPPER
	RET
