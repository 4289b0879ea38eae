package search

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"unicode"

	"rostrum/internal/statement"
	"rostrum/search/query"
)

const (
	// maxVoice bounds the statements that one reading of an actor's words looks at.
	maxVoice = 5000
	// maxSentence bounds a sentence, in code points.
	maxSentence = 400
)

// Utterance is a sentence of an actor: around a cue, or a quote of its words. Marks count code points into Sentence, end exclusive.
type Utterance struct {
	Statement statement.Statement // without text, quotes, cues and evidence
	Sentence  string
	Marks     [][2]int
	Start     int              // of the cue or quote, code points into the text
	Cue       *statement.Cue   // of a position; of a quote the first cue within, if any
	Quote     *statement.Quote // of a quote
}

// Voice is what an actor says in its own words.
type Voice struct {
	Positions []Utterance // sentences that hold a cue of the actor's, oldest first
	Quotes    []Utterance // words quoted as the actor's, oldest first
	Cut       bool        // more statements match than one reading looks at
}

var errEnough = errors.New("enough")

// Voice reads an actor's sentences and quotes, on a topic or, with an empty one, on all.
func (s *Service) Voice(ctx context.Context, actor, topic string) (Voice, error) {
	if s.options.Scanner == nil {
		return Voice{}, errors.New("read an actor's words: no store was given for it")
	}
	ctx, cancel := context.WithTimeout(ctx, s.options.Deadline)
	defer cancel()
	says := query.Node(query.Term{Field: query.Speaker, Value: actor})
	if topic != "" {
		says = query.Conjoin(says, query.Term{Field: query.Topic, Value: topic})
	}
	var v Voice
	read := 0
	err := s.options.Scanner.Scan(ctx, query.Simplify(says), false, func(st *statement.Statement) error {
		if read++; read > maxVoice {
			v.Cut = true
			return errEnough
		}
		v.add(st, actor)
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return Voice{}, err
	}
	for _, list := range [][]Utterance{v.Positions, v.Quotes} {
		slices.SortStableFunc(list, func(a, b Utterance) int {
			return cmp.Or(a.Statement.Time().Compare(b.Statement.Time()), strings.Compare(a.Statement.ID, b.Statement.ID), cmp.Compare(a.Start, b.Start))
		})
	}
	return v, nil
}

func (v *Voice) add(st *statement.Statement, actor string) {
	cues, quotes := st.Cues, st.Quotes
	text := []rune(st.Text)
	head := *st
	head.Text, head.Quotes, head.Cues, head.Evidence = "", nil, nil, nil
	for i := range cues {
		if c := &cues[i]; c.Actor == actor && c.Start < c.End && c.End <= len(text) {
			sentence, at := SentenceAround(text, c.Start, c.End)
			v.Positions = append(v.Positions, Utterance{Statement: head, Sentence: sentence, Marks: [][2]int{{c.Start - at, c.End - at}}, Start: c.Start, Cue: c})
		}
	}
	for i := range quotes {
		q := &quotes[i]
		if q.Speaker != actor || q.Start >= q.End || q.End > len(text) {
			continue
		}
		said := Utterance{Statement: head, Sentence: strings.Map(flatten, string(text[q.Start:q.End])), Start: q.Start, Quote: q}
		for k := range cues {
			if c := &cues[k]; c.Start >= q.Start && c.End <= q.End {
				said.Marks = append(said.Marks, [2]int{c.Start - q.Start, c.End - q.Start})
				if said.Cue == nil {
					said.Cue = c
				}
			}
		}
		v.Quotes = append(v.Quotes, said)
	}
}

// SentenceAround gives the sentence that holds a stretch of a text, and where it begins; at most some 400 code points.
func SentenceAround(text []rune, start, end int) (sentence string, at int) {
	from := start
	for from > 0 && start-from < maxSentence/2 && !endsSentence(text, from-1) {
		from--
	}
	to := end
	for to < len(text) && to-start < maxSentence && (to == 0 || !endsSentence(text, to-1)) {
		to++
	}
	for from < start && unicode.IsSpace(text[from]) {
		from++
	}
	for to > end && unicode.IsSpace(text[to-1]) {
		to--
	}
	return strings.Map(flatten, string(text[from:to])), from
}

// endsSentence says whether a sentence ends with the code point at i.
func endsSentence(text []rune, i int) bool {
	switch r := text[i]; {
	case r == '\n', strings.ContainsRune("。！？", r):
		return true
	case strings.ContainsRune(".!?؟…", r):
		return i+1 == len(text) || unicode.IsSpace(text[i+1])
	}
	return false
}

// flatten puts a space for each white space and control character, one for one, so that marks hold.
func flatten(r rune) rune {
	if unicode.IsSpace(r) || unicode.IsControl(r) {
		return ' '
	}
	return r
}
