package percolate

// run says whether the instruction at pc matches what is present.
func (m *Matcher) run(pc uint32) bool {
	program := m.set.program
	w := program[pc]
	n := w >> opBits
	switch w & opMask {
	case opHas:
		return m.stamps[program[pc+1]] == m.generation
	case opPhrase:
		terms := program[pc+1 : pc+1+n]
		return m.all(terms) && m.inRow(terms, program[pc+1+n])
	case opNear:
		terms := program[pc+2 : pc+2+n]
		return m.all(terms) && m.together(terms, n-1+program[pc+1], program[pc+2+n])
	case opPeriod:
		p := &m.set.periods[program[pc+1]]
		return m.timed && !m.time.Before(p.From) && (p.To.IsZero() || m.time.Before(p.To))
	case opNot:
		return !m.run(pc + 2)
	}
	wanted := w&opMask == opOr
	kid := pc + 2
	for range n {
		if program[kid] == opHas { // most kids: no call
			if (m.stamps[program[kid+1]] == m.generation) == wanted {
				return wanted
			}
			kid += 2
			continue
		}
		if m.run(kid) == wanted {
			return wanted
		}
		kid += size(program, kid)
	}
	return !wanted
}

// all says whether all leaves are present.
func (m *Matcher) all(leaves []uint32) bool {
	for _, id := range leaves {
		if m.stamps[id] != m.generation {
			return false
		}
	}
	return true
}

// start puts a cursor on the first place of each standing leaf. They are present.
func (m *Matcher) start(leaves []uint32) {
	m.cursors = m.cursors[:0]
	for _, id := range leaves {
		m.cursors = append(m.cursors, m.chains[id].head)
	}
}

// inRow says whether the leaves stand at consecutive positions in this order. Each chain is gone along once.
func (m *Matcher) inRow(leaves []uint32, look uint32) bool {
	m.start(leaves)
	for {
		first := m.places[m.cursors[0]-1]
		if look == titleAlone && first.position > m.textStart {
			return false
		}
		i := 1
		for i < len(leaves) {
			at := m.advance(i, first.position+uint32(i))
			if at == 0 {
				return false
			}
			if at != first.position+uint32(i) {
				break
			}
			i++
		}
		if i == len(leaves) {
			return true
		}
		if m.cursors[0] = first.next; first.next == 0 {
			return false
		}
	}
}

// advance moves cursor i to the first place at or after a position and gives its position; 0 past the last one.
func (m *Matcher) advance(i int, position uint32) uint32 {
	at := m.cursors[i]
	for at != 0 && m.places[at-1].position < position {
		at = m.places[at-1].next
	}
	if at == 0 {
		return 0
	}
	m.cursors[i] = at
	return m.places[at-1].position
}

// together says whether some window with one place of every leaf is at most width wide, the last position less the first.
func (m *Matcher) together(leaves []uint32, width, look uint32) bool {
	m.start(leaves)
	for {
		lowest, low, high := 0, ^uint32(0), uint32(0)
		for i, at := range m.cursors {
			position := m.places[at-1].position
			high = max(high, position)
			if position < low {
				lowest, low = i, position
			}
		}
		switch {
		case look == titleAlone && high > m.textStart:
			return false
		case high-low <= width:
			return true
		}
		next := m.places[m.cursors[lowest]-1].next
		if next == 0 {
			return false
		}
		m.cursors[lowest] = next
	}
}
