package pdf

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// visual places the characters of a line from left to right as a page shows them, 6 points each; a space leaves a gap.
func visual(s string, bottom float64) []char {
	var chars []char
	x := 60.0
	for _, r := range s {
		if r != ' ' {
			chars = append(chars, char{text: string(r), box: box{left: x, right: x + 6, bottom: bottom, top: bottom + 10}})
		}
		x += 6
	}
	return chars
}

func TestLinesFromTheRight(t *testing.T) {
	for name, c := range map[string]struct {
		shown string // from left to right
		want  string
	}{
		"words":                {"دملا سيياقم", "مقاييس المد"},
		"a number":             {"2024 ماع", "عام 2024"},
		"a symbol":             {"A/CTD/9 ةقيثولا", "الوثيقة A/CTD/9"},
		"a line of the other":  {"tide gauges", "tide gauges"},
		"forms of a font":      {"\ufee1\ufefc\ufeb3", "سلام"},
		"a word of the others": {"ءاوهلا Halyard لوقت", "تقول Halyard الهواء"},
	} {
		t.Run(name, func(t *testing.T) {
			lines := rebuilt(visual(c.shown, 700))
			if len(lines) != 1 || lines[0].text != c.want {
				t.Errorf("read %+v, want %q", lines, c.want)
			}
		})
	}
}

func TestRowsByHeight(t *testing.T) {
	chars := append(visual("لوأ", 700), visual("يناث", 680)...)
	mark := char{text: ".", box: box{left: 57, right: 60, bottom: 700, top: 702}}
	var got []string
	for _, l := range rebuilt(append(chars, mark)) {
		got = append(got, l.text)
	}
	if diff := cmp.Diff([]string{"أول.", "ثاني"}, got); diff != "" {
		t.Error(diff)
	}
}

// TestColumnsFromTheRight holds that two names on one line stay two, the right one first, and that a number stays with its item.
func TestColumnsFromTheRight(t *testing.T) {
	for shown, want := range map[string][]string{
		"ديعس رمع           يلع ةراس": {"سارة علي", "عمر سعيد"},
		"دملا سيياقم           1":     {"1 مقاييس المد"},
	} {
		var got []string
		for _, l := range rebuilt(visual(shown, 700)) {
			got = append(got, l.text)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
}
