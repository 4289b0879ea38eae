package worddiff

import (
	"fmt"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

func TestCompare(t *testing.T) {
	for name, c := range map[string]struct{ old, new, want string }{
		"equal":                 {"We agree.", "We agree.", "We agree."},
		"a word":                {"States should agree.", "States shall agree.", "States [-should-]{+shall+} agree."},
		"a number":              {"It costs 3.5 million.", "It costs 3.6 million.", "It costs [-3.5-]{+3.6+} million."},
		"thousands":             {"over 1,000 people", "over 12,000 people", "over [-1,000-]{+12,000+} people"},
		"a word less":           {"We strongly agree.", "We agree.", "We [-strongly -]agree."},
		"a word more":           {"We agree.", "We strongly agree.", "We {+strongly+} agree."},
		"a comma":               {"No we agree", "No, we agree", "No{+,+} we agree"},
		"white space":           {"We  agree\nfully", "We agree fully", "We agree fully"},
		"a joined paragraph":    {"One two.\nThree four.", "One two. Three five.", "One two. Three [-four-]{+five+}."},
		"a sentence":            {"One two. Three four.", "One two. One six. Three four.", "One two. {+One six.+} Three four."},
		"a line":                {"A b.\nC d.\nE f.", "A b.\nC d.\nC g.\nE f.", "A b.\nC d.\n{+C g.+}\nE f."},
		"everything":            {"Old words", "New things", "[-Old words-]{+New things+}"},
		"from nothing":          {"", "New things", "{+New things+}"},
		"to nothing":            {"Old words", "", "[-Old words-]"},
		"an island":             {"red green or blue pink", "one two or three four", "[-red green or blue pink-]{+one two or three four+}"},
		"Han":                   {"各国应当同意该公约。", "各国必须同意该公约。", "各国[-应当-]{+必须+}同意该公约。"},
		"Arabic":                {"تدعو الدول إلى رفض المعاهدة", "تدعو الدول إلى دعم المعاهدة", "تدعو الدول إلى [-رفض-]{+دعم+} المعاهدة"},
		"Arabic, stretched":     {"تدعو الدول", "تدعـو الدول", "تدعـو الدول"},
		"Arabic vowels differ":  {"كَتب", "كُتب", "[-كَتب-]{+كُتب+}"},
		"Russian":               {"Мы против конвенции", "Мы за конвенцию", "Мы [-против конвенции-]{+за конвенцию+}"},
		"Thai":                  {"กขค", "กขฆ", "กข[-ค-]{+ฆ+}"},
		"an apostrophe":         {"l'accord", "l’accord", "[-l'accord-]{+l’accord+}"},
		"emoji and other signs": {"a 👍🏽 b", "a 👎 b", "a [-👍🏽-]{+👎+} b"},
	} {
		t.Run(name, func(t *testing.T) {
			d := Compare(c.old, c.new)
			if got := Mark(d.Spans); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			check(t, c.old, c.new, d)
		})
	}
}

// check holds a difference to what Diff promises.
func check(t interface{ Fatalf(string, ...any) }, old, new string, d Diff) {
	var after, before strings.Builder
	at := Span{}
	for _, s := range d.Spans {
		if s.OldStart != at.OldEnd || s.NewStart != at.NewEnd {
			t.Fatalf("gap before %+v", s)
		}
		at = s
		if s.Op != Removed {
			after.WriteString(s.Text)
		}
		if s.Op != Added {
			before.WriteString(string([]rune(old)[s.OldStart:s.OldEnd]))
		}
	}
	if after.String() != new {
		t.Fatalf("same and added give %q, want %q", after.String(), new)
	}
	if squash(before.String()) != squash(old) {
		t.Fatalf("same and removed give %q, want %q", before.String(), old)
	}
	if d.Equal() != (squash(old) == squash(new)) {
		t.Fatalf("Equal is %v for %q and %q", d.Equal(), old, new)
	}
}

func squash(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || joiner(r) {
			return -1
		}
		return r
	}, s)
}

func TestCompareProperty(t *testing.T) {
	word := rapid.SampledFrom([]string{"a", "b", "shall", ".", ",", "\n", "1", "国", "约", "لا", " ", "x y"})
	text := rapid.Custom(func(t *rapid.T) string {
		glue := rapid.SampledFrom([]string{" ", "  ", "\n"}).Draw(t, "glue")
		return strings.Join(rapid.SliceOfN(word, 0, 40).Draw(t, "words"), glue)
	})
	rapid.Check(t, func(t *rapid.T) {
		old, new := text.Draw(t, "old"), text.Draw(t, "new")
		d := Compare(old, new)
		check(t, old, new, d)
		c := d.Condense(2)
		end := Span{}
		for _, s := range c {
			if s.OldStart != end.OldEnd || s.NewStart != end.NewEnd || s.OldEnd < s.OldStart {
				t.Fatalf("condensed: gap before %+v", s)
			}
			end = s
		}
	})
}

func TestCondense(t *testing.T) {
	words := strings.Fields("one two three four five six seven eight nine ten")
	old := strings.Join(words, " ")
	d := Compare(old, strings.Replace(old, "six", "SIX", 1))
	if got, want := Mark(d.Condense(2)), " … four five [-six-]{+SIX+} seven eight … "; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestCompareIsBounded(t *testing.T) {
	var a, b strings.Builder
	for i := range 200_000 {
		fmt.Fprintf(&a, "a%d ", i)
		fmt.Fprintf(&b, "b%d ", i)
	}
	if d := Compare(a.String(), b.String()); !d.Coarse || d.Added != 200_000 || d.Removed != 200_000 {
		t.Errorf("coarse %v, %d added, %d removed", d.Coarse, d.Added, d.Removed)
	}
}

func FuzzCompare(f *testing.F) {
	f.Add("One two. Three", "One. Two three")
	f.Add("国\u200b约", "国约\u0301")
	f.Fuzz(func(t *testing.T, old, new string) {
		old, new = strings.ToValidUTF8(old, "?"), strings.ToValidUTF8(new, "?")
		d := Compare(old, new)
		var after strings.Builder
		for _, s := range d.Spans {
			if s.Op != Removed {
				after.WriteString(s.Text)
			}
		}
		if after.String() != new {
			t.Fatalf("got %q, want %q", after.String(), new)
		}
	})
}

func BenchmarkCompare(b *testing.B) {
	old := strings.Repeat("The convention obliges states to cooperate in good faith with each other. ", 500)
	new := strings.Replace(old, "good", "bad", 20)
	b.SetBytes(int64(len(old)))
	for b.Loop() {
		Compare(old, new)
	}
}
