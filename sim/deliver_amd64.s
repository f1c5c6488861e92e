//go:build !noasm

#include "textflag.h"

// Delivery of lists of runs: see deliver.go for what the loops do. Registers, the same in all four:
//
//	DI input, SI slots, BX weights    R8 this run, R9 end of the list, R10 the run to ask for
//	R11, R12 first and last synapse of a run (R11 counts up to R12)

// AHEAD is how many runs before its turn a run is asked for from memory, times 8, the size of a run.
#define AHEAD 64

// ASK asks for the cache lines from ptr+first*size to ptr+last*size, of which there is at least one, but no more than
// the first 512 bytes: what follows in a longer run the processor sees coming. It uses AX and DX.
#define ASK(ptr, first, last, size, again) \
	LEAQ (ptr)(first*size), AX \
	LEAQ -1(ptr)(last*size), DX \
	LEAQ 448(AX), CX \
	CMPQ DX, CX \
	CMOVQGT CX, DX \
again: \
	PREFETCHT0 (AX) \
	ADDQ $64, AX \
	CMPQ AX, DX \
	JLT again \
	PREFETCHT0 (DX)

// ADDCONSTANT adds X0 to the input of a synapse whose slot load brings from offset d on.
#define ADDCONSTANT(load, d, size, r, x) \
	load d*size(SI)(R11*size), r \
	VADDSD (DI)(r*8), X0, x \
	VMOVSD x, (DI)(r*8)

// ADDTWO adds the weights of two synapses to their inputs, the second after the first: they may be the same.
#define ADDTWO(load, d, size) \
	VCVTPS2PD d*4(BX)(R11*4), X1 \
	load d*size(SI)(R11*size), AX \
	load (d+1)*size(SI)(R11*size), DX \
	VUNPCKHPD X1, X1, X2 \
	VADDSD (DI)(AX*8), X1, X1 \
	VMOVSD X1, (DI)(AX*8) \
	VADDSD (DI)(DX*8), X2, X2 \
	VMOVSD X2, (DI)(DX*8)

#define CONSTANTLOOP(load, size) \
	MOVQ in+0(FP), DI \
	MOVQ slots+8(FP), SI \
	MOVQ runs+16(FP), R8 \
	MOVQ n+24(FP), R9 \
	VMOVSD w+32(FP), X0 \
	LEAQ (R8)(R9*8), R9 \
	LEAQ AHEAD(R8), R10 \
	CMPQ R8, R9 \
	JGE done \
run: \
	CMPQ R10, R9 \
	JGE asked \
	MOVL 0(R10), R11 \
	MOVL 4(R10), R12 \
	ASK(SI, R11, R12, size, slotline) \
asked: \
	ADDQ $8, R10 \
	MOVL 0(R8), R11 \
	MOVL 4(R8), R12 \
	SUBQ $4, R12 \
	CMPQ R11, R12 \
	JGT rest \
four: \
	ADDCONSTANT(load, 0, size, AX, X1) \
	ADDCONSTANT(load, 1, size, DX, X2) \
	ADDCONSTANT(load, 2, size, AX, X1) \
	ADDCONSTANT(load, 3, size, DX, X2) \
	ADDQ $4, R11 \
	CMPQ R11, R12 \
	JLE four \
rest: \
	ADDQ $4, R12 \
	CMPQ R11, R12 \
	JGE next \
one: \
	ADDCONSTANT(load, 0, size, AX, X1) \
	INCQ R11 \
	CMPQ R11, R12 \
	JLT one \
next: \
	ADDQ $8, R8 \
	CMPQ R8, R9 \
	JLT run \
done: \
	RET

#define WEIGHTLOOP(load, size) \
	MOVQ in+0(FP), DI \
	MOVQ slots+8(FP), SI \
	MOVQ weight+16(FP), BX \
	MOVQ runs+24(FP), R8 \
	MOVQ n+32(FP), R9 \
	LEAQ (R8)(R9*8), R9 \
	LEAQ AHEAD(R8), R10 \
	VXORPS X3, X3, X3 \
	CMPQ R8, R9 \
	JGE done \
