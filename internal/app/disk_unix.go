//go:build linux || darwin || freebsd

package app

import "syscall"

// diskRoom says how many bytes of the disk that a folder is on are free for us, and how many it has; zeros where that can't be told.
func diskRoom(dir string) (free, size int64) {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		return 0, 0
	}
	block := int64(fs.Bsize) //nolint:unconvert // the types differ from system to system
	return int64(fs.Bavail) * block, int64(fs.Blocks) * block
}
