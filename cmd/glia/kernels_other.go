//go:build !amd64 || noasm

package main

const assembly = false
