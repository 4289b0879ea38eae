package extract

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"rostrum/internal/fold"
)

// visible reads the date that a reader sees, from the surest place to the least sure; each counts only if all its dates name one day.
//
//   - the time elements of the page's main part
//   - the lines about the title: the one that is nothing but a date, else the one that has one
//   - the dateline with which the text begins: "Tolven, 29 July 2024 –"
//   - lines that say when the page was published, or whose class says so, wherever they stand
//   - what is nothing but a date amid a line, and whose class says that it is the page's
//   - a line of the main part that is nothing but a date, as letters end
//   - the time elements outside of the main part
//   - the page's own entry in a list of pages
//
// Lines of a list, each with its day, tell of other pages.
func (d dating) visible() (time.Time, bool) {
	d.listed = listedDays(d.lines)
	for _, look := range []func() []time.Time{
		func() []time.Time {
			return d.timeElements(func(n *html.Node) bool { return withinMain(n) && !elsewhere(n) })
		},
		func() []time.Time { return d.timeElements(withinMain) },
		func() []time.Time { return d.days(d.top, dateAlone) },
		func() []time.Time { return d.days(d.top, nil) },
		d.datelines,
		func() []time.Time {
			return d.lineDays(func(l line) bool { return saysPublished(l.text) && !elsewhere(l.block) })
		},
		func() []time.Time {
			return d.lineDays(func(l line) bool { return markedDate(l.block) && !elsewhere(l.block) })
		},
		d.markedWords,
		func() []time.Time {
			return d.lineDays(d.endsText)
		},
		func() []time.Time { return d.timeElements(func(n *html.Node) bool { return !elsewhere(n) }) },
		func() []time.Time { return d.lineDays(d.ownEntry) },
	} {
		if found := look(); len(found) == 1 {
			return found[0], true
		}
	}
	return time.Time{}, false
}

// listing is how many blocks of one kind have different days where they are the entries of a list.
const listing = 4

// listedDays gives the short lines with a date whose kind of block has many others.
func listedDays(lines []line) map[string]bool {
	type kind struct{ tag, class string }
	texts, days := make(map[kind][]string), make(map[kind]map[time.Time]bool)
	for _, l := range lines {
		if utf8.RuneCountInString(l.text) > maxDateline || !strings.ContainsFunc(l.text, isDigit) {
			continue
		}
		k := kind{l.block.Data, attr(l.block, "class")}
		for _, t := range datesIn(l.text) {
			if days[k] == nil {
				days[k] = make(map[time.Time]bool)
			}
			days[k][t] = true
			texts[k] = append(texts[k], l.text)
		}
	}
	listed := make(map[string]bool)
	for k := range days {
		for _, text := range texts[k] {
			listed[text] = listed[text] || len(days[k]) >= listing
		}
	}
	return listed
}

// days gives the distinct days that lines name, of those that a condition admits.
func (d dating) days(lines []string, admits func(string) bool) []time.Time {
	var found []time.Time
	for _, l := range lines {
		if admits != nil && !admits(l) || d.listed[l] || strings.HasSuffix(l, ":") { // a colon at the end introduces what somebody said then
			continue
		}
		l = beforeUpdate(l)
		for _, t := range append(datesIn(l), shortYear(l)...) {
			if d.plausible(t) && !slices.ContainsFunc(found, t.Equal) {
				found = append(found, t)
			}
		}
	}
	return found
}

// lineDays does so for the lines of the whole page.
func (d dating) lineDays(admits func(line) bool) []time.Time {
	var texts []string
	for _, l := range d.lines {
		if utf8.RuneCountInString(l.text) <= maxDateline && strings.ContainsFunc(l.text, isDigit) && admits(l) {
			texts = append(texts, l.text)
		}
	}
	return d.days(texts, nil)
}

// maxDateline is how many characters a line has at most that tells the date of the page.
const maxDateline = 140

