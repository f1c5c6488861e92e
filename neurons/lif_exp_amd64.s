//go:build !noasm

#include "textflag.h"

// func lifExpAVX2(n int, v, iex, iin, ex, inh *float64, c *lifExpConstants, above *uint8, clears uint64)
//
// The loop of lifExpGo, four neurons at a time, with the same operations in the same order and no fused
// multiply-add, so that the bits are the same. n is a multiple of 4. above gets one byte for each
// four neurons: bit k is set where neuron k of the four is at or above threshold.
// Bit 0 of clears clears ex once it is read, bit 1 inh.
TEXT ·lifExpAVX2(SB), NOSPLIT, $0-72
	MOVQ n+0(FP), CX
	MOVQ v+8(FP), DI
	MOVQ iex+16(FP), R8
	MOVQ iin+24(FP), R9
	MOVQ ex+32(FP), R10
	MOVQ inh+40(FP), R11
	MOVQ c+48(FP), R12
	MOVQ above+56(FP), R13
	MOVQ clears+64(FP), R14
	VXORPD Y15, Y15, Y15
	VBROADCASTSD 0(R12), Y8   // rest
	VBROADCASTSD 8(R12), Y9   // leak
	VBROADCASTSD 16(R12), Y10 // exToV
	VBROADCASTSD 24(R12), Y11 // inToV
	VBROADCASTSD 32(R12), Y12 // decayEx
	VBROADCASTSD 40(R12), Y13 // decayIn
	VBROADCASTSD 48(R12), Y14 // threshold
	TESTQ CX, CX
	JZ    done

loop:
	// x = rest + ((leak (v - rest) + exToV iex) + inToV iin)
	VMOVUPD (DI), Y0
	VMOVUPD (R8), Y1
	VMOVUPD (R9), Y2
	VSUBPD  Y8, Y0, Y0
	VMULPD  Y9, Y0, Y0
	VMULPD  Y10, Y1, Y3
	VADDPD  Y3, Y0, Y0
	VMULPD  Y11, Y2, Y4
	VADDPD  Y4, Y0, Y0
	VADDPD  Y0, Y8, Y0
	VMOVUPD Y0, (DI)

	// iex = decayEx iex + ex, iin = decayIn iin + inh
	VMULPD  Y12, Y1, Y1
	VADDPD  (R10), Y1, Y1
	VMOVUPD Y1, (R8)
	TESTQ   $1, R14
	JZ      keepEx
	VMOVUPD Y15, (R10)

keepEx:
	VMULPD  Y13, Y2, Y2
	VADDPD  (R11), Y2, Y2
	VMOVUPD Y2, (R9)
	TESTQ   $2, R14
	JZ      keepInh
	VMOVUPD Y15, (R11)

keepInh:

	// x >= threshold
	VCMPPD    $13, Y14, Y0, Y5
	VMOVMSKPD Y5, AX
	MOVB      AX, (R13)

	ADDQ $32, DI
	ADDQ $32, R8
	ADDQ $32, R9
	ADDQ $32, R10
	ADDQ $32, R11
	INCQ R13
	SUBQ $4, CX
	JNZ  loop

done:
	VZEROUPPER
	RET
