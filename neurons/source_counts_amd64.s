//go:build !noasm

#include "textflag.h"

DATA mixFirst<>+0(SB)/8, $0xbf58476d1ce4e5b9
GLOBL mixFirst<>(SB), RODATA, $8
DATA mixSecond<>+0(SB)/8, $0x94d049bb133111eb
GLOBL mixSecond<>(SB), RODATA, $8
DATA oddIndex<>+0(SB)/8, $0x00000fff00000000
GLOBL oddIndex<>(SB), RODATA, $8

// The product of the four 64-bit numbers in Y1 with a constant: Y(lo) has it, Y(hi) its upper half.
#define MULTIPLY(lo, hi) \
	VPMULUDQ lo, Y1, Y2   \
	VPSRLQ   $32, Y1, Y3  \
	VPMULUDQ lo, Y3, Y3   \
	VPMULUDQ hi, Y1, Y4   \
	VPADDQ   Y3, Y4, Y4   \
	VPSLLQ   $32, Y4, Y4  \
	VPADDQ   Y4, Y2, Y1

// func poissonAVX2(n int, state *[5]uint64, table *int32, weight float64, in *float64) (done int)
//
// The loop of poissonCounts.tabled, eight neurons at a time, which share four draws: sim.Draws, the upper
// bits of each half of a draw as an index of the table, the count times weight. n is a multiple of 8. state
// holds what the first four draws are made from, and the step from one four to the next. It stops before
// eight neurons of which one needs more than the table.
TEXT ·poissonAVX2(SB), NOSPLIT, $0-48
	MOVQ n+0(FP), CX
	MOVQ state+8(FP), R8
	MOVQ table+16(FP), SI
	MOVQ in+32(FP), DI
	VMOVDQU      (R8), Y0
	VPBROADCASTQ 32(R8), Y12
	VPBROADCASTQ mixFirst<>(SB), Y8
	VPSRLQ       $32, Y8, Y9
	VPBROADCASTQ mixSecond<>(SB), Y10
	VPSRLQ       $32, Y10, Y11
	VPBROADCASTQ oddIndex<>(SB), Y13
	VBROADCASTSD weight+24(FP), Y14
	MOVQ CX, DX
	TESTQ CX, CX
	JZ    done

loop:
	// mix
	VPSRLQ $30, Y0, Y1
	VPXOR  Y0, Y1, Y1
	MULTIPLY(Y8, Y9)
	VPSRLQ $27, Y1, Y2
	VPXOR  Y2, Y1, Y1
	MULTIPLY(Y10, Y11)
	VPSRLQ $31, Y1, Y2
	VPXOR  Y2, Y1, Y1

	// counts of the table
	VPSRLQ     $52, Y1, Y2
	VPSLLQ     $12, Y1, Y3
	VPAND      Y13, Y3, Y3
	VPOR       Y2, Y3, Y2
	VPCMPEQD   Y5, Y5, Y5
	VPGATHERDD Y5, (SI)(Y2*4), Y4
	VMOVMSKPS  Y4, AX
	TESTL      AX, AX
	JNZ        done

	// in += count weight
	VCVTDQ2PD    X4, Y6
	VEXTRACTI128 $1, Y4, X7
	VCVTDQ2PD    X7, Y7
	VMULPD       Y6, Y14, Y6
	VMULPD       Y7, Y14, Y7
	VADDPD       (DI), Y6, Y6
	VADDPD       32(DI), Y7, Y7
	VMOVUPD      Y6, (DI)
	VMOVUPD      Y7, 32(DI)

	VPADDQ Y12, Y0, Y0
	ADDQ   $64, DI
	SUBQ   $8, CX
	JNZ    loop

done:
	SUBQ CX, DX
	MOVQ DX, done+40(FP)
	VZEROUPPER
	RET
