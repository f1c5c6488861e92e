//go:build linux || darwin || freebsd

package main

import "golang.org/x/sys/unix"

// freeSpace is what a file system has left for this user [bytes], 0 if unknown.
func freeSpace(dir string) int64 {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0
	}
	return int64(s.Bavail) * int64(s.Bsize)
}
