package query

import (
	"fmt"
	"strings"
	"unicode"

	"rostrum/internal/fold"
)

// leaf reads one leaf, or a field with what belongs to it. f is the field of the group that the leaf stands in.
func (p *parser) leaf(f Field) (Node, error) {
	at := p.at
	if p.leaves++; p.leaves > MaxLeaves {
		return nil, fail(at, fmt.Sprintf("the query has more than %d terms", MaxLeaves), "the end", "split it into several queries")
	}
	name := p.fieldName()
	if name == "" {
		return p.inField(f)
	}
	if rest := string(p.in[p.at:min(p.at+2, len(p.in))]); rest == "//" && f == Any && (strings.EqualFold(name, "http") || strings.EqualFold(name, "https")) {
		return p.address()
	}
	named, known := fieldNamed(name)
	switch {
	case !known:
		return nil, unknownField(at, name)
	case f != Any:
		return nil, fail(at, fmt.Sprintf("%s: stands within %s:( … )", named, f), "values of "+string(f)+":", "close the group first")
	}
	typed := p.at
	p.skipSpace()
	switch {
	case opensGroup(p.peek()) && named.form() != instant:
		p.leaves--
		return p.group(named)
	case p.done(), closesGroup(p.peek()), opensGroup(p.peek()), p.at > typed && p.operator() != "":
		return nil, fail(p.at, fmt.Sprintf("%s: has no value", named), expectedAfter(named), writeValue)
	}
	return p.inField(named)
}

const writeValue = "write it right behind the colon, or leave the field out"

func expectedAfter(f Field) string {
	switch f.form() {
	case instant:
		return periodForms
	case words:
		return "a word or a phrase"
	case actor:
		return "an id, a name, or members(GROUP)"
	}
	return "an id or a name"
}

func unknownField(at int, name string) error {
	remedy := fmt.Sprintf(`to look for these words, put them in quotation marks: "%s: …"`, name)
	if near := nearestField(name); near != "" {
		remedy = fmt.Sprintf("did you mean %s:? Else %s", near, remedy)
	}
	names := make([]string, 0, 20)
	for _, f := range Fields() {
		names = append(names, string(f)+":")
	}
	return fail(at, fmt.Sprintf("there is no field %s:", name), "a field ("+strings.Join(names, " ")+"), a word or a phrase", remedy)
}

// inField reads a leaf's text or value.
func (p *parser) inField(f Field) (Node, error) {
	switch f.form() {
	case words:
		if closers(p.peek()) != "" {
			return p.phrase(f)
		}
		return p.word(f)
	case instant:
		return p.period(f)
	}
	return p.value(f)
}

// address reads the rest of a URL typed as it is: its words, next to each other, in the URL.
func (p *parser) address() (Node, error) {
	p.at += len("//")
	at, w := p.at, p.bare()
	if !searchable(w.text) {
		return nil, fail(at, "the address has no words", "an address", "write more of it, or leave it out")
	}
	return Phrase{URL, w.text}, nil
}

func (p *parser) phrase(f Field) (Node, error) {
	at := p.at
	text, err := p.quoted()
	switch {
	case err != nil:
		return nil, err
	case !searchable(text):
		return nil, fail(at, "there is no word between these quotation marks", "words between the quotation marks", "write words between them, or leave them out")
	case p.at-at > MaxQuoted:
		return nil, fail(at, fmt.Sprintf("the phrase is longer than %d characters", MaxQuoted), "a shorter phrase", "keep the words that tell it from others")
	}
	if p.peek() != '~' && p.peek() != '～' {
		return Phrase{f, text}, nil
	}
	p.at++
	n, ok := p.number()
	if !ok || n > MaxDistance || !p.done() && !ends(p.peek()) {
		return nil, fail(p.at, "~ needs the number of other words between", fmt.Sprintf("a number from 0 to %d", MaxDistance), `as in "near words"~5`)
	}
	return Near{f, text, n}, nil
}

func (p *parser) word(f Field) (Node, error) {
	w := p.bare()
	switch {
	case w.prefix:
		return p.prefix(f, w)
	case w.star >= 0:
		return nil, fail(w.star, "a star stands within a word", "a star only at the end of a word", "cut the word before the star: prefix*")
	case !searchable(w.text):
		return nil, fail(w.at, fmt.Sprintf("%q holds no letter or digit to look for", w.text), aTerm, operatorHint(w.text))
	}
	return Word{f, w.text}, nil
}

