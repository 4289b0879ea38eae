package annotate

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// gap is what stands between a word and the one before it.
type gap uint16

const (
	gapStop gap = 1 << iota // the end of a sentence
	gapLine                 // the end of a paragraph
	gapComma
	gapColon
	gapSemicolon
	gapDash
	gapOpens  // a bracket
	gapShuts  // a bracket
	gapQuote  // a quotation mark
	gapSuffix // a possessive: 's
)

const (
	gapSentence = gapStop | gapLine
	gapClause   = gapSentence | gapComma | gapColon | gapSemicolon | gapDash | gapOpens | gapShuts | gapQuote
)

// word is a word of the text as sentences are read: with what stands before it, what it does, and who it names.
type word struct {
	start, end int32
	gap        gap
	length     uint8 // words of the phrase that begins here
	capital    bool
	han        bool
	class      class // of the phrase that begins here
	named      int32 // index in builder.named, from 1
	paragraph  int32
}

// view is the text as sentences are read.
type view struct {
	text  string
	words []word
	han   bool // of the text's language

	language string
}

// room is where the words of a text are kept while it is read.
type room struct {
	words   []word
	numbers []uint32
	marks   markScan
	uttered []uttered
	cues    []position
	asked   []position
}

// newView reads the words of a text into a room. It takes one pass.
func newView(into *room, f *finder, l *lexicon, named []match, language string) *view {
	v := &view{text: f.text, words: slices.Grow(into.words[:0], len(f.tokens)+1), han: language == "zh", language: language}
	numbers := slices.Grow(into.numbers[:0], len(f.tokens))
	end, next, paragraph := 0, 0, int32(0)
	for i := range f.tokens {
		t := &f.tokens[i]
		if i+1 < len(f.tokens) && f.tokens[i+1].Start == t.Start { // a symbol over its parts
			continue
		}
		w := word{start: int32(t.Start), end: int32(t.End)}
		w.capital, w.han = letterCase(f.text[t.Start:])
		if g := f.text[end:t.Start]; g != " " && g != "" {
			w.gap = gapOf(f.text, end, t.Start, !w.capital && !w.han && !isUncased(f.text[t.Start:]))
		}
		if len(v.words) == 0 {
			w.gap |= gapSentence
		}
		if w.gap&gapLine != 0 {
			paragraph++
		}
		w.paragraph = paragraph
		for next < len(named) && named[next].end <= t.Start {
			next++
		}
		if next < len(named) && named[next].start < t.End {
			w.named = int32(next + 1)
		}
		v.words, numbers = append(v.words, w), append(numbers, f.words[i])
		end = t.End
	}
	v.classify(l, numbers)
	into.words, into.numbers = v.words, numbers
	v.unfoldAccents(language)
	return v
}

// strongPast are the Spanish verbs whose past ends in "o" without an accent.
var strongPast = map[string]bool{"dijo": true, "sostuvo": true, "propuso": true, "opuso": true, "expuso": true, "hizo": true}

// unfoldAccents tells short words apart that are one when folded: the French "a" and "à", the Spanish "el" and "él", "si" and "sí",
// "rechazo" and "rechazó".
func (v *view) unfoldAccents(language string) {
	if language != "fr" && language != "es" {
		return
	}
	for i := range v.words {
		w := &v.words[i]
		raw := v.text[w.start:w.end]
		if language == "es" && w.length == 1 && strings.HasSuffix(raw, "o") && w.class&(says|saysFor|supporting|opposing|asking) != 0 && !strongPast[strings.ToLower(raw)] {
			w.class &^= says | saysFor | supporting | opposing | asking // "el rechazo", not "rechazó"
		}
		if language == "fr" && w.length == 1 && w.class&(participle|passive) != 0 && strings.HasSuffix(raw, "e") {
			w.class &^= participle | passive // "affirme", not "affirmé"
			continue
		}
		if w.length > 1 || w.end-w.start > 3 {
			continue
		}
		switch {
		case language == "fr" && (raw == "a" || raw == "A"):
			w.class &^= infinitive | link | adjunct
		case language == "fr" && (raw == "à" || raw == "À"):
			w.class &^= auxiliary | being
		case raw == "el" || raw == "El":
			w.class &^= pronoun
		case raw == "él" || raw == "Él":
			w.class &^= article
		case raw == "sí" || raw == "Sí":
			w.class &^= modal | maybe | whenIf
		}
	}
}

