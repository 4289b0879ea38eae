package percolate

// holds says whether the instruction at pc matches what is present.
func (m *Matcher) holds(c *code, pc uint32) bool {
	program := c.program
	w := program[pc]
	n := w >> opBits
	switch w & opMask {
	case opHas:
		return m.bits.has(program[pc+1])
	case opPhrase:
		terms := program[pc+1 : pc+1+n]
		return m.all(terms) && m.inRow(terms, program[pc+1+n])
	case opNear:
		terms := program[pc+2 : pc+2+n]
		return m.all(terms) && m.together(terms, n-1+program[pc+1], program[pc+2+n])
	case opPeriod:
		p := &c.periods[program[pc+1]]
		return m.timed && !m.time.Before(p.From) && (p.To.IsZero() || m.time.Before(p.To))
	case opNot:
		return !m.holds(c, pc+2)
	}
	wanted := w&opMask == opOr
	kid := pc + 2
	for range n {
		if program[kid] == opHas { // most kids: no call
			if m.bits.has(program[kid+1]) == wanted {
				return wanted
			}
			kid += 2
			continue
		}
		if m.holds(c, kid) == wanted {
			return wanted
		}
		kid += size(program, kid)
	}
	return !wanted
}

// all says whether all leaves are present.
func (m *Matcher) all(leaves []uint32) bool {
	for _, id := range leaves {
		if !m.bits.has(id) {
			return false
		}
	}
	return true
}

// inRow says whether the leaves, which are present, stand at consecutive places in this order. It goes back along the places of the one
// that look names.
func (m *Matcher) inRow(leaves []uint32, look uint32) bool {
	ahead, n := look>>firstTerm, uint32(len(leaves))
	for at := m.last[leaves[ahead]]; at > ahead; at = m.before[at] {
		first := at - ahead
		if first+n > uint32(len(m.words)) || look&titleAlone != 0 && first+n > m.textStart {
			continue
		}
		if equal(m.words[first:first+n], leaves) {
			return true
		}
	}
	return false
}

func equal(a, b []uint32) bool {
	for i, x := range b {
		if a[i] != x {
			return false
		}
	}
	return true
}

// together says whether some window with one place of every leaf is at most width wide, the last place less the first, and within the
// title or the text.
func (m *Matcher) together(leaves []uint32, width, look uint32) bool {
	m.cursors = m.cursors[:0]
	for _, id := range leaves {
		m.cursors = append(m.cursors, m.last[id])
	}
	for {
		highest, low, high := 0, none, uint32(0)
		for i, at := range m.cursors {
			low = min(low, at)
			if at > high {
				highest, high = i, at
			}
		}
		switch {
		case high < m.textStart: // all in the title
			if high-low <= width {
				return true
			}
		case look&titleAlone == 0 && low >= m.textStart && high-low <= width:
			return true
		}
		next := m.before[high]
		if next == 0 {
			return false
		}
		m.cursors[highest] = next
	}
}
