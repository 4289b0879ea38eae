package indexer

import (
	"hash/fnv"
	"log/slog"
	"math"
	"slices"
	"strings"
	"sync"

	"rostrum/indexer/extract"
	"rostrum/internal/fold"
)

// What stands on wellKnown pages of a source is boilerplate. A source's memory is bounded: of blocks that stand on fewer pages the latest
// maxYoung are remembered, fewer where there are many sources, and at most maxKnown are boilerplate.
const (
	wellKnown = 5
	maxYoung  = 1000
	minYoung  = 100
	allYoung  = 200_000
	maxKnown  = 500
)

// Shares of a text, in bytes, that never go: its beginning, and all but this much of it.
const (
	neverBefore = 0.3
	neverMore   = 0.3
)

// verdict is what is known of a block.
type verdict byte

const (
	young       verdict = '+' // it stands on a few pages
	boilerplate verdict = '!'
	label       verdict = '#' // boilerplate that goes with the line below it
	said        verdict = '=' // it says something, on however many pages
)

// block is a line that stood on pages of a source; carriers are the statements of these pages while it is young.
type block struct {
	verdict  verdict
	since    int // the place from which the verdict counts
	carriers []string
}

// sourceBlocks are those of one source.
type sourceBlocks struct {
	blocks map[uint64]*block
	queue  []uint64 // the young ones, in the order of their first page; some of them young no more
	young  int
	known  int
}

// repeats knows which lines stand on many pages of a source. It depends on nothing but the captures of an index in their order, so that a
// rebuild knows the same at the same place. A nil one knows nothing.
type repeats struct {
	log *slog.Logger

	mu      sync.Mutex
	file    string // where it is kept; empty for one that is not
	sources map[string]*sourceBlocks
	place   int             // how many pages were seen since the memory was opened
	seen    map[string]int  // the places of captures whose write is not done yet
	fresh   []byte          // of the file, not written yet
	due     []carrier       // to be trimmed with the next write; of whoever writes to the index
	told    map[string]bool // sources whose bounds were hit
}

// blockKey is a line as it is remembered: case, accents and punctuation make no other one. 0 is none.
func blockKey(line string) uint64 {
	bare := appendBare(nil, fold.String(line))
	if len(bare) == 0 {
		return 0
	}
	h := fnv.New64a()
	_, _ = h.Write(bare) // a hash takes everything
	return h.Sum64()
}

// learn takes the loose lines of a capture's page. It gives the place of the page among all, and the statements whose texts hold what is
// boilerplate from there on. judge says of such a line whether it says something. What comes again after its write failed has its place.
func (m *repeats) learn(capture, source, statement string, page *extract.Page, judge func(line string) bool) (place int, carriers []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if place, again := m.seen[capture]; again {
		return place, nil
	}
	m.place++
	m.seen[capture] = m.place
	lines := strings.Split(page.Text, "\n")
	for _, l := range page.Loose {
		if l.Line >= len(lines) {
			continue // the text was cut
		}
		key := blockKey(lines[l.Line])
		if key == 0 || !m.carry(source, key, statement) {
			continue
		}
		b := m.sources[source].blocks[key]
		if len(b.carriers) < wellKnown {
			continue
		}
		found := boilerplate
		if l.Label {
			found = label
		} else if judge(lines[l.Line]) {
			found = said
		}
		for _, c := range b.carriers {
			if found != said && c != statement && !slices.Contains(carriers, c) {
				carriers = append(carriers, c)
			}
		}
		m.settle(source, key, found)
	}
	return m.place, carriers
}

