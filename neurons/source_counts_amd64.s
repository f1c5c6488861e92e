//go:build !noasm

#include "textflag.h"

DATA mixFirst<>+0(SB)/8, $0xbf58476d1ce4e5b9
GLOBL mixFirst<>(SB), RODATA, $8
DATA mixSecond<>+0(SB)/8, $0x94d049bb133111eb
GLOBL mixSecond<>(SB), RODATA, $8
DATA signs<>+0(SB)/8, $0x8000000080000000
GLOBL signs<>(SB), RODATA, $8

// The product of the four 64-bit numbers in Y1 with a constant: Y(lo) has it, Y(hi) its upper half.
#define MULTIPLY(lo, hi) \
	VPMULUDQ lo, Y1, Y2   \
	VPSRLQ   $32, Y1, Y3  \
	VPMULUDQ lo, Y3, Y3   \
	VPMULUDQ hi, Y1, Y4   \
	VPADDQ   Y3, Y4, Y4   \
	VPSLLQ   $32, Y4, Y4  \
	VPADDQ   Y4, Y2, Y1

// Counts four steps from R10 on, of which R11 are left, that lie below the numbers in Y1: down in Y4, up in Y5.
// Y3 tells which numbers lie above the last.
#define COMPARE4 \
	VPCMPGTD (R10), Y1, Y2   \
	VPCMPGTD 32(R10), Y1, Y3 \
	VPSUBD   Y2, Y4, Y4      \
	VPADDD   Y3, Y5, Y5      \
	VPCMPGTD 64(R10), Y1, Y2 \
	VPCMPGTD 96(R10), Y1, Y3 \
	VPSUBD   Y2, Y4, Y4      \
	VPADDD   Y3, Y5, Y5      \
	ADDQ     $128, R10       \
	SUBQ     $4, R11

// func poissonAVX2(n int, state *[5]uint64, steps *step, most, nsteps, least int, weight float64, in *float64)
//
// The loop of poissonCounts.tabled, eight neurons at a time, which share four draws: sim.Draws, the number of
// steps that lie below each half of a draw, the count times weight. n is a multiple of 8, most and nsteps of 4.
// The steps from most on are looked at where one of the eight numbers lies above the one before. state holds what
// the first four draws are made from, and how far it is from one four to the next.
TEXT ·poissonAVX2(SB), NOSPLIT, $0-64
	MOVQ n+0(FP), CX
	MOVQ state+8(FP), R8
	MOVQ steps+16(FP), SI
	MOVQ most+24(FP), R9
	MOVQ nsteps+32(FP), R12
	SUBQ R9, R12
	MOVQ in+56(FP), DI
	VMOVDQU      (R8), Y0
	VPBROADCASTQ 32(R8), Y12
	VPBROADCASTQ mixFirst<>(SB), Y8
	VPSRLQ       $32, Y8, Y9
	VPBROADCASTQ mixSecond<>(SB), Y10
	VPSRLQ       $32, Y10, Y11
	VPBROADCASTQ signs<>(SB), Y13
	VBROADCASTSD weight+48(FP), Y14
	VPBROADCASTD least+40(FP), Y15

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

	// counts: least, and one for each step below the number; upper halves go to even neurons
	VPSHUFD $0xb1, Y1, Y1
	VPXOR   Y13, Y1, Y1
	VMOVDQA Y15, Y4
	VPXOR   Y5, Y5, Y5
	MOVQ    SI, R10
	MOVQ    R9, R11

most:
	COMPARE4
	JNZ    most
	VPTEST Y3, Y3
	JNZ    tail

counted:
	VPSUBD Y5, Y4, Y4

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
	VZEROUPPER
	RET

tail:
	MOVQ  R12, R11
	TESTQ R11, R11
	JZ    counted

rest:
	COMPARE4
	JNZ rest
	JMP counted
