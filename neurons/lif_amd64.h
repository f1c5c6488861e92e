// NOTE ends a step of the eight neurons that begin at neuron AX, of which a and b say who is at or above threshold:
// where anybody is, AX goes to the list at R13. Few are, so that a jump taken then costs less than noting for all who
// is. It goes on with the loop until AX is CX, and then to done.
#define NOTE(a, b, loop, next, crossed) \
	VORPD     b, a, a \
	VMOVMSKPD a, DX   \
	TESTL     DX, DX  \
	JNZ       crossed \
next: \
	ADDQ $8, AX \
	CMPQ AX, CX \
	JNE  loop   \
	JMP  done   \
crossed: \
	MOVL AX, (R13) \
	ADDQ $4, R13   \
	JMP  next
