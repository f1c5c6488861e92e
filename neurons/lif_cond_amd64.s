//go:build !noasm

#include "textflag.h"

DATA magnitude<>+0(SB)/8, $0x7fffffffffffffff
GLOBL magnitude<>(SB), RODATA, $8

// func lifCondAVX2(n int, v, gex, gin, ex, inh, cur *float64, c *lifCondConstants, above *uint8, clears uint64)
//
// A forward Euler step and the weights that arrive at its end: lifCondGo, four neurons at a time, with the
// same operations in the same order and no fused multiply-add. n is a multiple of 4; above and
// clears as in lifExpAVX2.
TEXT ·lifCondAVX2(SB), NOSPLIT, $0-80
	MOVQ n+0(FP), CX
	MOVQ v+8(FP), DI
	MOVQ gex+16(FP), R8
	MOVQ gin+24(FP), R9
	MOVQ ex+32(FP), R10
	MOVQ inh+40(FP), R11
	MOVQ cur+48(FP), SI
	MOVQ c+56(FP), R12
	MOVQ above+64(FP), R13
	MOVQ clears+72(FP), R14
	VBROADCASTSD magnitude<>(SB), Y6
	VBROADCASTSD 0(R12), Y7   // gl
	VBROADCASTSD 8(R12), Y8   // el
	VBROADCASTSD 16(R12), Y9  // eex
	VBROADCASTSD 24(R12), Y10 // ein
	VBROADCASTSD 32(R12), Y11 // ie
	VBROADCASTSD 40(R12), Y12 // h
	VBROADCASTSD 48(R12), Y13 // decayEx
	VBROADCASTSD 56(R12), Y14 // decayIn
	VBROADCASTSD 64(R12), Y15 // threshold
	TESTQ CX, CX
	JZ    done

loop:
	// f = gl (el - x) + gex (eex - x) + gin (ein - x) + (cur + ie)
	VMOVUPD (DI), Y0
	VMOVUPD (R8), Y1
	VMOVUPD (R9), Y2
	VSUBPD  Y0, Y8, Y3
	VMULPD  Y3, Y7, Y3
	VSUBPD  Y0, Y9, Y4
	VMULPD  Y4, Y1, Y4
	VADDPD  Y4, Y3, Y3
	VSUBPD  Y0, Y10, Y4
	VMULPD  Y4, Y2, Y4
	VADDPD  Y4, Y3, Y3
	VADDPD  (SI), Y11, Y4
	VADDPD  Y4, Y3, Y3

	// x + h f
	VMULPD  Y3, Y12, Y3
	VADDPD  Y3, Y0, Y0
	VMOVUPD Y0, (DI)

	// gex = decayEx gex + ex, gin = decayIn gin + |inh|
	VMULPD  Y13, Y1, Y1
	VADDPD  (R10), Y1, Y1
	VMOVUPD Y1, (R8)
	VXORPD  Y3, Y3, Y3
	TESTQ   $1, R14
	JZ      keepEx
	VMOVUPD Y3, (R10)

keepEx:
	VMULPD  Y14, Y2, Y2
	VANDPD  (R11), Y6, Y4
	VADDPD  Y4, Y2, Y2
	VMOVUPD Y2, (R9)
	TESTQ   $2, R14
	JZ      keepInh
	VMOVUPD Y3, (R11)

keepInh:

	VCMPPD    $13, Y15, Y0, Y5
	VMOVMSKPD Y5, AX
	MOVB      AX, (R13)

	ADDQ $32, DI
	ADDQ $32, R8
	ADDQ $32, R9
	ADDQ $32, R10
	ADDQ $32, R11
	ADDQ $32, SI
	INCQ R13
	SUBQ $4, CX
	JNZ  loop

done:
	VZEROUPPER
	RET
