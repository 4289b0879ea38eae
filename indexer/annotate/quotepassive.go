package annotate

import "strings"

const (
	maxPassive = 5 // words between a form of "to be" and its participle
	maxAgent   = 4 // words between a participle and the preposition of who did it
)

// passives are, by language, the forms that make a participle passive, and the prepositions that lead to who did it.
var passives = map[string]struct{ being, by string }{
	"en": {" was were is are am been be being ", " by "},
	"es": {" fue fueron es son sido siendo era eran será serán ", " por "},
	"fr": {" été est sont fut furent était étaient sera seront ", " par "},
	"ar": {"", " من "},
}

// passiveFrom gives the first word of what makes the participle at word k passive, or -1.
func (r *listener) passiveFrom(k int) int {
	being := passives[r.language].being
	from := -1
	for j := k - 1; j >= 0 && k-j <= maxPassive && r.words[j+1].gap&gapClause == 0; j-- {
		switch raw := strings.ToLower(r.raw(j, j)); {
		case being != "" && strings.Contains(being, " "+raw+" "):
			from = j
		case !r.covered(j, auxiliary|adverb|negator) && !r.manner(j) && !strings.HasSuffix(raw, "ly"):
			return from
		}
	}
	return from
}

// undergoes says whether an English verb before which its subject stands is in the passive: "X was told", and nobody says what.
func (r *listener) undergoes(k int) bool {
	if r.language != "en" {
		return false
	}
	raw := r.raw(k, k)
	return (strings.HasSuffix(raw, "ed") && raw != "quoted" || raw == "told" || raw == "said") && r.passiveFrom(k) >= 0
}

// agent reads who welcomes or rejects something where that is told in the passive: "was welcomed by X", "受到X的欢迎". first is the first word
// of the verb.
func (s *speechFinder) agent(k int) (who speaker, first int) {
	none := speaker{owner: nobody}
	behind := k + int(s.words[k].length)
	if s.han {
		return s.agentBefore(k)
	}
	if first = s.passiveFrom(k); first < 0 {
		if first = k; !s.language("ru", "ar") {
			return none, k
		}
	}
	if s.language("ru") {
		for behind < len(s.words) && behind-k < maxAgent && s.words[behind].gap&gapClause == 0 && s.covered(behind, adverb) {
			behind++
		}
		if who = s.after(behind); who.owner == nobody || who.rule == "subject" && !instrumental(s.text[who.start:who.end]) {
			return none, first
		}
		return who, first
	}
	for n := behind; n < len(s.words) && n-behind < maxAgent && s.words[n].gap&gapClause == 0; n++ {
		if strings.Contains(passives[s.view.language].by, " "+s.raw(n, n)+" ") {
			if who = s.after(n + 1); who.owner == nobody || who.refused {
				return none, first
			}
			return who, first
		}
	}
	return none, first
}

// instrumental says whether a Russian name is in the case of who does something.
func instrumental(name string) bool {
	for _, ending := range []string{"ей", "ой", "ом", "ем", "ём", "ью", "ами", "ями"} {
		if strings.HasSuffix(name, ending) {
			return true
		}
	}
	return false
}

// undergoing are the Chinese words that lead to who does something to the subject.
const undergoing = " 受到 遭到 得到 获得 獲得 遭 被 受 "

// agentBefore reads the Chinese order, in which who does it stands before the verb: "遭到X反对", "受到X代表团的欢迎".
func (s *speechFinder) agentBefore(k int) (speaker, int) {
	none := speaker{owner: nobody}
	j := k - 1
	for j > 0 && k-j < maxAgent && s.words[j+1].gap&gapClause == 0 && (s.covered(j, adverb) || s.raw(j, j) == "的") {
		j--
	}
	if j < 1 || s.words[j+1].gap&gapClause != 0 {
		return none, k
	}
	for n := j; n > 0 && j-n < maxOffice && s.words[n].gap&gapClause == 0; n-- {
		if s.words[n].named == 0 {
			if n == j && !s.covered(j, head) {
				return none, k
			}
			continue
		}
		from, to := s.actorAt(n)
		for width := 1; width <= 2 && from-width >= 0; width++ {
			if strings.Contains(undergoing, " "+strings.ReplaceAll(s.raw(from-width, from-1), " ", "")+" ") {
				m := &s.named[s.words[n].named-1]
				return speaker{owner: m.owner, name: s.text[m.start:m.end], start: m.start, end: m.end, rule: "agent", confidence: 0.8, first: from, next: to + 1}, from - width
			}
		}
		break
	}
	return none, k
}

// received enters the sentence in which something is said to be welcomed or rejected by an actor.
func (s *speechFinder) received(k int) {
	if s.builder.inList(int(s.words[k].start)) {
		return
	}
	who, first := s.agent(k)
	if who.owner == nobody {
		return
	}
	for j := first - 1; j >= 0 && first-j < maxPassive && s.words[j+1].gap&gapClause == 0; j-- {
		if s.covered(j, negator|modal) {
			return
		}
	}
	for j := first; j < k; j++ {
		if s.covered(j, negator|modal) {
			return
		}
	}
	who.rule, who.confidence, who.also = "agent", 0.8, nil
	s.reports(k, who)
}

// receivedAs enters the position that it tells. It gives whether the verb is in the passive, which takes no position of its subject.
func (s *speechFinder) receivedAs(i int, c class) bool {
	who, first := s.agent(i)
	if who.owner == nobody {
		return s.language("en") && c&passive == 0 && first < i && !s.soonHas(i+int(s.words[i].length), 1, infinitive)
	}
	sentence, _ := s.sentence(i)
	for first > sentence && s.words[first].gap&gapClause == 0 && s.covered(first-1, auxiliary) {
		first--
	}
	for j := i - 1; j >= sentence && i-j < 2*maxPassive; j-- {
		if s.covered(j, negator|maybe|modal) {
			return true
		}
	}
	p := position{polarity: supports, owner: who.owner, by: true, rule: "passive", confidence: 0.7, sentence: sentence, from: int(s.words[first].start), to: max(who.end, int(s.words[i+int(s.words[i].length)-1].end)), weak: true}
	if c&spurned != 0 {
		p.polarity, p.weak = opposes, false
	}
	if p.target = s.targetBefore(first - 1); p.target.end > 0 {
		p.from = p.target.start
	}
	if a := s.around(i, s.wordFrom(p.from), true); a.silent || a.negated || s.otherWords(&p) {
		return true
	}
	s.take(p)
	return true
}
