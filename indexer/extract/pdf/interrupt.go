package pdf

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	_ "unsafe" // for go:linkname
)

// What runs in wazero can be ended by wazero itself, which then leaves the machine code at the head of every loop to look whether it
// should. That takes two thirds of the time of reading a PDF. interruptible puts a count into PDFium's module instead: after every
// ticks heads of loops it leaves the machine code once, so that Go may stop the thread, and looks at a byte of its own memory that the
// host sets to end it.

// ticks is how many heads of loops pass between two looks: some tens of microseconds.
const ticks = 10_000

// stopAt is the address of the byte that ends PDFium. No program in WebAssembly has anything so low: a null pointer leads there.
const stopAt = 1016

// wasmModule is PDFium as the library carries it; it hands it to nobody, but runs what is made of it.
//
//go:linkname wasmModule github.com/klippa-app/go-pdfium/webassembly.pdfiumWasm
var wasmModule []byte

// The sections of a module that are changed.
const (
	typeSection     = 1
	importSection   = 2
	functionSection = 3
	globalSection   = 6
	codeSection     = 10
)

// interruptible gives a copy of a module that ends when the byte at stopAt is set. It is deterministic. An error means that the module
// has something that is not known here; it is to be run as it is then.
func interruptible(module []byte) ([]byte, error) {
	const header = 8
	if len(module) < header || !bytes.HasPrefix(module, []byte("\x00asm\x01\x00\x00\x00")) {
		return nil, errors.New("it is no module of WebAssembly 1")
	}
	w := rewriter{}
	out := append(make([]byte, 0, len(module)+len(module)/8), module[:header]...)
	in := &code{b: module[header:]}
	for in.at < len(in.b) && in.err == nil {
		id := in.byte()
		section := in.take(in.count())
		if id == 0 { // names and the like
			continue
		}
		section = w.section(id, section)
		out = append(out, id)
		out = binary.AppendUvarint(out, uint64(len(section)))
		out = append(out, section...)
	}
	if err := errors.Join(in.err, w.err); err != nil {
		return nil, err
	}
	if w.changed != 1<<typeSection|1<<functionSection|1<<globalSection|1<<codeSection {
		return nil, errors.New("the module lacks a section")
	}
	return out, nil
}

// rewriter rewrites the sections of one module, in their order.
type rewriter struct {
	err     error
	changed uint // bits of the sections that were
	kind    uint64
	counter uint64 // the index of the global that counts
	look    uint64 // the index of the function that looks
	head    []byte // what is put at the head of a loop
}

func (w *rewriter) section(id byte, b []byte) []byte {
	c := &code{b: b}
	n := 0
	switch id {
	case importSection:
		w.look += w.imported(c)
		w.err = errors.Join(w.err, c.err)
		return b
	case typeSection, functionSection, globalSection, codeSection:
		n = c.count()
		w.changed |= 1 << id
	default:
		return b
	}
	out := binary.AppendUvarint(make([]byte, 0, len(b)+len(b)/8), uint64(n)+1)
	switch id {
	case typeSection: // no parameters, no results
		w.kind = uint64(n)
		out = append(append(out, b[c.at:]...), 0x60, 0, 0)
	case functionSection:
		w.look += uint64(n)
		out = binary.AppendUvarint(append(out, b[c.at:]...), w.kind)
	case globalSection: // a variable i32
		w.counter += uint64(n)
		out = append(append(out, b[c.at:]...), 0x7f, 1, 0x41)
		out = append(append32(out, ticks), 0x0b)
	case codeSection:
		w.head = w.atLoops()
		for range n {
			out = w.body(out, c.take(c.count()))
		}
		out = withSize(out, w.looking())
	}
	w.err = errors.Join(w.err, c.err)
	return out
}

// imported counts the functions that a module imports.
func (w *rewriter) imported(c *code) uint64 {
	functions := uint64(0)
	for range c.count() {
		c.take(c.count())
		c.take(c.count())
		switch kind := c.byte(); kind {
		case 0:
			functions++
			c.uint()
		default:
			c.fail("an import of kind %d", kind)
			return 0
		}
	}
	return functions
}

// atLoops counts down, and calls the function that looks when none are left.
func (w *rewriter) atLoops() []byte {
	get := binary.AppendUvarint([]byte{0x23}, w.counter)
	set := binary.AppendUvarint([]byte{0x24}, w.counter)
	out := append(bytes.Clone(get), 0x41, 1, 0x6b) // the count less one
	out = append(append(out, set...), get...)
	out = append(out, 0x45, 0x04, 0x40, 0x10) // if it is zero, call
	return append(binary.AppendUvarint(out, w.look), 0x0b)
}

// looking is the body of the function that looks: it begins the count anew, grows the memory by nothing, which leaves the machine code,
// and fails if the byte is set.
func (w *rewriter) looking() []byte {
	out := append32([]byte{0, 0x41}, ticks)
	out = binary.AppendUvarint(append(out, 0x24), w.counter)
	out = append(out, 0x41, 0, 0x40, 0, 0x1a) // memory.grow by 0, dropped
	out = append32(append(out, 0x41), stopAt)
	return append(out, 0x2d, 0, 0, 0x04, 0x40, 0x00, 0x0b, 0x0b) // if the byte is set, unreachable
}

// body writes a function's body with what is put at the heads of its loops.
func (w *rewriter) body(out, b []byte) []byte {
	const loop = 0x03
	c := &code{b: b}
	for range c.count() { // its variables
		c.uint()
		c.byte()
	}
	grown := make([]byte, 0, len(b)+len(b)/4)
	from := 0
	for c.at < len(b) && c.err == nil {
		op := c.byte()
		c.operands(op)
		if op == loop && c.err == nil {
			grown = append(append(grown, b[from:c.at]...), w.head...)
			from = c.at
		}
	}
	w.err = errors.Join(w.err, c.err)
	return withSize(out, append(grown, b[from:]...))
}

func withSize(out, b []byte) []byte {
	return append(binary.AppendUvarint(out, uint64(len(b))), b...)
}

// append32 appends a positive number as the signed one of an i32.const.
func append32(out []byte, n uint64) []byte {
	for n >= 0x40 {
		out = append(out, byte(n)|0x80)
		n >>= 7
	}
	return append(out, byte(n))
}

// code is bytes of a module that are read from left to right. After a failure it gives zeros.
type code struct {
	b   []byte
	at  int
	err error
}

func (c *code) fail(format string, args ...any) {
	if c.err == nil {
		c.err = fmt.Errorf("at byte %d: "+format, append([]any{c.at}, args...)...)
	}
}

func (c *code) take(n int) []byte {
	if n < 0 || n > len(c.b)-c.at {
		c.fail("%d bytes of %d", n, len(c.b)-c.at)
	}
	if c.err != nil {
		return nil
	}
	c.at += n
	return c.b[c.at-n : c.at]
}

func (c *code) byte() byte {
	b := c.take(1)
	if len(b) == 0 {
		return 0
	}
	return b[0]
}

// number passes over a number, signed or not, in LEB128.
func (c *code) number() {
	for c.byte() >= 0x80 && c.err == nil {
	}
}

// count reads how many things follow: each takes a byte at least.
func (c *code) count() int {
	n := c.uint()
	if n > uint64(len(c.b)) {
		c.fail("%d things in %d bytes", n, len(c.b))
		return 0
	}
	return int(n)
}

// uint reads an unsigned number in LEB128.
func (c *code) uint() uint64 {
	n, size := binary.Uvarint(c.b[min(c.at, len(c.b)):])
	if size <= 0 {
		c.fail("no number")
		return 0
	}
	c.take(size)
	return n
}