// carry notes that a statement carries a block, and says whether that is news of a young one.
func (m *repeats) carry(source string, key uint64, statement string) bool {
	s := m.sources[source]
	if s == nil {
		s = &sourceBlocks{blocks: make(map[uint64]*block)}
		m.sources[source] = s
	}
	b := s.blocks[key]
	if b == nil {
		b = &block{verdict: young}
		s.blocks[key] = b
		s.queue = append(s.queue, key)
		s.young++
		m.forgetOldest(source, s)
	}
	if b.verdict != young || slices.Contains(b.carriers, statement) {
		return false
	}
	b.carriers = append(b.carriers, statement)
	m.note(young, source, key, statement)
	return true
}

// forgetOldest keeps a source's young blocks to their bound.
func (m *repeats) forgetOldest(source string, s *sourceBlocks) {
	bound := max(minYoung, min(maxYoung, allYoung/len(m.sources)))
	for s.young > bound {
		key := s.queue[0]
		s.queue = s.queue[1:]
		if b := s.blocks[key]; b != nil && b.verdict == young {
			delete(s.blocks, key)
			s.young--
			m.tell(source, "the source has more different lines beside its texts than are remembered: the oldest that stood on few pages are forgotten", bound)
		}
	}
}

// settle ends the youth of a block.
func (m *repeats) settle(source string, key uint64, found verdict) {
	s := m.sources[source]
	if s.known >= maxKnown {
		found = said
		m.tell(source, "the source has more lines that repeat than are remembered: further ones stay in its texts", maxKnown)
	}
	b := s.blocks[key]
	b.verdict, b.since, b.carriers = found, m.place, nil
	s.young--
	if found != said {
		s.known++
	}
	m.note(found, source, key, "")
}

func (m *repeats) tell(source, what string, bound int) {
	if m.log == nil || m.told[source+what] {
		return
	}
	m.told[source+what] = true
	m.log.Info("a bound of what is remembered of a source was hit", "source", source, "what", what, "bound", bound)
}

// knows says whether there is boilerplate of any of these sources.
func (m *repeats) knows(sources ...string) bool {
	if m == nil {
		return false
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.ContainsFunc(sources, func(source string) bool { s := m.sources[source]; return s != nil && s.known > 0 })
}

// now is a place after all.
const now = math.MaxInt

// verdicts gives what is known of lines at a place; young where nothing is.
func (m *repeats) verdicts(source string, lines []string, place int) []verdict {
	m.mu.Lock()
	defer m.mu.Unlock()
	found := make([]verdict, len(lines))
	for i, l := range lines {
		found[i] = young
		if b := m.sources[source].blocks[blockKey(l)]; b != nil && b.since <= place {
			found[i] = b.verdict
		}
	}
	return found
}

// trim gives a text without what is boilerplate of its source at a place. The beginning of a text stays, and most of it: where more would go, what
// stands last goes. A label goes with what it heads. A text that was trimmed stays as it is.
func (m *repeats) trim(source, text string, place int) string {
	if !m.knows(source) {
		return text
	}
	lines := strings.Split(text, "\n")
	known := m.verdicts(source, lines, place)
	end, left := len(text), int(neverMore*float64(len(text)))
	var kept []string
	below := false // whether the line below went
	for i, l := range slices.Backward(lines) {
		begin := end - len(l)
		goes := known[i] == boilerplate || known[i] == label && below
		if below = goes && float64(begin) >= neverBefore*float64(len(text)) && len(l) <= left; below {
			left -= len(l)
		} else {
			kept = append(kept, l)
		}
		end = begin - 1
	}
	slices.Reverse(kept)
	return strings.Join(kept, "\n")
}

// without gives a text without any line that is boilerplate of one of these sources at a place, wherever it stands in it: what of a text counts when two
// are compared.
func (m *repeats) without(text string, place int, sources ...string) string {
	for _, source := range sources {
		if !m.knows(source) {
			continue
		}
		lines := strings.Split(text, "\n")
		known := m.verdicts(source, lines, place)
		kept := lines[:0]
		for i, l := range lines {
			if known[i] != boilerplate && known[i] != label {
				kept = append(kept, l)
			}
		}
		text = strings.Join(kept, "\n")
	}
	return text
}
