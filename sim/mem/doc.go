// Package mem is what hot loops over large networks need of memory: slices on huge pages, and a word in
// advance about what will be read. Neither changes a result.
package mem
