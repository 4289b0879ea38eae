package annotate

import (
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"rostrum/internal/statement"
)

const (
	maxQuotes = 2000    // of one statement
	reach     = 30      // words before a quote among which its verb is looked for
	nearby    = 12      // words between that verb and the quote
	shortest  = 3       // words of a quote; fewer only with a verb right beside it
	sentence  = 8       // words of what is taken for somebody's words without a verb
	maxClause = 120     // words of a sentence
	maxRoom   = 1 << 16 // words of a text whose room is used again
)

// speech finds the words of others and the wordings of positions in the text.
func (b *builder) speech(text *finder) {
	l := b.annotator.written.lexicons[b.words.Language]
	if l == nil || len(text.tokens) == 0 {
		return
	}
	into := l.rooms.Get().(*room)
	s := &speechFinder{builder: b, issuer: nobody, uttered: into.uttered, cues: into.cues, asked: into.asked}
	defer func() {
		if cap(into.words) <= maxRoom {
			into.marks.text, into.uttered, into.cues, into.asked = "", emptied(s.uttered), emptied(s.cues), emptied(s.asked)
			l.rooms.Put(into)
		}
	}()
	named := b.namedInOrder()
	s.listener = &listener{view: newView(into, text, l, named, b.words.Language), named: named, known: make(map[string]speaker), last: speaker{owner: nobody}}
	into.marks.scan(b.in.Text)
	b.found.Notes = append(b.found.Notes, into.marks.notes()...)
	s.marks = into.marks.found
	s.quotes()
	s.positions()
	s.report()
}

// namedInOrder gives where the text names actors, by weak names too.
func (b *builder) namedInOrder() []match {
	if len(b.hinted) == 0 {
		return b.named
	}
	all := slices.Concat(b.named, b.hinted)
	slices.SortStableFunc(all, func(x, y match) int { return x.start - y.start })
	return all
}

// uttered is a quote that was found. Positions are bytes.
type uttered struct {
	speaker
	from, to  int
	direct    bool
	cue       string
	rule      string
	sure      float64
	paragraph int32
}

// speechFinder finds the quotes and the positions of one text.
type speechFinder struct {
	*listener
	builder  *builder
	issuer   int32 // its index among the actors, once it was looked for
	marks    []marked
	uttered  []uttered
	chain    int32    // paragraph that ends in the words of who spoke last
	voice    speaker  // who spoke last within marks
	several  bool     // others have before
	lastMark int      // behind the last quote in marks that has a speaker, in bytes
	lastTold int      // behind what tells its speaker
	cut      int      // quotes over the bound
	prior    governor // of the last position, for what is coordinated with it
	cutCues  int
	cues     []position
	asked    []position // conditions, until what they are conditions of is known
}

// quotes finds them in the order of the text: at each verb of saying, and at each stretch within marks.
func (s *speechFinder) quotes() {
	mark := 0
	for i := 0; i < len(s.words); {
		for mark < len(s.marks) && s.marks[mark].start < int(s.words[i].end) {
			s.direct(s.marks[mark])
			mark++
		}
		w := &s.words[i]
		if w.class&(says|saysFor|accordingTo|praised|spurned) != 0 && !s.quoted(int(w.start)) {
			if w.class&(praised|spurned) != 0 {
				s.received(i)
			}
			s.indirect(i)
		}
		i += int(w.length)
	}
}

// quoted says whether a place lies within a quote that was found already, or in marks.
func (s *speechFinder) quoted(at int) bool {
	for k := len(s.uttered) - 1; k >= 0 && k >= len(s.uttered)-3; k-- {
		if u := &s.uttered[k]; at >= u.from && at < u.to {
			return true
		}
	}
	return s.markAt(at) != nil
}

// markAt gives the outer marks around a place, or nil.
func (s *speechFinder) markAt(at int) *marked {
	n := sort.Search(len(s.marks), func(n int) bool { return s.marks[n].start > at })
	for k := n - 1; k >= 0 && k >= n-maxOpen; k-- {
		if m := &s.marks[k]; !m.inner {
			if at < m.end {
				return m
			}
			return nil
		}
	}
	return nil
}

