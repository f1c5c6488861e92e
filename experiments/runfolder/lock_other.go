//go:build !unix

package runfolder

import "os"

// lock does nothing where the system has no advisory locks.
func lock(*os.File) error { return nil }
