//go:build !linux && !darwin && !freebsd

package app

// diskRoom is not known here.
func diskRoom(string) (free, size int64) { return 0, 0 }