// wordFrom gives the first word that begins at or after a byte.
func (s *speechFinder) wordFrom(at int) int {
	return sort.Search(len(s.words), func(i int) bool { return int(s.words[i].start) >= at })
}

// direct enters what stands within marks, if it is somebody's words.
func (s *speechFinder) direct(m marked) {
	from, to := s.wordFrom(m.start), s.wordFrom(m.end)
	n := to - from
	if n == 0 || s.builder.inList(m.start) {
		return
	}
	text := s.text[m.start:m.end]
	who, cue, rule, strong := s.attribution(m, from, to)
	who = s.ofIssuer(who)
	told := who.told()
	switch {
	case who.refused, m.inner && (!strong || who.owner == nobody), m.unclosed && (!strong || !told), m.single && !told:
		return
	case s.han && n < 2*shortest && !strong, n < shortest && !strong, n < 2 && !told:
		return
	case !strong && (s.isTitle(from, to) || from > 0 && s.covered(from-1, titled)):
		return
	case !told && (!strong || n <= shortest) && (n < sentence || !s.isSentence(text, from) && !s.isParagraph(m, from, to) || s.isTitle(from, to)):
		return
	}
	u := uttered{speaker: who, from: m.start, to: m.end, direct: true, cue: cue, rule: rule, sure: 0.9, paragraph: s.words[from].paragraph}
	if !who.told() {
		u.rule, u.sure = "marks", 0.5
	} else {
		u.sure = who.confidence
	}
	if m.unclosed {
		u.sure, u.rule = min(u.sure, 0.6), u.rule+" unclosed"
	}
	s.enter(u)
	if who.told() && !m.inner {
		s.several = s.several || s.chain > 0 && (who.owner != s.voice.owner || who.owner == nobody && lastName(who.name) != lastName(s.voice.name))
		s.chain, s.voice = s.words[to-1].paragraph, who
		if s.lastMark = m.after; strings.HasPrefix(cue, "peut-on") || strings.HasPrefix(cue, "lit-on") { // what comes next is the text's own
			s.lastMark = 0
		}
		s.lastTold = max(m.after, who.end)
		if k := s.wordFrom(s.lastTold); who.rule != "split" && k < len(s.words) && s.words[k].class&(says|saysFor) != 0 && s.words[k].gap&gapSentence == 0 {
			s.lastTold = int(s.words[k+int(s.words[k].length)-1].end)
		}
		s.note(who, to)
	}
}

// isTitle says whether words are written as titles are: most with a capital, and no end of a sentence.
func (s *speechFinder) isTitle(from, to int) bool {
	if s.han || s.arabic(from) {
		return false
	}
	capital, small := 0, 0
	for i := from; i < to && i < from+20; i++ {
		switch w := &s.words[i]; {
		case w.capital:
			capital++
		case int(w.end-w.start) > 3 && !s.has(i, link|article|clause):
			small++
		}
	}
	return capital > 1 && capital > 2*small
}

// isParagraph says whether words in marks are a paragraph of their own.
func (s *speechFinder) isParagraph(m marked, from, to int) bool {
	return !m.inner && !m.unclosed && s.words[from].gap&gapLine != 0 && (to == len(s.words) || s.words[to].gap&gapLine != 0) && (s.words[from].capital || s.han || s.arabic(from))
}

// isSentence says whether words in marks are one or more whole sentences.
func (s *speechFinder) isSentence(text string, from int) bool {
	last, _ := utf8.DecodeLastRuneInString(text)
	return (s.words[from].capital || s.han || s.arabic(from)) && strings.ContainsRune(".!?。！？؟…,،，", last)
}

// quotes gives the actor of a quote its role, with the words that tell who speaks.
func (b *builder) quotes(u *uttered) {
	actor := &b.annotator.actors[u.owner]
	b.found.Actors = append(b.found.Actors, statement.Actor{ID: actor.ID, Name: actor.Name, Role: statement.Quoted})
	b.found.Evidence = append(b.found.Evidence, statement.Evidence{
		Finding: "actor", ID: actor.ID, Role: statement.Quoted, In: inText, Start: u.start, End: u.end, Rule: u.speaker.rule, Confidence: u.sure,
	})
}
