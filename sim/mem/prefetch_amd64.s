//go:build !noasm

#include "textflag.h"

// func Prefetch(a, b unsafe.Pointer)
TEXT ·Prefetch(SB), NOSPLIT, $0-16
	MOVQ a+0(FP), AX
	MOVQ b+8(FP), BX
	PREFETCHT0 (AX)
	PREFETCHT0 64(AX)
	PREFETCHT0 (BX)
	PREFETCHT0 64(BX)
	PREFETCHT0 128(BX)
	RET

// func prefetchStride(base, at unsafe.Pointer, n, stride int)
TEXT ·prefetchStride(SB), NOSPLIT, $0-32
	MOVQ base+0(FP), DI
	MOVQ at+8(FP), SI
	MOVQ n+16(FP), CX
	MOVQ stride+24(FP), DX
	TESTQ CX, CX
	JZ    done

loop:
	MOVL (SI), AX
	IMULQ DX, AX
	PREFETCHT0 (DI)(AX*1)
	ADDQ $4, SI
	DECQ CX
	JNZ  loop

done:
	RET

// func prefetchRun(from unsafe.Pointer, bytes int)
TEXT ·prefetchRun(SB), NOSPLIT, $0-16
	MOVQ from+0(FP), DI
	MOVQ bytes+8(FP), CX
	LEAQ -1(DI)(CX*1), CX
	ANDQ $~63, DI

loop:
	PREFETCHT0 (DI)
	ADDQ $64, DI
	CMPQ DI, CX
	JLS  loop
	RET
