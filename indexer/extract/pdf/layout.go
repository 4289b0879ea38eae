package pdf

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// paragraphs joins lines to paragraphs, over columns and pages where a sentence goes on.
func paragraphs(pages []page) []Paragraph {
	w := writer{words: wordsOf(pages)}
	for _, p := range pages {
		lines := inOrder(p.lines)
		m := marginsOf(lines)
		for _, r := range runs(lines) {
			w.run(r, p.number, m.right-m.left)
		}
	}
	return w.out
}

// writer writes paragraphs.
type writer struct {
	out    []Paragraph
	at     int             // the paragraph that was written to last: footnotes may stand after it
	broken bool            // it ends within a word
	words  map[string]bool // of the document, in lower case: they tell which hyphens are real
}

// run writes the paragraphs of one run of lines, on a page whose text is as wide as this.
func (w *writer) run(r []line, number int, width float64) {
	begins := parted(r, width)
	for i, l := range r {
		on := i > 0 && !begins[i]
		if i == 0 {
			if at := w.before(l, number); at >= 0 {
				w.at, on = at, true
			}
		}
		if on {
			w.append(l.text)
		} else {
			w.at = len(w.out)
			w.out = append(w.out, Paragraph{Text: l.text, Page: number, Size: l.size})
		}
		w.broken = l.broken
	}
}

// maxNotes is how many paragraphs of footnotes are looked past for a sentence that goes on.
const maxNotes = 30

// before gives the paragraph that a run's first line goes on with, past the footnotes of the page before; -1 if it begins a new one.
func (w *writer) before(l line, number int) int {
	if w.broken {
		return w.at
	}
	for i := len(w.out) - 1; i >= max(0, len(w.out)-maxNotes); i-- {
		p := &w.out[i]
		switch {
		case p.Page < number-1, p.Size > l.size && !sameSize(p.Size, l.size):
			return -1
		case sameSize(p.Size, l.size):
			if lower(l.text) && !finished(p.Text) {
				return i
			}
			return -1
		}
	}
	return -1
}

// finished says whether a text ends where a sentence does.
func finished(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(strings.TrimRight(s, "\"'”’»)]0123456789 "))
	return strings.ContainsRune(".!?:;…。！？；：؟۔", r)
}

// append writes a line on in the paragraph that was written to last.
func (w *writer) append(text string) {
	p := &w.out[w.at]
	last, _ := utf8.DecodeLastRuneInString(p.Text)
	first, _ := utf8.DecodeRuneInString(text)
	switch {
	case w.broken:
		p.Text = w.unbroken(p.Text, text)
	case last == '-' && (unicode.IsLower(first) || unicode.IsDigit(first)) && len(p.Text) > 1 && p.Text[len(p.Text)-2] != ' ':
		p.Text = w.unbroken(p.Text[:len(p.Text)-1], text)
	case wide(last) && wide(first):
		p.Text += text
	default:
		p.Text += " " + text
	}
}

// unbroken joins two parts of a word. The hyphen between them stays where the document has the word with one and not without, or both
// parts as words of their own.
func (w *writer) unbroken(before, after string) string {
	head := before[strings.LastIndexByte(before, ' ')+1:]
	tail, _, _ := strings.Cut(after, " ")
	whole, hyphened := word(head+tail), word(head+"-"+tail)
	first, _ := utf8.DecodeRuneInString(tail)
	compound := w.words[hyphened] || w.words[word(head)] && w.words[word(tail)] || !unicode.IsLower(first) || strings.Contains(head, "-")
	if compound && !w.words[whole] {
		return before + "-" + after
	}
	return before + after
}

// wide says whether a script writes no spaces between words.
func wide(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || strings.ContainsRune("，。、；：！？（）《》「」“”", r)
}

// wordsOf gathers the words that stand within lines, where no hyphen can be one of a line's end.
func wordsOf(pages []page) map[string]bool {
	words := make(map[string]bool)
	for _, p := range pages {
		for _, l := range p.lines {
			fields := strings.Fields(l.text)
			for _, f := range fields[:max(0, len(fields)-1)] {
				words[word(f)] = true
			}
		}
	}
	return words
}

func word(s string) string {
	return strings.ToLower(strings.TrimFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }))
}

// runs cuts lines where the text goes to another place of the page or to letters of another size.
func runs(lines []line) [][]line {
	var out [][]line
	start := 0
	for i := 1; i <= len(lines); i++ {
		if i == len(lines) || !follows(lines[i-1], lines[i]) {
			out = append(out, lines[start:i])
			start = i
		}
	}
	return out
}

