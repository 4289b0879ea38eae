package indexer

import (
	"hash/maphash"
	"maps"
	"strings"
	"unicode"
	"unicode/utf8"

	"rostrum/internal/fold"
)

// A gist is what a text says, made for comparing: its sentences as a set, each folded to letters, digits and the signs that give
// numbers their meaning. Comparing gists is the definition of a revision:
//
//   - Case, accents, width, spaces, hyphens, quotation marks and other punctuation are none.
//   - Neither are paragraphs that are joined, split, moved or repeated.
//   - A line or sentence that is nothing but a timestamp, a counter or the words of a button is none (volatile.go).
//   - Any other word that comes, goes or changes makes another sentence, hence a revision: "should" for "shall" is what a reader
//     of such texts looks for, and so is a signatory's line.
//   - Numbers keep their points, so that 3.5 and 35 differ; but 1,000 and 1 000 are one, and so are 10-12 and 10–12.
type gist struct {
	whole     uint64 // of all sentences in order, so that other paragraphs or full stops make no difference
	sentences map[uint64]struct{}
}

// significant says whether two states of a title and text differ by at least a sentence, a number or a name. It takes time in
// proportion to the texts' length.
func significant(oldTitle, oldText, newTitle, newText string) bool {
	if oldTitle == newTitle && oldText == newText {
		return false
	}
	seed := maphash.MakeSeed()
	a, b := gistOf(seed, oldTitle, oldText), gistOf(seed, newTitle, newText)
	return a.whole != b.whole && !maps.Equal(a.sentences, b.sentences)
}

func gistOf(seed maphash.Seed, title, text string) gist {
	g := gist{sentences: make(map[uint64]struct{}, len(text)/100)}
	var whole maphash.Hash
	whole.SetSeed(seed)
	var bare []byte
	add := func(line string) {
		if line = fold.String(line); volatile(line) {
			return
		}
		for line != "" {
			var sentence string
			if sentence, line = cutSentence(line); volatile(sentence) {
				continue
			}
			if bare = appendBare(bare[:0], sentence); len(bare) > 0 {
				g.sentences[maphash.Bytes(seed, bare)] = struct{}{}
				_, _ = whole.Write(bare) // a hash takes everything
			}
		}
	}
	add(title)
	for line := range strings.SplitSeq(text, "\n") {
		add(line)
	}
	g.whole = whole.Sum64()
	return g
}

// cutSentence splits a line after its first sentence: after a mark that ends one and is not inside a word or number.
func cutSentence(line string) (sentence, rest string) {
	for i, r := range line {
		end := i + utf8.RuneLen(r)
		switch r {
		case '。', '！', '？', '؟', '।':
			return line[:end], line[end:]
		case '.', '!', '?', '…':
			if next, _ := utf8.DecodeRuneInString(line[end:]); end == len(line) || !unicode.IsLetter(next) && !unicode.IsDigit(next) && next != '.' {
				return line[:end], line[end:]
			}
		case utf8.RuneError:
			return line, "" // bytes that are no text: taken as one sentence
		}
	}
	return line, ""
}

// appendBare appends a folded sentence without what makes no difference.
func appendBare(dst []byte, sentence string) []byte {
	last := rune(0)
	for i, r := range sentence {
		switch {
		case unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r):
			dst = utf8.AppendRune(dst, r)
		case unicode.Is(unicode.Sc, r) || r == '%' || r == '‰' || r == '§':
			dst = utf8.AppendRune(dst, r)
		case unicode.IsDigit(last):
			dst = appendSeparator(dst, r, sentence[i+utf8.RuneLen(r):])
		}
		last = r
	}
	return dst
}

// appendSeparator appends a sign that stands between two digits, unless it only groups them by thousands.
func appendSeparator(dst []byte, sign rune, rest string) []byte {
	digits := 0
	for digits < len(rest) && rest[digits] >= '0' && rest[digits] <= '9' {
		digits++
	}
	switch {
	case digits == 0:
		return dst
	case sign == '.' || sign == ',':
		if digits == 3 {
			return dst
		}
		return append(dst, '.')
	case sign == '-' || sign == '–' || sign == '—' || sign == '‐' || sign == '‑' || sign == '−':
		return append(dst, '-')
	case sign == '/' || sign == ':':
		return append(dst, byte(sign))
	}
	return dst
}