run: \
	CMPQ R10, R9 \
	JGE asked \
	MOVL 0(R10), R11 \
	MOVL 4(R10), R12 \
	ASK(SI, R11, R12, size, slotline) \
	ASK(BX, R11, R12, 4, weightline) \
asked: \
	ADDQ $8, R10 \
	MOVL 0(R8), R11 \
	MOVL 4(R8), R12 \
	SUBQ $4, R12 \
	CMPQ R11, R12 \
	JGT rest \
four: \
	ADDTWO(load, 0, size) \
	ADDTWO(load, 2, size) \
	ADDQ $4, R11 \
	CMPQ R11, R12 \
	JLE four \
rest: \
	ADDQ $4, R12 \
	CMPQ R11, R12 \
	JGE next \
one: \
	VCVTSS2SD (BX)(R11*4), X3, X1 \
	load (SI)(R11*size), AX \
	VADDSD (DI)(AX*8), X1, X1 \
	VMOVSD X1, (DI)(AX*8) \
	INCQ R11 \
	CMPQ R11, R12 \
	JLT one \
next: \
	ADDQ $8, R8 \
	CMPQ R8, R9 \
	JLT run \
done: \
	RET

// PLASTICLOOP adds one row of synapses with weights in double precision, times a factor.
#define PLASTICLOOP(load, size) \
	MOVQ in+0(FP), DI \
	MOVQ targets+8(FP), SI \
	MOVQ weight+16(FP), BX \
	MOVQ n+24(FP), R12 \
	VMOVDDUP factor+32(FP), X0 \
	XORQ R11, R11 \
	SUBQ $2, R12 \
	JLT rest \
two: \
	VMULPD (BX)(R11*8), X0, X1 \
	load (SI)(R11*size), AX \
	load size(SI)(R11*size), DX \
	VUNPCKHPD X1, X1, X2 \
	VADDSD (DI)(AX*8), X1, X1 \
	VMOVSD X1, (DI)(AX*8) \
	VADDSD (DI)(DX*8), X2, X2 \
	VMOVSD X2, (DI)(DX*8) \
	ADDQ $2, R11 \
	CMPQ R11, R12 \
	JLE two \
rest: \
	ADDQ $2, R12 \
	CMPQ R11, R12 \
	JGE done \
	VMULSD (BX)(R11*8), X0, X1 \
	load (SI)(R11*size), AX \
	VADDSD (DI)(AX*8), X1, X1 \
	VMOVSD X1, (DI)(AX*8) \
done: \
	RET

// func addConstant16AVX(in *float64, slots *uint16, runs *run, n int, w float64)
TEXT ·addConstant16AVX(SB), NOSPLIT, $0-40
	CONSTANTLOOP(MOVWLZX, 2)

// func addConstant32AVX(in *float64, slots *uint32, runs *run, n int, w float64)
TEXT ·addConstant32AVX(SB), NOSPLIT, $0-40
	CONSTANTLOOP(MOVL, 4)

// func addRuns16AVX(in *float64, slots *uint16, weight *float32, runs *run, n int)
TEXT ·addRuns16AVX(SB), NOSPLIT, $0-40
	WEIGHTLOOP(MOVWLZX, 2)

// func addRuns32AVX(in *float64, slots *uint32, weight *float32, runs *run, n int)
TEXT ·addRuns32AVX(SB), NOSPLIT, $0-40
	WEIGHTLOOP(MOVL, 4)

// func addPlastic16AVX(in *float64, targets *uint16, weight *float64, n int, factor float64)
TEXT ·addPlastic16AVX(SB), NOSPLIT, $0-40
	PLASTICLOOP(MOVWLZX, 2)

// func addPlastic32AVX(in *float64, targets *int32, weight *float64, n int, factor float64)
TEXT ·addPlastic32AVX(SB), NOSPLIT, $0-40
	PLASTICLOOP(MOVL, 4)
