package annotate

// ruleJoined is the rule by which bodies are issuers that say something together with the page's own.
const ruleJoined = "joined"

// beside are the words between bodies that say something together.
var beside = setOf(`and y e et und и و 和 with the la el le los las les der die das`)

// saysTogether are verbs, in the forms that titles have of several, by which bodies speak.
var saysTogether = setOf(`urge call welcome condemn demand join launch announce warn publish release submit say ask oppose reject support endorse express
	urged called welcomed condemned demanded joined launched announced warned published released submitted said asked opposed rejected expressed
	piden exigen llaman condenan rechazan instan lanzan publican advierten apoyan demandent appellent condamnent exigent lancent publient saluent
	fordern rufen verurteilen begrüßen warnen требуют призывают осуждают приветствуют`)

// joined finds the bodies with whom the issuer speaks: the title, or the text, begins with their names and a verb: "Open Tides and Quiet Seas
// urge". States and their unions are told by stronger marks than that.
func (b *builder) joined(text *finder) {
	if b.issuerID == "" || len(b.issuing) > 1 || b.in.Gathered || reports[b.in.Kind] || b.declared() == newsReport {
		return
	}
	if !b.joinedIn(b.title(), inTitle) {
		b.joinedIn(text.head(openingBytes), inText)
	}
}

func (b *builder) joinedIn(f *finder, in string) bool {
	var run []match
	at, over := 0, false
	f.eachToken(b.annotator.written, func(m match, from, next int) {
		if over || m.owner < 0 {
			return
		}
		for ; at < from; at++ {
			if !beside[f.tokens[at].Term] || f.sentenceEnds(at) && at > 0 {
				over = true
				return
			}
		}
		if len(run) > 0 && f.sentenceEnds(from) { // "Access Circle. Net Watch urges": who stands before the end says nothing behind it
			over = true
			return
		}
		if next > at {
			run, at = append(run, m), next
		}
	})
	if len(run) < 2 || len(run) > maxAuthors || at >= len(f.tokens) || !saysTogether[f.tokens[at].Term] {
		return false
	}
	own := false
	for _, m := range run {
		actor := &b.annotator.actors[m.owner]
		if actor.Kind == "state" || actor.Kind == "igo" {
			return false
		}
		own = own || actor.ID == b.issuerID
	}
	if !own {
		return false
	}
	host := b.issuerID
	for _, m := range run {
		actor := &b.annotator.actors[m.owner]
		if actor.ID != host {
			b.issueByName(actor.Name, ruleJoined, in, m.start, m.end, 0.85)
		}
	}
	return true
}
