package pdf

// operands reads what follows an instruction of WebAssembly: version 2, and exceptions.
func (c *code) operands(op byte) {
	switch op {
	case 0x0e: // br_table
		for range c.count() {
			c.uint()
		}
		c.uint()
	case 0x1c: // select with types
		c.take(c.count())
	case 0x1f:
		c.tryTable()
	case 0x43:
		c.take(4)
	case 0x44:
		c.take(8)
	case 0xfc:
		c.miscellaneous()
	case 0xfd:
		c.vector()
	default:
		n, known := plainOperands(op)
		if !known {
			c.fail("the instruction %#x", op)
		}
		for range n {
			c.number()
		}
	}
}

// plainOperands gives how many numbers follow an instruction.
func plainOperands(op byte) (n int, known bool) {
	switch {
	case op <= 0x01, op == 0x05, op == 0x0a, op == 0x0b, op == 0x0f, op == 0x1a, op == 0x1b, op >= 0x45 && op <= 0xc4, op == 0xd1:
		return 0, true
	case op >= 0x02 && op <= 0x04, op == 0x08, op == 0x0c, op == 0x0d, op == 0x10, op == 0x12, op >= 0x20 && op <= 0x26, op >= 0x3f && op <= 0x42, op == 0xd0, op == 0xd2:
		return 1, true
	case op == 0x11, op == 0x13, op >= 0x28 && op <= 0x3e:
		return 2, true
	}
	return 0, false
}

func (c *code) tryTable() {
	c.uint()
	for range c.count() {
		switch kind := c.byte(); kind {
		case 0, 1: // with a tag
			c.uint()
			c.uint()
		case 2, 3:
			c.uint()
		default:
			c.fail("a catch of kind %d", kind)
			return
		}
	}
}

// miscellaneous reads a saturating conversion, or an operation on all of a memory or table.
func (c *code) miscellaneous() {
	switch op := c.uint(); op {
	case 0, 1, 2, 3, 4, 5, 6, 7:
	case 9, 11, 13, 15, 16, 17:
		c.uint()
	case 8, 10, 12, 14:
		c.uint()
		c.uint()
	default:
		c.fail("the instruction 0xfc %d", op)
	}
}

// vector reads an instruction on 128 bits.
func (c *code) vector() {
	switch op := c.uint(); {
	case op <= 11, op == 92, op == 93: // loads and stores
		c.uint()
		c.uint()
	case op == 12, op == 13: // a constant, a shuffle
		c.take(16)
	case op >= 21 && op <= 34: // a lane
		c.byte()
	case op >= 84 && op <= 91: // a load or store of a lane
		c.uint()
		c.uint()
		c.byte()
	case op > 275:
		c.fail("the instruction 0xfd %d", op)
	}
}