// follows says whether a line stands right below another, in the same letters.
func follows(a, b line) bool {
	drop := a.bottom - b.bottom
	return drop > 0 && drop < 2.2*max(a.size, b.size) && b.left < a.right && b.right > a.left && sameSize(a.size, b.size)
}

func sameSize(a, b float64) bool { return math.Abs(a-b) <= 0.12*max(a, b) }

// parted says for each line of a run whether a new paragraph begins with it: after a wider gap, with an indent, with the mark of an item,
// because its first word would have found room in the line before, or because it stands among lines that all do so: a list.
func parted(r []line, width float64) []bool {
	form := formed(r, width)
	ended, begins := make([]bool, len(r)), make([]bool, len(r))
	usual, m := pitch(r), marginsOf(r)
	for i := 1; i < len(r); i++ {
		ended[i] = m.roomy(r[i-1], r[i])
	}
	for i := 1; i < len(r); i++ {
		a, b := r[i-1], r[i]
		mark, sure := item(b.text)
		hanging, _ := item(a.text)
		switch {
		case a.broken:
		case a.bottom-b.bottom > 1.3*usual, ended[i], form && !lower(b.text), !lower(b.text) && listed(ended, i):
			begins[i] = true
		case mark:
			begins[i] = sure || finished(a.text) || b.left > a.left+a.size/2
		default:
			begins[i] = !hanging && b.left > a.left+0.8*a.size && finished(a.text)
		}
	}
	return begins
}

// formed says whether lines are the box of an official document: narrow for the page, with a label or a symbol. Each is a line by itself.
func formed(r []line, width float64) bool {
	const share = 0.4
	m := marginsOf(r)
	return m.right-m.left < share*width && slices.ContainsFunc(r, func(l line) bool { return labelled.MatchString(l.text) || symbol.FindString(l.text) == l.text })
}

// listed says whether the breaks around one were all meant.
func listed(ended []bool, at int) bool {
	meant, all := 0, 0
	for i := max(1, at-2); i <= min(len(ended)-1, at+2); i++ {
		if i != at {
			all++
			if ended[i] {
				meant++
			}
		}
	}
	return all >= 3 && meant == all
}

func lower(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLower(r)
}

// pitch is the usual distance between the lines of a run.
func pitch(r []line) float64 {
	drops := make([]float64, 0, len(r))
	for i := 1; i < len(r); i++ {
		drops = append(drops, r[i-1].bottom-r[i].bottom)
	}
	slices.Sort(drops)
	switch {
	case len(drops) == 0:
		return r[0].size
	case len(drops) < 3:
		return max(drops[0], r[0].size)
	}
	return drops[len(drops)/2]
}

// margins are how far the lines of a run reach.
type margins struct{ left, right float64 }

func marginsOf(r []line) margins {
	m := margins{math.Inf(1), math.Inf(-1)}
	for _, l := range r {
		m.left, m.right = min(m.left, l.left), max(m.right, l.right)
	}
	return m
}

// roomy says whether the first word of b would have fitted into a, the line before, so that the break there was meant.
func (m margins) roomy(a, b line) bool {
	first, _, _ := strings.Cut(b.text, " ")
	share := float64(utf8.RuneCountInString(first)) / float64(max(1, utf8.RuneCountInString(b.text)))
	need := share*(b.right-b.left) + 0.6*a.size
	switch r, _ := utf8.DecodeRuneInString(b.text); {
	case isRight(r):
		return a.left-m.left > need
	case wide(r):
		need = 1.5 * a.size
	}
	return m.right-a.right > need
}

// item says whether a line begins with the mark of a list, and whether that can be nothing else.
func item(s string) (mark, sure bool) {
	first, rest, found := strings.Cut(s, " ")
	if !found || rest == "" {
		return false, false
	}
	r, _ := utf8.DecodeRuneInString(first)
	if strings.ContainsRune("•◦▪●○■□·–—‣➢✓*", r) && utf8.RuneCountInString(first) == 1 || first == "-" || r >= '\ue000' && r <= '\uf8ff' {
		return true, true
	}
	last, _ := utf8.DecodeLastRuneInString(first)
	inner := strings.Trim(first, "().")
	if len(first) > 6 || inner == "" || last != '.' && last != ')' {
		return false, false
	}
	digits := strings.Trim(inner, "0123456789.") == ""
	roman := strings.Trim(strings.ToLower(inner), "ivxlc") == ""
	return digits || roman || utf8.RuneCountInString(inner) == 1, first[0] == '(' && last == ')'
}
