package export

import (
	"bytes"
	"maps"
	"strings"

	"rostrum/internal/statement"
)

// maxTallied bounds the values of one tally; what comes after them counts as others.
const maxTallied = 10_000

// otherValues is what a tally counts under that is full.
const otherValues = "(others)"

// Tally says how many statements there are by language, by source and by month of publication, else of first sight.
type Tally struct {
	Language map[string]int `json:"language"`
	Source   map[string]int `json:"source"`
	Month    map[string]int `json:"month"`
}

// tally counts while an export runs.
type tally struct{ language, source, month map[string]*int }

func newTally(from Tally) *tally {
	t := &tally{map[string]*int{}, map[string]*int{}, map[string]*int{}}
	for into, values := range map[*map[string]*int]map[string]int{&t.language: from.Language, &t.source: from.Source, &t.month: from.Month} {
		for v, n := range values {
			(*into)[v] = &n
		}
	}
	return t
}

var languageKey, sourceKey, publishedKey, seenKey = []byte(`,"language":"`), []byte(`,"source":"`), []byte(`,"published":"`), []byte(`,"first_seen":"`)

// add counts a stored statement by its head, undecoded: none of the keys can stand within a string of it, where a quotation mark has a
// backslash before it, and none has a list before it that could hold the key.
func (t *tally) add(head []byte) {
	one(t.language, valueOf(head, languageKey))
	one(t.source, valueOf(head, sourceKey))
	at := valueOf(head, publishedKey)
	if at == nil {
		at = valueOf(head, seenKey)
	}
	one(t.month, at[:min(len("2006-01"), len(at))])
}

// addDecoded is add for a statement that is decoded.
func (t *tally) addDecoded(s *statement.Statement) {
	one(t.language, s.Language)
	one(t.source, s.Source)
	var month [len("2006-01")]byte
	one(t.month, s.Time().AppendFormat(month[:0], "2006-01"))
}

func valueOf(head, key []byte) []byte {
	i := bytes.Index(head, key)
	if i < 0 {
		return nil
	}
	value := head[i+len(key):]
	return value[:max(0, bytes.IndexByte(value, '"'))]
}

func one[T string | []byte](counts map[string]*int, value T) {
	n := counts[string(value)]
	if n == nil {
		name := strings.Clone(string(value))
		if len(counts) >= maxTallied {
			name = otherValues
		}
		if n = counts[name]; n == nil {
			n = new(int)
			counts[name] = n
		}
	}
	*n++
}

// told gives the counts.
func (t *tally) told() Tally {
	plain := func(counts map[string]*int) map[string]int {
		out := make(map[string]int, len(counts))
		for v := range maps.Keys(counts) {
			out[v] = *counts[v]
		}
		return out
	}
	return Tally{plain(t.language), plain(t.source), plain(t.month)}
}
