package percolate

import (
	"hash/maphash"
	"strings"

	"rostrum/search/analysis"
)

// chain makes a form findable by its term and stem, so that leaves which come later can be given to its word.
func (v *vocabulary) chain(f *form, id uint32, term, stem string) {
	if v.byTerm == nil {
		v.byTerm, v.byStem = make([]uint32, buckets), make([]uint32, buckets)
	}
	copy(f.head[:], term)
	f.term, f.stem = v.hash(term), v.hash(stem)
	f.nextTerm, v.byTerm[f.term%buckets] = v.byTerm[f.term%buckets], id
	f.nextStem, v.byStem[f.stem%buckets] = v.byStem[f.stem%buckets], id
}

func (v *vocabulary) hash(s string) uint32 { return uint32(maphash.String(v.seed, s)) }

// admit gives a leaf that came later to the words that make it present.
func (v *vocabulary) admit(l leaf, id uint32) {
	if l.field == urlField {
		return
	}
	switch l.kind {
	case wordLeaf:
		stem := analysis.Stem(l.text, v.language)
		v.late[stem] = append(v.late[stem], wordEntry{l.text, l.field, id})
		v.withStem(stem, func(form uint32) { v.give(form, l.field, id) })
	case termLeaf:
		v.withTerm(l.text, func(form uint32) { v.give(form, l.field, id) })
	case standingLeaf:
		v.withTerm(l.text, func(form uint32) { v.slot(form).standing = id })
	case prefixLeaf:
		v.withPrefix(l.text, func(form uint32) { v.give(form, l.field, id) })
	}
}

// word gives what the word of a form becomes.
func (v *vocabulary) word(e uint32) (term, stem string) {
	f := &v.forms[e]
	return analysis.Word(string(v.raw[f.at:f.at+f.length]), v.language)
}

func (v *vocabulary) withTerm(text string, visit func(uint32)) {
	if v.byTerm == nil {
		return
	}
	h := v.hash(text)
	for e := v.byTerm[h%buckets]; e != 0; e = v.forms[e].nextTerm {
		if v.forms[e].term != h {
			continue
		}
		if term, _ := v.word(e); term == text {
			visit(e)
		}
	}
}

func (v *vocabulary) withStem(text string, visit func(uint32)) {
	if v.byStem == nil {
		return
	}
	h := v.hash(text)
	for e := v.byStem[h%buckets]; e != 0; e = v.forms[e].nextStem {
		if v.forms[e].stem != h {
			continue
		}
		if _, stem := v.word(e); stem == text {
			visit(e)
		}
	}
}

func (v *vocabulary) withPrefix(text string, visit func(uint32)) {
	begin := text[:min(len(text), len(form{}.head))]
	for e := 1; e < len(v.forms); e++ {
		if string(v.forms[e].head[:len(begin)]) != begin {
			continue
		}
		if term, _ := v.word(uint32(e)); strings.HasPrefix(term, text) {
			visit(uint32(e))
		}
	}
}

// give gives a leaf to a word. Its list moves to the end; what it leaves behind is taken back with the next set.
func (v *vocabulary) give(form uint32, f field, leaf uint32) {
	s := v.slot(form)
	anywhere, title := v.leaves(s)
	s.at = uint32(len(v.lists))
	if f == anyField {
		v.lists = append(v.lists, uint32(len(anywhere)+1), uint32(len(title)), leaf)
		v.lists = append(append(v.lists, anywhere...), title...)
		return
	}
	v.lists = append(v.lists, uint32(len(anywhere)), uint32(len(title)+1))
	v.lists = append(append(append(v.lists, anywhere...), title...), leaf)
}

// slot gives the slot of a form.
func (v *vocabulary) slot(form uint32) *slot {
	f := &v.forms[form]
	word := string(v.raw[f.at : f.at+f.length])
	return v.find(word, 0, len(word))
}
