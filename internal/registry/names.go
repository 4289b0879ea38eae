package registry

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"rostrum/internal/fold"
)

// AllNames gives every name by which the actor is called, except the weak ones: its name, its name in each language and its
// aliases. A name may come more than once; the order of languages is not fixed.
func (a *Actor) AllNames() iter.Seq[string] {
	return func(yield func(string) bool) {
		if !yield(a.Name) {
			return
		}
		for _, n := range a.Names {
			if !yield(n) {
				return
			}
		}
		for _, n := range a.Aliases {
			if !yield(n) {
				return
			}
		}
	}
}

// key is the form in which names are compared: folded, with anything that is no letter, digit or mark as one space.
func key(name string) string {
	var b strings.Builder
	gap := false
	for _, r := range fold.String(name) {
		if !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) {
			gap = b.Len() > 0
			continue
		}
		if gap {
			b.WriteByte(' ')
			gap = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// entry is one key in a keyMaker's arena and what it belongs to.
type entry struct {
	start, end uint32
	owner      int32
}

// keys are sorted entries over one arena: 12 bytes a name, beside its letters.
type keys struct {
	arena   string
	entries []entry
}

type keyMaker struct {
	arena   strings.Builder
	entries []entry
}

func (m *keyMaker) add(owner int32, names ...string) {
	for _, n := range names {
		k := key(n)
		if k == "" {
			continue
		}
		start := uint32(m.arena.Len())
		m.arena.WriteString(k)
		m.entries = append(m.entries, entry{start, uint32(m.arena.Len()), owner})
	}
}

// keys sorts what was added and drops a name that one owner has twice.
func (m *keyMaker) keys() keys {
	k := keys{arena: m.arena.String(), entries: m.entries}
	slices.SortFunc(k.entries, func(a, b entry) int {
		return cmp.Or(strings.Compare(k.text(a), k.text(b)), cmp.Compare(a.owner, b.owner))
	})
	k.entries = slices.Clip(slices.CompactFunc(k.entries, func(a, b entry) bool { return a.owner == b.owner && k.text(a) == k.text(b) }))
	return k
}

func (k keys) text(e entry) string { return k.arena[e.start:e.end] }

// owners gives who has this name, ordered.
func (k keys) owners(name string) []int32 {
	want := key(name)
	i, _ := slices.BinarySearchFunc(k.entries, want, func(e entry, want string) int { return strings.Compare(k.text(e), want) })
	var found []int32
	for ; i < len(k.entries) && k.text(k.entries[i]) == want; i++ {
		found = append(found, k.entries[i].owner)
	}
	return found
}

// ByAlias gives the ids of the actors that have this name, in any language, folded for case, accents, width and punctuation;
// several when it is ambiguous, ordered by id. An actor's id is a name of its own.
func (r *Registry) ByAlias(name string) []string {
	return idsOf(r.actorKeys.owners(name), func(i int32) string { return r.actors[i].ID })
}

// GroupByName gives the ids of the groups that have this name or id, folded as in ByAlias.
func (r *Registry) GroupByName(name string) []string {
	return idsOf(r.groupKeys.owners(name), func(i int32) string { return r.groups[i].ID })
}

// TopicByName gives the ids of the topics that have this name or id, folded as in ByAlias.
func (r *Registry) TopicByName(name string) []string {
	return idsOf(r.topicKeys.owners(name), func(i int32) string { return r.topics[i].ID })
}

func idsOf(owners []int32, id func(int32) string) []string {
	if len(owners) == 0 {
		return nil
	}
	ids := make([]string, len(owners))
	for i, o := range owners {
		ids[i] = id(o)
	}
	return ids
}

// Nearest gives the ids of at most limit actors whose id or a name of theirs is nearly what was typed, the nearest first.
func (r *Registry) Nearest(typed string, limit int) []string {
	return idsOf(r.actorKeys.nearest(typed, limit), func(i int32) string { return r.actors[i].ID })
}

// NearestGroups is Nearest for groups.
func (r *Registry) NearestGroups(typed string, limit int) []string {
	return idsOf(r.groupKeys.nearest(typed, limit), func(i int32) string { return r.groups[i].ID })
}

// NearestTopics is Nearest for topics.
func (r *Registry) NearestTopics(typed string, limit int) []string {
	return idsOf(r.topicKeys.nearest(typed, limit), func(i int32) string { return r.topics[i].ID })
}

// maxTyped bounds what is compared with every name, in letters.
const maxTyped = 64

// nearest ranks every name by its edit distance to what was typed, which may be a third of the letters and at most three. What
// was typed may also be the first words of a name, which counts as one edit. Where no name is near, one word of a name may be; else a
// name that stands within what was typed, or, in a script without spaces, what was typed within a name.
func (k keys) nearest(typed string, limit int) []int32 {
	want := []rune(key(typed))
	if len(want) == 0 || limit <= 0 {
		return nil
	}
	want = want[:min(len(want), maxTyped)]
	within := min(3, (len(want)+2)/3)
	best := make(map[int32]int)
	for _, e := range k.entries {
		d := k.distance(e, want, within)
		if was, seen := best[e.owner]; d <= within && (!seen || d < was) {
			best[e.owner] = d
		}
	}
	if len(best) == 0 && len(want) >= leastOfName {
		within = min(within, 2)
		for _, e := range k.entries {
			d := k.wordDistance(e, want, within)
			if was, seen := best[e.owner]; d <= within && (!seen || d < was) {
				best[e.owner] = d
			}
		}
	}
	if len(best) == 0 {
		for _, e := range k.entries {
			d, within := k.beyond(e, string(want))
			if was, seen := best[e.owner]; within && (!seen || d < was) {
				best[e.owner] = d
			}
		}
	}
	owners := make([]int32, 0, len(best))
	for o := range best {
		owners = append(owners, o)
	}
	slices.SortFunc(owners, func(a, b int32) int { return cmp.Or(cmp.Compare(best[a], best[b]), cmp.Compare(a, b)) })
	return owners[:min(limit, len(owners))]
}

// leastOfName is how many letters what was typed has at least that is compared with single words.
const leastOfName = 4

// beyond says whether a name stands within what was typed or, in a script without spaces, the other way about, and in how many bytes they differ.
func (k keys) beyond(e entry, typed string) (int, bool) {
	name := k.text(e)
	if first, _ := utf8.DecodeRuneInString(typed); fold.Ideographic(first) {
		return len(name) - len(typed), utf8.RuneCountInString(typed) > 1 && strings.Contains(name, typed)
	}
	return len(typed) - len(name), utf8.RuneCountInString(name) >= leastOfName && strings.Contains(" "+typed+" ", " "+name+" ")
}

// wordDistance is the distance to the nearest word of a name.
func (k keys) wordDistance(e entry, want []rune, within int) int {
	least := maxTyped
	for word := range strings.FieldsSeq(k.text(e)) {
		if n := utf8.RuneCountInString(word); n >= leastOfName && n <= len(want)+within && n >= len(want)-within {
			least = min(least, edits([]rune(word), want, within))
		}
	}
	return least
}

func (k keys) distance(e entry, want []rune, within int) int {
	name := k.text(e)
	letters := utf8.RuneCountInString(name)
	if letters > len(want)+within {
		if len(want) >= 3 && strings.HasPrefix(name, string(want)+" ") {
			return 1
		}
		return within + 1
	}
	if letters < len(want)-within {
		return within + 1
	}
	return edits([]rune(name), want, within)
}

// edits counts the insertions, deletions, substitutions and swaps of neighbours that turn a into b, or gives within+1 as soon as
// it must be more.
func edits(a, b []rune, within int) int {
	var rows [3][maxTyped + 1]int
	before, last, row := rows[0][:len(b)+1], rows[1][:len(b)+1], rows[2][:len(b)+1]
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			d := min(last[j], row[j-1]) + 1
			if a[i-1] == b[j-1] {
				d = min(d, last[j-1])
			} else {
				d = min(d, last[j-1]+1)
			}
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, before[j-2]+1)
			}
			row[j] = d
			least = min(least, d)
		}
		if least > within {
			return within + 1
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
