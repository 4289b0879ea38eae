package annotate

import (
	"strings"

	"rostrum/internal/fold"
)

// meant is who a pronoun, or "the delegation", stands for: who spoke last in this paragraph or the one before, if nobody else has been
// the subject of a sentence since; else the one actor named there.
func (r *listener) meant(at int, office bool) speaker {
	w := &r.words[at]
	s := speaker{owner: nobody, start: int(w.start), end: int(w.end), rule: "pronoun", confidence: 0.7, first: at, next: at + 1}
	if office {
		s.rule = "anaphor"
	}
	only := int32(nobody)
	for k, steps := at-1, 0; k >= 0 && steps < 200; k, steps = k-1, steps+1 {
		o := &r.words[k]
		if w.paragraph-o.paragraph > 1 {
			break
		}
		if r.last.told() && k < r.lastW && w.paragraph-r.lastP <= 1 {
			if only != nobody && only != r.last.owner {
				return s
			}
			s.owner, s.name = r.last.owner, r.last.name
			return s
		}
		if o.named == 0 {
			continue
		}
		owner := r.named[o.named-1].owner
		if only != nobody && only != owner {
			return s
		}
		if from, _ := r.actorAt(k); only == nobody && (o.paragraph == w.paragraph || r.starts(from) || r.words[from].gap&gapSentence != 0) {
			only = owner
		}
	}
	if r.last.told() && w.paragraph-r.lastP <= 1 && (only == nobody || only == r.last.owner) {
		s.owner, s.name = r.last.owner, r.last.name
		return s
	}
	if only != nobody && !r.has(at, pronoun) {
		s.owner, s.confidence = only, 0.6
	}
	return s
}

// byName is who a person is that was introduced before: "A B, director of X, … Ms B said".
func (r *listener) byName(s speaker) speaker {
	if s.owner != nobody || s.name == "" {
		return s
	}
	if known, is := r.known[lastName(s.name)]; is && known.owner != nobody {
		s.owner, s.rule, s.confidence = known.owner, "person", 0.8
		if len(known.name) > len(s.name) {
			s.name = known.name
		}
	} else if is && len(known.name) > len(s.name) {
		s.name = known.name
	}
	return s
}

func lastName(name string) string {
	return fold.String(name[strings.LastIndexAny(name, " \u00a0")+1:])
}

// note remembers who spoke before word at.
func (r *listener) note(s speaker, at int) {
	if !s.told() || at >= len(r.words) {
		return
	}
	r.last, r.lastP, r.lastW = s, r.words[min(at, len(r.words)-1)].paragraph, at
	if s.name != "" && (s.rule == "office" || s.rule == "office of the issuer" || s.owner == nobody) && len(r.known) < 1000 {
		if _, is := r.known[lastName(s.name)]; !is {
			r.known[lastName(s.name)] = s
		}
	}
}
