//go:build !noasm

#include "textflag.h"

// func lifDeltaAVX2(n int, v, w, cur *float64, c *lifDeltaConstants, above *uint8, clears uint64)
//
// The loop of lifDeltaGo, four neurons at a time, with the same operations in the same order and no fused
// multiply-add. n is a multiple of 4; above as in lifExpAVX2, bit 0 of
// clears clears w.
TEXT ·lifDeltaAVX2(SB), NOSPLIT, $0-56
	MOVQ n+0(FP), CX
	MOVQ v+8(FP), DI
	MOVQ w+16(FP), R10
	MOVQ cur+24(FP), SI
	MOVQ c+32(FP), R12
	MOVQ above+40(FP), R13
	MOVQ clears+48(FP), R14
	VXORPD Y15, Y15, Y15
	VBROADCASTSD 0(R12), Y8   // rest
	VBROADCASTSD 8(R12), Y9   // leak
	VBROADCASTSD 16(R12), Y10 // current
	VBROADCASTSD 24(R12), Y14 // threshold
	TESTQ CX, CX
	JZ    done

loop:
	// x = rest + ((leak (v - rest) + current cur) + w)
	VMOVUPD (DI), Y0
	VSUBPD  Y8, Y0, Y0
	VMULPD  Y9, Y0, Y0
	VMULPD  (SI), Y10, Y1
	VADDPD  Y1, Y0, Y0
	VADDPD  (R10), Y0, Y0
	TESTQ   $1, R14
	JZ      keep
	VMOVUPD Y15, (R10)

keep:
	VADDPD  Y0, Y8, Y0
	VMOVUPD Y0, (DI)

	// x >= threshold
	VCMPPD    $13, Y14, Y0, Y5
	VMOVMSKPD Y5, AX
	MOVB      AX, (R13)

	ADDQ $32, DI
	ADDQ $32, R10
	ADDQ $32, SI
	INCQ R13
	SUBQ $4, CX
	JNZ  loop

done:
	VZEROUPPER
	RET
