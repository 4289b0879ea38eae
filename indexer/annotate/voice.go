package annotate

import (
	"maps"
	"slices"
	"strings"

	"rostrum/internal/registry"
	"rostrum/search/analysis"
)

// headBytes is how much of a text is read to tell who speaks: its letterhead and first paragraphs.
const headBytes = 2400

// head is a finder of the beginning of its text.
func (f *finder) head(bytes int) *finder {
	n, _ := slices.BinarySearchFunc(f.tokens, bytes+1, func(t analysis.Token, at int) int { return t.End - at })
	if n == len(f.tokens) {
		return f
	}
	for _, h := range f.heads {
		if len(h.tokens) == n {
			return h
		}
	}
	short := &finder{text: f.text, tokens: f.tokens[:n], words: f.words[:n], traits: f.traits, arabic: f.arabic, of: f}
	if f.stems != nil {
		short.stems = f.stems[:n]
	}
	f.heads = append(f.heads, short)
	return short
}

// What a voice must reach to be heard: so much, and so much more than the next one.
const (
	heard      = 2.0
	heardAlone = 1.2 // where no other state is named
	margin     = 1.2
	plain      = 3 // what one place must be worth in a text that is not in the manner of a speech

	voiceBytes     = 60_000 // of a text that are looked through where its head does not tell
	anywhere       = 3      // what a place is worth at least that counts wherever it stands
	heardAnywhere  = 4.0
	marginAnywhere = 2.0
	outright       = 2   // what a place is worth at least that says for whom the text speaks, rather than naming a state in passing
	heardOften     = 5.0 // by such places
	likely         = 0.8 // confidence from which the rest of the text is not asked whether it names the state
	fairShare      = 4   // the state that speaks is named a fourth as often as any other, or oftener
)

// spot is where the head of a text names somebody.
type spot struct {
	place
	weak    bool
	weighed bool
	worth   float64 // once it was weighed
}

// voice tells for whom the "I" or "we" of a text speaks, from what stands beside the names in its head: "on behalf of X", "my country, X",
// "X's full support". It prefers to say nothing: another country that is nearly as likely leaves it open. Where the head names nobody so, the
// whole of the text is asked, and only what says it outright counts.
func (b *builder) voice(text *finder) (claimed, bool) {
	f, whole := text.head(headBytes), text.head(voiceBytes)
	if !f.firstPerson() {
		return claimed{}, false
	}
	longer := len(whole.tokens) > len(f.tokens)
	heads := b.voices(f, 0)
	c, found := b.heard(f, heads, heard, margin)
	if found && longer && c.confidence < likely && !(b.foremost(whole, c.id) && heads[b.indexOf(c.id)].worth >= outright) {
		found = false
	}
	if !longer || !f.diplomatic() {
		return c, found
	}
	sure, told := b.heard(f, b.voices(whole, anywhere), heardAnywhere, marginAnywhere)
	switch {
	case found && told && sure.id != c.id && c.confidence < likely:
		return claimed{}, false
	case found || told && b.foremost(whole, sure.id):
		if !found {
			c = sure
		}
		return c, true
	}
	c, found = b.heard(f, b.voices(whole, outright), heardOften, marginAnywhere)
	return c, found && b.foremost(whole, c.id)
}

// indexOf gives the index of the actor of this id.
func (b *builder) indexOf(id string) int32 {
	i, _ := slices.BinarySearchFunc(b.annotator.actors, id, func(a registry.Actor, id string) int { return strings.Compare(a.ID, id) })
	return int32(i)
}

// foremost says whether a text names a state about as often as any other: who speaks for one does.
func (b *builder) foremost(f *finder, id string) bool {
	counts, most, own := make(map[int32]int), 0, 0
	for _, s := range b.spots(f) {
		if actor := &b.annotator.actors[s.owner]; actor.Kind == "state" {
			counts[s.owner]++
			most = max(most, counts[s.owner])
			if actor.ID == id {
				own++
			}
		}
	}
	return fairShare*own >= most
}

