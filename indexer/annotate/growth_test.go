package annotate

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"rostrum/internal/statement"
)

const (
	growth      = 6                     // times the work of a text that four times the text may take
	growthSlack = 20 * time.Millisecond // of processor time
	growthTries = 6                     // measurements, of which the least counts: others use the machine
)

// hostileTexts are what a page may hold to keep an annotator busy, made to a length in bytes. said is what the notes must say was cut at the
// larger size; nothing where nothing is.
var hostileTexts = map[string]struct {
	language string
	make     func(size int) string
	said     string
}{
	"plain":           {"en", repeated("The harbour was quiet, and the rest of the day went to the record of the session before.\n"), ""},
	"names":           {"en", repeated("Valdoria, Orlandia; Net Watch International and Quennet. "), ""},
	"unknown bodies":  {"en", bodies, "were not kept as candidates"},
	"signatories":     {"en", func(size int) string { return "Signed by:\n" + numberedPieces("Harbour Group %d\n")(size) }, "entries of the list of signatories were cut"},
	"unclosed quotes": {"en", repeated("“We reject it, said Valdoria\n\n"), ""},
	"nested quotes":   {"en", repeated("“we « „ ‘ 「 ( [ { "), "quotation marks were passed over"},
	"endless quote":   {"en", func(size int) string { return "“" + repeated("we reject it and ")(size) + "”" }, "longer than"},
	"nested brackets": {"en", func(size int) string {
		return strings.Repeat("((((Valdoria ", size/26) + strings.Repeat("))))Orlandia ", size/26)
	}, ""},
	"mixed directions":   {"ar", repeated("\u202bقال وفد فالدوريا إن \u202aValdoria\u202c said \u202eairodlaV\u202c. "), ""},
	"zero width":         {"en", repeated("Val\u200bdo\u200dria \ufeffNet\u200b Watch\u2060 International "), ""},
	"homoglyphs":         {"en", repeated("Vаldoria Νet Wаtch Internаtional Оrlandia "), ""},
	"only zero width":    {"en", repeated("\u200b\u200d\ufeff"), ""},
	"newlines":           {"en", repeated("\n"), ""},
	"one word":           {"en", repeated("a"), ""},
	"one word of accent": {"fr", func(size int) string { return "e" + strings.Repeat("\u0301", size/2) }, ""},
	"one symbol":         {"en", repeated("A/"), ""},
	"acronym":            {"en", repeated("A."), ""},
	"delegations":        {"en", repeated("the delegation of Valdoria said that the delegation of Orlandia said that "), ""},
	"delegations apart":  {"en", repeated("The delegation of Valdoria called for a vote. "), "quotes were cut"},
	"positions":          {"en", repeated("We reject the text unless Valdoria withdraws it. "), "wordings of positions were cut"},
	"introductions":      {"en", numberedPieces("Valdoria (V%d) and "), ""},
	"abbreviations":      {"en", abbreviated, "abbreviations that the text introduces"},
	"letterheads":        {"en", repeated("Statement by the delegation of "), ""},
	"my country":         {"en", repeated("my country, my delegation, on behalf of the people and Government of "), ""},
}

func repeated(piece string) func(int) string {
	return func(size int) string { return strings.Repeat(piece, size/len(piece)+1) }
}

// abbreviated introduces as many abbreviations of three letters as there are.
func abbreviated(size int) string {
	var b strings.Builder
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, "Valdoria (%c%c%c) and ", 'A'+i%26, 'A'+i/26%26, 'A'+i/676%26)
	}
	return b.String()
}

func bodies(size int) string {
	var b strings.Builder
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, "The Gr%c%c%cve Foundation met. ", 'a'+i%26, 'a'+i/26%26, 'a'+i/676%26)
	}
	return b.String()
}

func numberedPieces(piece string) func(int) string {
	return func(size int) string {
		var b strings.Builder
		for i := 0; b.Len() < size; i++ {
			fmt.Fprintf(&b, piece, i)
		}
		return b.String()
	}
}

// TestWorkGrowsWithTheText annotates hostile texts, their tokens included, at one size and at four times it. ROSTRUM_HOSTILE_BYTES sets the larger
// size.
func TestWorkGrowsWithTheText(t *testing.T) {
	large := 512 << 10
	if set := os.Getenv("ROSTRUM_HOSTILE_BYTES"); set != "" {
		var err error
		if large, err = strconv.Atoi(set); err != nil {
			t.Fatal(err)
		}
	}
	a := annotator(t, Options{})
	for name, c := range hostileTexts {
		t.Run(name, func(t *testing.T) {
			little, much := c.make(large/4), c.make(large)
			var found Findings
			took := func(text string) time.Duration {
				before := cpu(t)
				found = a.Annotate(input("", text, c.language))
				return cpu(t) - before
			}
			least, most := took(little), took(much)
			for try := 1; try < growthTries && most > growth*least+growthSlack; try++ {
				least, most = min(least, took(little)), min(most, took(much))
			}
			if most > growth*least+growthSlack {
				t.Errorf("four times the text took %v after %v", most, least)
			}
			if os.Getenv("ROSTRUM_HOSTILE_BYTES") != "" {
				t.Logf("%d bytes: %v; a fourth of it: %v; notes %q", len(much), most, least, found.Notes)
			}
			if c.said != "" && !strings.Contains(strings.Join(found.Notes, "\n"), c.said) {
				t.Errorf("notes %q do not say %q", found.Notes, c.said)
			}
		})
	}
}

// TestDisguisedNames holds that what nobody sees within a name hides it not, and that letters of another script make it another name, whose words
// are not the body's.
func TestDisguisedNames(t *testing.T) {
	a := annotator(t, Options{})
	for _, text := range []string{
		"Val\u200bdoria met.", "V\u00adal\u2060doria met.", "\u202aValdoria\u202c met.", "\u2067Valdoria\u2069 met.", "Val\ufeffdoria met.", "Ｖａｌｄｏｒｉａ met.", "“We reject it in full,” said Val\u200bdoria.",
	} {
		f := a.Annotate(input("", text, "en"))
		if ids := append(inRole(f, statement.Mentioned), inRole(f, statement.Quoted)...); !slices.Contains(ids, "vl") {
			t.Errorf("%q: %v", text, f.Actors)
		}
	}
	for _, text := range []string{
		"Vаldoria met.", "Valdοria met.", "“We reject it in full,” said Vаldoria.", "The delegation of Vаldoria called for a vote.", "Statement by the delegation of Vаldoria\n\nWe reject it.",
		"Signed by:\nVаldoria\nНet Watch International\nHarbour Light",
	} {
		f := a.Annotate(input("", text, "en"))
		for _, actor := range f.Actors {
			if !strings.HasPrefix(actor.ID, "x-") {
				t.Errorf("%q is taken for %s", text, actor.ID)
			}
		}
		for _, q := range f.Quotes {
			if q.Speaker != "" && !strings.HasPrefix(q.Speaker, "x-") {
				t.Errorf("%q: the words are taken for those of %s", text, q.Speaker)
			}
		}
	}
}
