package app

import (
	"net"
	"sync/atomic"
	"time"
)

// How long a reader may take for a piece of an answer. One that takes longer loses the connection, and with it what is kept for it.
const (
	answerPiece = 64 << 10 // bytes
	answerStall = 30 * time.Second
)

// droppingListener gives connections whose readers may not stall.
type droppingListener struct {
	net.Listener
	stall time.Duration
}

// Accept implements net.Listener.
func (l droppingListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &droppingConn{Conn: conn, stall: l.stall}, nil
}

// droppingConn gives each piece that is written its time. A deadline that a handler sets goes before it.
type droppingConn struct {
	net.Conn
	stall time.Duration
	set   atomic.Bool // by a handler
}

// Write implements net.Conn.
func (c *droppingConn) Write(p []byte) (written int, err error) {
	for {
		if !c.set.Load() {
			if err := c.Conn.SetWriteDeadline(time.Now().Add(c.stall)); err != nil {
				return written, err
			}
		}
		piece := p[:min(len(p), answerPiece)]
		n, err := c.Conn.Write(piece)
		written, p = written+n, p[n:]
		if err != nil || len(p) == 0 {
			return written, err
		}
	}
}

// SetWriteDeadline implements net.Conn. The zero time gives the time of a piece back.
func (c *droppingConn) SetWriteDeadline(t time.Time) error {
	c.set.Store(!t.IsZero())
	return c.Conn.SetWriteDeadline(t)
}