// timeElements gives the days of time elements that a condition admits, without those that say when the page was changed.
func (d dating) timeElements(admits func(*html.Node) bool) []time.Time {
	var found []time.Time
	for _, n := range d.facts.times {
		if n.DataAtom != atom.Time || !admits(n) || strings.Contains(strings.ToLower(attr(n, "class")), "updat") || hasWord(attr(n, "itemprop"), "dateModified") {
			continue
		}
		if tellsOfUpdate(n.Parent) || tellsOfUpdate(n.Parent.Parent) {
			continue
		}
		t, ok := d.timeOf(n)
		if ok && !slices.ContainsFunc(found, func(f time.Time) bool { return f.Format(time.DateOnly) == t.Format(time.DateOnly) }) {
			found = append(found, t)
		}
	}
	return found
}

// tellsOfUpdate says whether what is around a date says that it is of a change.
func tellsOfUpdate(n *html.Node) bool {
	if n == nil {
		return false
	}
	around := clean(textOf(n))
	return len(around) <= maxDateline && holdsAny(around, updating) && !saysPublished(around)
}

// announces is how many bytes of a line are looked at for what announces a date.
const announces = 32

// Bounds of a dateline: how many lines of the text may begin with one, and how many characters stand before the end of its date.
const (
	openings   = 5
	beforeEnds = 70
)

// datelines gives the days with which the first lines of the text begin.
func (d dating) datelines() []time.Time {
	var begins []string
	for _, l := range slices.Concat(d.above, d.text[:min(len(d.text), openings)]) {
		begin := cutAtRune(l, beforeEnds)
		if begin == l && strings.Contains(l, ", ") && endsWithDate(l) {
			begins = append(begins, l)
			continue
		}
		for _, mark := range []string{") ", " – ", " — ", " - ", " | ", ": ", "／", "（", "】", "讯"} {
			i := strings.Index(begin, mark)
			if i > 0 && len(datesIn(begin[:i])) == 1 && len(datesIn(begin)) == 1 && !strings.ContainsFunc(begin[i:min(len(begin), i+len(mark)+1)], isDigit) { // else from one day to another
				begins = append(begins, begin[:i])
				break
			}
		}
	}
	return d.days(begins, nil)
}

// endsWithDate says whether the last words of a line are its only date.
func endsWithDate(l string) bool {
	words := strings.Fields(l)
	return len(datesIn(l)) == 1 && len(datesIn(strings.Join(words[max(0, len(words)-5):], " "))) == 1 && strings.ContainsFunc(words[len(words)-1], isDigit)
}

// publishing and updating are words beside a date, folded, that say which date it is.
var (
	publishing = foldedLines(`
published|publication|posted|released|issued|date:|written by|written on|publicado|publicada|publicacion|fecha:|publie|publiee|parution|date :|mis en ligne|publiziert|veroffentlicht|veroffentlichung|erschienen
geschrieben|datum:|pressemitteilung vom|meldung vom|pubblicato|pubblicazione|notizia del|publicado em|data:|опубликовано|опубликована|дата публикации|дата:|نشر|تاريخ النشر|التاريخ|发布|發布|发表|發表|日期|质问日时|公開日|opublikowano|gepubliceerd
`)
	updating = foldedLines(`
updat|modified|joined|member since|last change|revised|reviewed|accessed|retrieved|event date|deadline|actualizado|actualizada|actualizacion|modificado|modificacion|mis a jour|mise a jour|modifie|letzte anderung|geandert|aktualisiert|aktualisierung|aggiornato|ultima modifica
обновлено|изменено|обновление|تحديث|تعديل|更新|修改|copyright|©|(c)
`)
)

// beforeUpdate cuts a line before the words that say when something else was done than publishing.
func beforeUpdate(s string) string {
	s = fold.String(s)
	for _, u := range updating {
		if i := strings.Index(s, u); i >= 0 {
			s = s[:i]
		}
	}
	return s
}

// saysPublished says whether a line begins with a word that announces its date; amid a sentence it would be about something else.
func saysPublished(s string) bool {
	begin := fold.String(cutAtRune(s, announces))
	return slices.ContainsFunc(publishing, func(p string) bool { return strings.Contains(begin, p) })
}

// endsText says whether a line of the page's main part is nothing but a date.
func (d dating) endsText(l line) bool {
	return dateAlone(l.text) && (!d.facts.hasMain || withinMain(l.block)) && !elsewhere(l.block)
}

