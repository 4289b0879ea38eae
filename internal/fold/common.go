package fold

const (
	dropped rune = -1
	unknown rune = -2
)

// latin holds what U+00C0 to U+017F fold to; a space stands for what takes the long way.
const latin = "" +
	"aaaaaa ceeeeiiiidnooooo ouuuuy  " + // U+00C0
	"aaaaaa ceeeeiiiidnooooo ouuuuy y" + // U+00E0
	"aaaaaaccccccccddddeeeeeeeeeegggg" + // U+0100
	"gggghhhhiiiiiiiiii  jjkk llllll " + // U+0120
	" llnnnnnn   oooooo  rrrrrrssssss" + // U+0140
	"sstttt  uuuuuuuuuuuuwwyyyzzzzzzs" // U+0160

// common folds the letters that most words are made of without a table of Unicode: it gives what r folds to, dropped or unknown.
// It must never know better than appendAny, and never know a mark that composes with the letter before it.
func common(r rune) rune {
	switch {
	case r >= 0xc0 && r < 0xc0+rune(len(latin)):
		if to := rune(latin[r-0xc0]); to != ' ' {
			return to
		}
	case r >= 'а' && r <= 'я':
		return r
	case r >= 'А' && r <= 'Я':
		return r + ('а' - 'А')
	case r == 'ё' || r == 'Ё':
		return 'е'
	case r >= 0x4e00 && r <= 0x9fa5: // Han
		return r
	case r >= 0x621 && r <= 0x669:
		return arabic(r)
	case r == '’' || r == '‘':
		return '\''
	case r == '“' || r == '”' || r == '«' || r == '»' || r == '„' || r == '–' || r == '—' || r == '•' || r >= '\u3001' && r <= '\u3002':
		return r
	case r == '\u00a0': // a space that breaks no line
		return ' '
	case r == '\u00ad' || r == '\u200b' || r == '\ufeff': // soft hyphen, zero-width spaces
		return dropped
	}
	return unknown
}

func arabic(r rune) rune {
	switch {
	case r == 'ؤ':
		return 'و'
	case r == 'ئ':
		return 'ي'
	case r >= 0x63b && r <= 0x63f:
		return unknown
	case r == 'ـ' || r >= 0x64b && r <= 0x65f:
		return dropped
	}
	return letter(r)
}
