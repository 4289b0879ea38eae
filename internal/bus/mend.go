package bus

import (
	"errors"
	"os"
	"path/filepath"
	"time"

	"rostrum/internal/fault"
)

// Between tries to write to a disk that took nothing, from the first to the longest; and how much it must take.
const (
	mendMin   = 500 * time.Millisecond
	mendMax   = 30 * time.Second
	mendBytes = 4 << 20
)

// tend waits until the embedded server says that a write failed. From then on that stream takes nothing more, also when the disk has room
// again, until the server is started anew. What had been acknowledged is on the disk; what had not, its publishers try again.
func (b *Bus) tend() {
	delay, mended := mendMin, time.Now()
	for {
		_, log := b.server.current()
		select {
		case <-b.ctx.Done():
			return
		case why := <-log.hurt:
			if time.Since(mended) > mendMax {
				delay = mendMin
			}
			delay = b.mend(why, delay)
			mended = time.Now()
		}
	}
}

// mend starts the embedded server anew as soon as its disk takes something, and gives how long to wait before the next one.
func (b *Bus) mend(why string, delay time.Duration) time.Duration {
	b.hurt.Store(&why)
	b.log.Error("bus can't write, and takes nothing until it can", "error", why, "remedy", "make room on the disk of "+b.opt.Dir)
	for {
		_ = wait(b.ctx, delay)
		if b.ctx.Err() != nil {
			return delay
		}
		delay = min(2*delay, mendMax)
		err := takesWrites(b.opt.Dir)
		if err == nil {
			b.server.halt()
			err = b.server.launch()
		}
		if err == nil {
			b.hurt.Store(nil)
			b.log.Info("bus can write again: its server was started anew")
			return delay
		}
		b.log.Warn("bus still can't write", "error", err)
	}
}

// takesWrites says whether a disk has room, and keeps what is written.
func takesWrites(dir string) error {
	path := filepath.Join(dir, "room.tmp")
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(make([]byte, mendBytes))
	return errors.Join(err, f.Sync(), f.Close(), os.Remove(path))
}

// errHurt is what the bus answers while it can't write; nil when it can.
func (b *Bus) errHurt() error {
	why := b.hurt.Load()
	if why == nil {
		return nil
	}
	return fault.New(fault.Unreachable, "the bus can't write: "+*why, "make room on the disk of "+b.opt.Dir+"; it goes on by itself")
}