// ownVoice is how much speaks for one actor as the speaker, and the place that does most.
type ownVoice struct {
	score float64
	best  match
	worth float64
}

// voices weighs the places where a text names states, by actor. What is worth less than least, and not against it, is left out.
func (b *builder) voices(f *finder, least float64) map[int32]ownVoice {
	all := make(map[int32]ownVoice)
	spots := b.spots(f)
	for i := range spots {
		s := &spots[i]
		if b.annotator.actors[s.owner].Kind != "state" {
			continue
		}
		if !s.weighed {
			s.worth, s.weighed = f.weigh(s), true
		}
		worth := s.worth
		if listed(f, spots, i) && worth < 3 {
			worth /= 3
		}
		if worth < least && worth >= 0 {
			continue
		}
		v := all[s.owner]
		v.score += worth
		if worth > v.worth || v.best.end == 0 {
			v.best, v.worth = s.match, worth
		}
		all[s.owner] = v
	}
	return all
}

// heard gives the voice that is louder than the others by enough.
func (b *builder) heard(f *finder, voices map[int32]ownVoice, enough, ahead float64) (claimed, bool) {
	first, second, who := 0.0, 0.0, int32(-1)
	all := slices.Sorted(maps.Keys(voices))
	for _, owner := range all {
		switch score := voices[owner].score; {
		case score > first:
			first, second, who = score, first, owner
		case score > second:
			second = score
		}
	}
	if len(all) == 1 && enough == heard {
		enough = heardAlone
	}
	if who < 0 || voices[who].worth < plain && !f.diplomatic() || first < enough || first < second+ahead {
		return claimed{}, false
	}
	best := voices[who].best
	return claimed{id: b.annotator.actors[who].ID, rule: ruleVoice, in: inText, start: best.start, end: best.end, confidence: min(0.95, 0.6+first/20)}, true
}

// spots lists where a head names actors, by names and, where no name stands, by weak names, in order.
func (b *builder) spots(f *finder) []spot {
	if f.spied {
		return f.spots
	}
	strong, weak := f.all(b.annotator.written), f.all(b.annotator.weak)
	all := make([]spot, 0, len(strong)+len(weak))
	at := 0
	upTo := func(from int) {
		for ; at < len(strong) && strong[at].next <= from; at++ {
			if strong[at].owner != shared {
				all = append(all, spot{place: strong[at]})
			}
		}
	}
	for _, w := range weak {
		if w.owner == shared {
			continue
		}
		upTo(w.from)
		k := at
		for k < len(strong) && strong[k].owner == shared {
			k++
		}
		if k == len(strong) || strong[k].from >= w.next {
			all = append(all, spot{place: w, weak: true})
		}
	}
	upTo(len(f.tokens))
	f.spots, f.spied = all, true
	return all
}

// listed says whether a name is one of several in a row: "A, B and C".
func listed(f *finder, spots []spot, i int) bool {
	near := func(a, b spot) bool {
		if b.from-a.next > 2 || b.from < a.next {
			return false
		}
		gap := strings.TrimSpace(f.text[a.end:b.start])
		gap = strings.TrimSuffix(gap, " the")
		return gap == "," || gap == "and" || gap == ", and" || gap == "y" || gap == "et" || gap == "и"
	}
	return i > 0 && near(spots[i-1], spots[i]) || i+1 < len(spots) && near(spots[i], spots[i+1])
}

var firstPersons = setOf(`i my we our me us yo mi mis nosotros nuestro nuestra nuestros nuestras je mon ma mes nous notre nos я мы мой моя моей наш наша нашей мне меня нам нас honour honor privilege 我 我们 أنا نحن`)

// diplomatic says whether a text is in the manner of those who speak for states.
func (f *finder) diplomatic() bool { return f.any(ofManner) }

var manner = setOf(`assembly excellency excellencies delegation delegations honour session presidency chairman chairperson chair rostrum delegacion asamblea delegaciones sesion assemblee seance делегация делегации ассамблея ассамблеи сессии`)

func (f *finder) firstPerson() bool { return f.any(ofFirstPerson) }