// dateNames are the words by which themes mark the date of a page.
var dateNames = wordSet("date datum fecha published publish pubdate posted created postdate dateline submitted entrydate articledate postmeta meta metadata byline")

// markedDate says whether a block, or the one that holds it, is marked as a date.
func markedDate(n *html.Node) bool {
	for range 2 {
		if n == nil || n.DataAtom == atom.Body {
			return false
		}
		for name := range strings.FieldsSeq(strings.ToLower(attr(n, "class"))) {
			words := strings.FieldsFunc(name, func(r rune) bool { return r < 'a' || r > 'z' })
			if len(words) <= longName && slices.ContainsFunc(words, func(w string) bool { return dateNames[w] }) {
				return true
			}
		}
		n = n.Parent
	}
	return false
}

// markedWords gives the days of elements within lines that are marked as a date and hold nothing else.
func (d dating) markedWords() []time.Time {
	var texts []string
	for _, n := range d.facts.dates {
		if text := clean(textOf(n)); dateAlone(text) && !elsewhere(n) && !tellsOfUpdate(n.Parent) && !tellsOfUpdate(n.Parent.Parent) {
			texts = append(texts, text)
		}
	}
	return d.days(texts, nil)
}

// outsiders are words in the class or id of what tells of other pages, or of what readers added.
var outsiders = wordSet("comment comments commentlist reply replies related recent teaser teasers widget sidebar menu nav navigation latest similar events event calendar archive hours schedule weather views")

// elsewhere says whether a node belongs to another page, or to what readers added to this one.
func elsewhere(n *html.Node) bool {
	for ; n != nil && n.DataAtom != atom.Body; n = n.Parent {
		switch n.DataAtom {
		case atom.Nav, atom.Dialog, atom.Form:
			return true
		case atom.A:
			if len(textOf(n)) > maxByline { // a shorter one links the date to the page itself
				return true
			}
		case atom.Footer:
			if !withinArticle(n) {
				return true
			}
		}
		for name := range strings.FieldsSeq(strings.ToLower(attr(n, "class") + " " + attr(n, "id"))) {
			words := strings.FieldsFunc(name, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
			if len(words) <= longName && slices.ContainsFunc(words, func(w string) bool { return outsiders[w] }) && !slices.ContainsFunc(words, func(w string) bool { return states[w] }) {
				return !holdsHeadline(n)
			}
		}
	}
	return false
}

// holdsHeadline says whether a block has a headline of the first rank: themes call the head of a page a teaser as well.
func holdsHeadline(n *html.Node) bool {
	for c := range n.Descendants() {
		if c.DataAtom == atom.H1 {
			return true
		}
	}
	return false
}

func withinArticle(n *html.Node) bool {
	for p := range n.Ancestors() {
		if p.DataAtom == atom.Article {
			return true
		}
	}
	return false
}

// ownEntry says whether a line is the page's own entry in a list: its title and a date.
func (d dating) ownEntry(l line) bool {
	title := letters(d.title)
	return len(title) >= 20 && strings.HasPrefix(letters(l.text), title)
}

// dayMonthShort is a date whose year has two digits, as it is written with full stops: day first. A mark follows it or nothing, else it might be the number of a heading.
var dayMonthShort = regexp.MustCompile(`(?:^|[^\d.])(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{2})\s*(?:$|[/|,–-])`)

// shortYear reads such dates of a short line. They are years of this century.
func shortYear(s string) []time.Time {
	if utf8.RuneCountInString(s) > maxByline {
		return nil
	}
	var found []time.Time
	for _, m := range dayMonthShort.FindAllStringSubmatch(fold.String(s), maxDates) {
		year, _ := strconv.Atoi("20" + m[3]) // the expression admits digits alone
		month, _ := strconv.Atoi(m[2])
		day, _ := strconv.Atoi(m[1])
		if realDay(year, month, day) {
			found = append(found, time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC))
		}
	}
	return found
}

func isDigit(r rune) bool {
	return r >= '0' && r <= '9' || r >= '٠' && r <= '٩' || r >= '۰' && r <= '۹' || r >= '０' && r <= '９'
}
