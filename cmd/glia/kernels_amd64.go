//go:build !noasm

package main

// assembly says whether this program was built with the assembly forms of its kernels. They need AVX2.
const assembly = true