func operatorHint(text string) string {
	switch text {
	case "&", "&&", "+":
		return "write AND, or nothing: words are joined by AND"
	case "|", "||":
		return "write OR"
	case "-", "!":
		return "write NOT, or - right before the term"
	}
	return "leave it out"
}

// prefix makes a leaf of a word with a star. A word in a script that puts each letter as a word needs no star: it becomes a phrase.
func (p *parser) prefix(f Field, w bare) (Node, error) {
	if w.text == "" && f == Any {
		return All{}, nil
	}
	letters, ideographs, apart := 0, 0, false
	symbol := strings.ContainsRune(w.text, '/')
	for _, r := range fold.String(w.text) {
		switch {
		case fold.Ideographic(r):
			ideographs++
		case wordly(r):
			letters++
		case !unicode.IsMark(r) && (!symbol || !strings.ContainsRune("/.-", r)):
			apart = true
		}
	}
	if p.prefixes++; p.prefixes > MaxPrefixes {
		return nil, fail(w.at, fmt.Sprintf("the query has more than %d prefixes", MaxPrefixes), "a whole word", "write whole words: they are found in all their forms")
	}
	switch {
	case ideographs > 0:
		p.prefixes--
		return Phrase{f, w.text}, nil
	case letters < MinPrefix:
		return nil, fail(w.star, fmt.Sprintf("a prefix needs at least %d letters before its star", MinPrefix), "a letter", "write more of the word, or leave the star out")
	case apart:
		return nil, fail(w.at, "a prefix is a part of one word", "letters and digits before the star", "keep only the part after the last hyphen or apostrophe")
	}
	return Prefix{f, w.text}, nil
}

// value reads an exact value, or members(GROUP).
func (p *parser) value(f Field) (Node, error) {
	at := p.at
	if closers(p.peek()) != "" {
		text, err := p.quoted()
		switch {
		case err != nil:
			return nil, err
		case strings.TrimSpace(text) == "":
			return nil, fail(at, fmt.Sprintf("%s: has no value", f), expectedAfter(f), writeValue)
		}
		return p.term(f, text, at), nil
	}
	w := p.bare()
	switch {
	case w.star >= 0:
		return nil, fail(w.star, string(f)+": takes whole values", expectedAfter(f), "leave the star out")
	case w.text == "members" && !w.escaped && opensGroup(p.peek()) && f.form() == actor:
		return p.members(f)
	}
	return p.term(f, w.text, at), nil
}

func (p *parser) term(f Field, text string, at int) Node {
	p.values = append(p.values, at)
	return Term{f, text}
}

func (p *parser) members(f Field) (Node, error) {
	opened := p.at
	p.at++
	p.skipSpace()
	at, text := p.at, ""
	if closers(p.peek()) != "" {
		var err error
		if text, err = p.quoted(); err != nil {
			return nil, err
		}
	} else {
		text = p.bare().text
	}
	p.skipSpace()
	switch {
	case strings.TrimSpace(text) == "":
		return nil, fail(at, "members() names no group", "the id or name of a group", "as in actor:members(eu)")
	case p.done():
		return nil, fail(opened, "this parenthesis is never closed", "a closing parenthesis", "add one behind the group's name")
	case !closesGroup(p.peek()):
		return nil, fail(p.at, "members() takes one group", "a closing parenthesis", "put a name of several words in quotation marks")
	}
	p.at++
	p.values = append(p.values, at)
	return Members{f, text}, nil
}

func (p *parser) period(f Field) (Node, error) {
	at, text := p.at, ""
	if closers(p.peek()) != "" {
		var err error
		if text, err = p.quoted(); err != nil {
			return nil, err
		}
	} else {
		text = p.bare().text
	}
	n, ok := newPeriod(f, text)
	if !ok {
		return nil, fail(at, fmt.Sprintf("%q is no period of time that %s: takes", text, f), periodForms, "write the year first, and months and days with two digits")
	}
	return n, nil
}

// searchable says whether a text holds a letter or digit to look for.
func searchable(text string) bool { return strings.IndexFunc(fold.String(text), wordly) >= 0 }

func wordly(r rune) bool {
	return (unicode.IsLetter(r) || unicode.In(r, unicode.Nd, unicode.Nl)) && r != 'ﾞ' && r != 'ﾟ'
}