// letterCase says whether a word begins with a capital letter or is Han.
func letterCase(s string) (capital, han bool) {
	if c := s[0]; c < utf8.RuneSelf {
		return c >= 'A' && c <= 'Z', false
	}
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r), unicode.Is(unicode.Han, r)
}

func isUncased(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return !unicode.IsLower(r)
}

// gapOf tells what stands between two words. small is whether the next one is in small letters.
func gapOf(text string, from, to int, small bool) gap {
	var g gap
	between := text[from:to]
	lines, stop := 0, false
	for i, r := range between {
		switch r {
		case '\n':
			lines++
		case '.', '!', '?', '。', '！', '？', '؟', '…', '｡', '।':
			stop = stop || r != '.' || !abbreviates(text[:from+i]) || strings.ContainsRune(between[i:], '\n')
		case ',', '،', '，', '、':
			g |= gapComma
		case ':', '：':
			g |= gapColon
		case ';', '；', '؛':
			g |= gapSemicolon
		case '–', '—', '―', '|', '•', '─':
			g |= gapDash
		case '-':
			if strings.HasPrefix(between[i:], "- ") && i > 0 || strings.HasPrefix(between[i:], "--") {
				g |= gapDash
			}
		case '(', '[', '（', '【':
			g |= gapOpens
		case ')', ']', '）', '】':
			g |= gapShuts
		case '"', '“', '”', '„', '«', '»', '「', '」', '『', '』', '‘', '‚', '‹', '›', '＂', '《', '》':
			g |= gapQuote
		case '\'', '’':
			switch rest := between[i+utf8.RuneLen(r):]; {
			case rest == "s " || rest == "S " || strings.HasPrefix(rest, "s "), rest == " " && i == 0:
				g |= gapSuffix
			case len(between) > utf8.RuneLen(r):
				g |= gapQuote
			}
		}
	}
	if stop && !small {
		g |= gapStop
	}
	if lines > 1 || lines == 1 && (!small || g&gapClause != 0) {
		g |= gapLine
	}
	return g
}

// abbreviates says whether the point after a text belongs to an abbreviation: "Mr.", "J."
func abbreviates(before string) bool {
	last := before[strings.LastIndexAny(before[max(0, len(before)-12):], " \n(")+1+max(0, len(before)-12):]
	if n := utf8.RuneCountInString(last); n == 0 || n > 4 {
		return false
	}
	r, size := utf8.DecodeRuneInString(last)
	if !unicode.IsUpper(r) {
		return last == "г" || last == "vs" || last == "cf" || last == "art" || last == "para" || last == "им" || last == "د" || last == "أ"
	}
	if size == len(last) {
		return true
	}
	switch last {
	case "Mr", "Mrs", "Ms", "Dr", "St", "Sr", "Sra", "Dra", "Prof", "Gen", "Sen", "Rep", "Gov", "Hon", "Mme", "Mlle", "No", "Nos", "Art", "Lt", "Col", "Amb":
		return true
	}
	return false
}

// classify finds the phrases of a lexicon, the longest at each word.
func (v *view) classify(l *lexicon, numbers []uint32) {
	for i := range v.words {
		v.words[i].length = 1
		if l == nil || numbers[i] == 0 {
			continue
		}
		at := l.phrases.begin(numbers[i])
		for j := i; at != 0; {
			if n := &l.phrases.nodes[at]; n.ends {
				v.words[i].class, v.words[i].length = l.classes[n.owner], uint8(j-i+1)
			}
			if j++; j == len(v.words) || numbers[j] == 0 || v.words[j].gap&gapClause != 0 {
				break
			}
			at = l.phrases.step(at, numbers[j])
		}
	}
}
