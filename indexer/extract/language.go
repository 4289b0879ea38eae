package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/abadojack/whatlanggo"
)

// Undetermined is the language of a text that nobody can tell.
const undetermined = "und"

const (
	longEnough   = 100 // letters from which any language is told
	shortest     = 20  // letters below which the page's own word is taken
	sampleLength = 400 // letters of a text that decide its language: 1,000 tell no more on the shared declarations, at three times the cost
)

// shortList are the languages that a short text may be in, beside that which its page names.
var shortList = []whatlanggo.Lang{whatlanggo.Arb, whatlanggo.Cmn, whatlanggo.Eng, whatlanggo.Fra, whatlanggo.Rus, whatlanggo.Spa}

// language tells a text's language as ISO 639-1, or "und". From 100 letters the text decides alone; below, it is read as one of the
// six official languages of the United Nations or that which the page names, and the page decides between languages of one script.
func language(text, named string) string {
	named = primary(named)
	sample := sampleOf(text)
	count := utf8.RuneCountInString(sample)
	if count >= longEnough {
		info := whatlanggo.Detect(sample)
		code := iso(info.Lang)
		if code != "" && (info.IsReliable() || !sameScript(sample, named)) {
			return code
		}
		if named != "" {
			return named
		}
		return orUndetermined(code)
	}
	if count >= shortest || named == "" {
		list := make(map[whatlanggo.Lang]bool, len(shortList)+1)
		for _, l := range shortList {
			list[l] = true
		}
		if l, known := byISO(named); known {
			list[l] = true
		}
		code := iso(whatlanggo.DetectWithOptions(sample, whatlanggo.Options{Whitelist: list}).Lang)
		if named == "" || code != "" && !sameScript(sample, named) {
			return orUndetermined(code)
		}
	}
	return orUndetermined(named)
}

func orUndetermined(code string) string {
	if code == "" {
		return undetermined
	}
	return code
}

// sampleOf takes the beginning of a text, without what tells nothing of a language: digits and addresses.
func sampleOf(text string) string {
	var b strings.Builder
	n := 0
	for word := range strings.FieldsSeq(text) {
		if strings.Contains(word, "://") || strings.ContainsRune(word, '@') {
			continue
		}
		for _, r := range word {
			if !unicode.IsDigit(r) {
				b.WriteRune(r)
				n++
			}
		}
		b.WriteByte(' ')
		if n >= sampleLength {
			break
		}
	}
	return strings.TrimSpace(b.String())
}

// primary is the language of a tag such as "pt-BR" or "zh_Hant", if whoever wrote it meant one.
func primary(tag string) string {
	tag = strings.ToLower(strings.TrimSpace(tag))
	tag, _, _ = strings.Cut(strings.ReplaceAll(tag, "_", "-"), "-")
	if len(tag) != 2 || tag == "xx" {
		return ""
	}
	return tag
}

func iso(l whatlanggo.Lang) string {
	switch l {
	case whatlanggo.Cmn:
		return "zh"
	case whatlanggo.Arb:
		return "ar"
	}
	code := l.Iso6391()
	if len(code) != 2 {
		return ""
	}
	return code
}

func byISO(code string) (whatlanggo.Lang, bool) {
	if code == "" {
		return 0, false
	}
	for l := range whatlanggo.Langs {
		if iso(l) == code {
			return l, true
		}
	}
	return 0, false
}

// scripts are those of the languages that are written in one of their own; any other is taken to be in Latin letters.
var scripts = map[string]*unicode.RangeTable{
	"ar": unicode.Arabic, "fa": unicode.Arabic, "ur": unicode.Arabic, "ps": unicode.Arabic, "ru": unicode.Cyrillic, "uk": unicode.Cyrillic,
	"be": unicode.Cyrillic, "bg": unicode.Cyrillic, "mk": unicode.Cyrillic, "kk": unicode.Cyrillic, "ky": unicode.Cyrillic, "mn": unicode.Cyrillic,
	"zh": unicode.Han, "ja": unicode.Han, "ko": unicode.Hangul, "el": unicode.Greek, "he": unicode.Hebrew, "hi": unicode.Devanagari,
	"ne": unicode.Devanagari, "mr": unicode.Devanagari, "th": unicode.Thai, "ka": unicode.Georgian, "hy": unicode.Armenian, "bn": unicode.Bengali,
	"ta": unicode.Tamil, "te": unicode.Telugu, "am": unicode.Ethiopic, "km": unicode.Khmer, "my": unicode.Myanmar, "si": unicode.Sinhala,
}

// sameScript says whether at least a third of a text's letters are of a language's script, so that it may be in it.
func sameScript(text, code string) bool {
	if code == "" {
		return false
	}
	table, own := scripts[code]
	if !own {
		table = unicode.Latin
	}
	total, of := 0, 0
	for _, r := range text {
		if !unicode.IsLetter(r) {
			continue
		}
		total++
		if unicode.Is(table, r) {
			of++
		}
	}
	return of*3 >= total
}
