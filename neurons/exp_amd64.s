//go:build !noasm

#include "textflag.h"

// Places of the constants.
#define LEAST 0(R12)
#define MOST 32(R12)
#define PERLN2 64(R12)
#define LN2HI 96(R12)
#define LN2LO 128(R12)
#define TAYLOR(n) (160+32*n)(R12)
#define ONE 544(R12)
#define BIAS 576(R12)

// q = coefficient n + coefficient n+1 times r
#define PAIR(n, q) \
	VMULPD TAYLOR((n+1)), Y4, q \
	VADDPD TAYLOR(n), q, q

// a += b x
#define TIMESPLUS(b, x, a) \
	VMULPD x, b, b \
	VADDPD b, a, a

// func expAVX2(n int, x *float64, c *expConstants)
//
// The loop of expsGo, four values at a time, with the same operations in the same order and no fused
// multiply-add. n is a multiple of 4, at least 4.
TEXT ·expAVX2(SB), NOSPLIT, $0-24
	MOVQ n+0(FP), CX
	MOVQ x+8(FP), DI
	MOVQ c+16(FP), R12

loop:
	// x between least and most; what is no number stays so
	VMOVUPD LEAST, Y1
	VMOVUPD MOST, Y2
	VMAXPD  (DI), Y1, Y0
	VMINPD  Y0, Y2, Y0

	// k, hi, lo, r, r², r⁴
	VMULPD   PERLN2, Y0, Y1
	VROUNDPD $8, Y1, Y1
	VMULPD   LN2HI, Y1, Y2
	VSUBPD   Y2, Y0, Y2
	VMULPD   LN2LO, Y1, Y3
	VSUBPD   Y3, Y2, Y4
	VMULPD   Y4, Y4, Y5
	VMULPD   Y5, Y5, Y6

	// p
	PAIR(0, Y7)
	PAIR(2, Y8)
	PAIR(4, Y9)
	PAIR(6, Y10)
	PAIR(8, Y11)
	PAIR(10, Y12)
	TIMESPLUS(Y8, Y5, Y7)
	TIMESPLUS(Y10, Y5, Y9)
	TIMESPLUS(Y12, Y5, Y11)
	TIMESPLUS(Y11, Y6, Y9)
	TIMESPLUS(Y9, Y6, Y7)

	// e = 1 + (hi + (p r² - lo))
	VMULPD Y5, Y7, Y7
	VSUBPD Y3, Y7, Y7
	VADDPD Y2, Y7, Y7
	VADDPD ONE, Y7, Y7

	// times 2^(k/2) and 2^(k - k/2), made of their exponents
	VCVTPD2DQY Y1, X6
	VPSRAD     $1, X6, X5
	VPSUBD     X5, X6, X6
	VPMOVSXDQ  X5, Y5
	VPMOVSXDQ  X6, Y6
	VPADDQ     BIAS, Y5, Y5
	VPADDQ     BIAS, Y6, Y6
	VPSLLQ     $52, Y5, Y5
	VPSLLQ     $52, Y6, Y6
	VMULPD     Y5, Y7, Y7
	VMULPD     Y6, Y7, Y7
	VMOVUPD    Y7, (DI)

	ADDQ $32, DI
	SUBQ $4, CX
	JNZ  loop
	VZEROUPPER
	RET
