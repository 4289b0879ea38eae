package annotate_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"rostrum/configs"
	"rostrum/indexer/annotate"
	"rostrum/internal/golden"
	"rostrum/internal/registry"
	"rostrum/internal/statement"
	"rostrum/search/analysis"
)

// builtin knows the states and bodies that Rostrum comes with.
func builtin(t testing.TB) (*registry.Registry, *annotate.Annotator) {
	t.Helper()
	cfg, err := configs.LoadBuiltin("", configs.Options{})
	if err != nil {
		t.Fatal(err)
	}
	actors := make([]registry.Actor, 0, len(cfg.Actors))
	for _, a := range cfg.Actors {
		actors = append(actors, registry.Actor{ID: a.ID, Kind: a.Kind, Name: a.Name, Names: a.Names, Aliases: a.Aliases, Weak: a.Weak, Except: a.Except, Sites: a.Sites})
	}
	r, err := registry.New(actors, nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	a, err := annotate.New(annotate.Options{Registry: r})
	if err != nil {
		t.Fatal(err)
	}
	return r, a
}

// spoken is a sentence of a speech: whether it was judged negative, and of which state or body.
type spoken struct {
	text     string
	negative bool
	target   string // an actor id; empty where it was not told
}

// speeches reads the judged sentences by speech, in their order.
func speeches(t *testing.T, path string, r *registry.Registry) [][]spoken {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := make(map[string]int)
	for i, name := range rows[0] {
		column[name] = i
	}
	var all [][]spoken
	last := ""
	for _, row := range rows[1:] {
		if id := row[column["file_id"]]; id != last {
			all, last = append(all, nil), id
		}
		s := spoken{text: strings.Join(strings.Fields(row[column["sentence_text"]]), " "), negative: strings.HasSuffix(row[column["A0"]], "NegEval")}
		s.text = strings.NewReplacer(" ,", ",", " .", ".", " '", "'", " ;", ";", " :", ":", "( ", "(", " )", ")").Replace(s.text)
		switch target := strings.ReplaceAll(row[column["A4"]], "_", " "); {
		case row[column["A2"]] == "UNSC":
			s.target = "unsc"
		case s.negative && target != "-NONE-":
			if ids := r.ByAlias(target); len(ids) == 1 {
				s.target = ids[0]
			}
		}
		all[len(all)-1] = append(all[len(all)-1], s)
	}
	return all
}

// TestNegativeEvaluations holds how many of the sentences that readers judged negative have a wording that opposes, and how many that have
// one were judged negative; and whether that wording is about the state that readers named.
func TestNegativeEvaluations(t *testing.T) {
	dir, here := golden.SharedData(t, "stance-unscon")
	if !here {
		return
	}
	r, a := builtin(t)
	found, right, wanted, targets, rightTargets, accusing, rightAccusing := 0, 0, 0, 0, 0, 0, 0
	for _, speech := range speeches(t, filepath.Join(dir, "sentences.csv"), r) {
		var text strings.Builder
		ends := make([]int, 0, len(speech))
		at := 0
		for _, s := range speech {
			text.WriteString(s.text + " ")
			at += utf8.RuneCountInString(s.text) + 1
			ends = append(ends, at)
		}
		f := a.Annotate(annotate.Input{Text: text.String(), Words: analysis.NewAnalyzer().Document("", text.String(), "en")})
		from := 0
		for i, s := range speech {
			var cues []statement.Cue
			for _, c := range f.Cues {
				if c.Polarity == "opposes" && c.Start >= from && c.Start < ends[i] {
					cues = append(cues, c)
				}
			}
			from = ends[i]
			if s.negative {
				wanted++
			}
			if len(cues) == 0 {
				if s.negative {
					t.Logf("MISSED %s: %s", s.target, s.text)
				}
				continue
			}
			found++
			target := about(a, cues)
			if target != "" {
				accusing++
				if s.negative {
					rightAccusing++
				} else {
					t.Logf("ACCUSED %q: %s", cues[0].Text, s.text)
				}
			}
			if !s.negative {
				t.Logf("WRONG %q: %s", cues[0].Text, s.text)
				continue
			}
			right++
			t.Logf("RIGHT %q [%s]", cues[0].Text, cues[0].Target)
			if s.target != "" && target != "" {
				targets++
				if target == s.target {
					rightTargets++
				}
			}
		}
	}
	golden.Hold(t, goldenNumbers, *update, map[string]float64{
		"stance-unscon opposing precision": float64(right) / float64(found), "stance-unscon opposing recall": float64(right) / float64(wanted), "stance-unscon opposing found": float64(found),
		"stance-unscon against an actor precision": float64(rightAccusing) / float64(max(1, accusing)), "stance-unscon against an actor recall": float64(rightAccusing) / float64(wanted),
		"stance-unscon against an actor found": float64(accusing), "stance-unscon target right": float64(rightTargets) / float64(max(1, targets)),
	})
}

// about is the first actor that a wording is about, else that it names; empty if there is none.
func about(a *annotate.Annotator, cues []statement.Cue) string {
	var texts []string
	for _, c := range cues {
		texts = append(texts, c.Target)
	}
	for _, c := range cues {
		texts = append(texts, c.Text)
	}
	for _, text := range texts {
		for _, actor := range a.Annotate(annotate.Input{Text: text, Words: analysis.NewAnalyzer().Document("", text, "en")}).Actors {
			if actor.Role == statement.Mentioned || actor.Role == statement.Quoted {
				return actor.ID
			}
		}
	}
	return ""
}
