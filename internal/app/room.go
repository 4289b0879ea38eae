package app

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"rostrum/crawler"
	"rostrum/internal/bus"
	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

// What is left free on each disk of the data folder: this much, or a twentieth of a small one. A write that a full disk cuts off leaves index and
// bus unable to go on in this process, so that nothing new is taken before it comes to that.
const (
	reserveBytes = 256 << 20
	reservePart  = 20
)

// room is a fault.Transient while a disk of these folders in the data folder has no more than its reserve.
func (a *App) room(folders ...string) error {
	for _, name := range folders {
		dir := filepath.Join(a.cfg.Data, name)
		free, size := diskRoom(dir)
		if reserve := min(reserveBytes, size/reservePart); free < reserve {
			return fault.New(fault.Transient, fmt.Sprintf("no space left on the disk of %s: %d MB are free, and %d MB are kept free", dir, free>>20, reserve>>20),
				"make room: move full archive files elsewhere (archive.folders), or what else is there")
		}
	}
	return nil
}

// A rebuild needs as much as the index that answers, and a part of it more while segments are merged. It ends while more is left than the reserve, so
// that new captures are taken meanwhile.
const (
	mergePart    = 4
	rebuildSpare = 2 // times the reserve
)

// errNoRoom is why an index is not built on.
var errNoRoom = errors.New("no room for an index")

// roomToRebuild is an error that wraps errNoRoom where the disk of the index has not so much more than a rebuild leaves.
func (a *App) roomToRebuild(more int64) error {
	dir := filepath.Join(a.cfg.Data, "index")
	free, size := diskRoom(dir)
	need := more + rebuildSpare*min(reserveBytes, size/reservePart)
	if size == 0 || free >= need {
		return nil
	}
	return &fault.Error{Kind: fault.Transient, What: fmt.Sprintf("no space left on the disk of %s to build an index: %d MB are free, and %d MB are needed", dir, free>>20, need>>20),
		Remedy: "make room: remove an index that was set aside (index/*.aside), or move full archive files elsewhere (archive.folders)", Position: -1, Err: errNoRoom}
}

// withRoom takes captures only while archive and index have room.
func (a *App) withRoom(handle bus.CaptureHandler) bus.CaptureHandler {
	return func(ctx context.Context, batch []*statement.Capture) ([]error, error) {
		if err := a.room("archive", "index", "bus"); err != nil {
			return nil, err
		}
		return handle(ctx, batch)
	}
}

// roomyBus takes captures for the embedded bus only while its disk has room.
type roomyBus struct{ *App }

// PublishCapture implements crawler.Publisher.
func (b roomyBus) PublishCapture(ctx context.Context, c *statement.Capture) error {
	if err := b.room("bus"); err != nil {
		return err
	}
	return b.bus.PublishCapture(ctx, c)
}

// publisher is what a crawler of this process hands its captures to.
func (a *App) publisher() crawler.Publisher {
	if a.cfg.Bus.URL != "" {
		return a.bus // its disk is elsewhere
	}
	return roomyBus{a}
}
