package annotate

import (
	"strings"
	"unicode"

	"rostrum/internal/fold"
	"rostrum/search/analysis"
)

const (
	maxHeadLines   = 40 // lines at the head of a text that may be its letterhead
	maxHeadBytes   = 3000
	maxIssuers     = 64 // that one letterhead names
	headConfidence = 0.9
)

// letterheads lead to the name of whose statement it is, in titles and at the head of pages. A star stands for up to three further words.
var letterheads = []string{
	"keynote by", "keynote address by", "keynote speech by", "joint communique of", "joint communique by", "communique of", "communique by", "message from", "communication from",
	"comunicado conjunto de", "declaracion conjunta de", "mensaje de", "mensaje del", "communique conjoint de", "declaration conjointe de", "message de", "message du", "совместное заявление", "коммюнике", "обращение",
	"statement by", "statement of", "statement from", "statement delivered by", "statement made by", "joint statement by", "joint statement of", "remarks by", "remarks of",
	"intervention by", "intervention of", "submission by", "submission of", "submission from", "joint submission by", "joint submission of", "contribution by", "contribution of", "contribution from",
	"comments by", "comments of", "comments from", "written comments of", "views of", "views submitted by", "position of", "position paper of", "position paper by", "submitted by", "presented by",
	"proposal by", "proposal of", "proposals of", "proposal submitted by", "speech by", "speech of", "address by", "address of", "press release by", "press statement by", "delivered by",
	"note verbale from", "note verbale of", "note verbale dated * from", "letter dated * from", "letter from", "working paper submitted by", "conference room paper submitted by",
	"document submitted by", "explanation of position by", "explanation of vote by", "response of", "response by", "response from", "reply of", "right of reply by", "opinion of", "opening statement by", "closing statement by",
	"declaracion de", "declaracion del", "intervencion de", "intervencion del", "discurso de", "discurso del", "contribucion de", "contribucion del", "comunicado de", "comunicado del", "presentado por", "presentada por",
	"observaciones de", "observaciones del", "nota verbal de", "nota verbal * de", "posicion de", "propuesta de", "propuesta del", "documento presentado por", "palabras de", "palabras del",
	"declaration de", "declaration du", "declaration des", "declaration d", "intervention de", "intervention du", "intervention des", "contribution de", "contribution du", "contribution des", "allocution de", "allocution du",
	"discours de", "discours du", "communique de", "communique du", "soumission de", "soumission du", "presente par", "presentee par", "soumis par", "note verbale de", "note verbale * de", "position de", "observations de", "proposition de",
	"dichiarazione di", "dichiarazione del", "dichiarazione della", "intervento di", "intervento del", "intervento della", "discorso di", "discorso del", "lettera di", "contributo di", "contributo del", "messaggio di",
	"declaração de", "declaração do", "declaração da", "discurso do", "discurso da", "intervenção de", "intervenção do", "intervenção da", "carta de", "carta do", "contribuição de", "contribuição do", "contribuição da", "mensagem de",
	"stellungnahme von", "stellungnahme der", "stellungnahme des", "erklärung von", "erklärung der", "erklärung des", "rede von", "rede der", "rede des", "botschaft von", "nachricht von", "brief von",
	"заявление", "выступление", "речь", "вклад", "предложение", "представлено", "вербальная нота", "позиция", "комментарии",
	"بيان", "كلمة", "مذكرة شفوية", "مقدم من", "مقدمة من", "ورقة مقدمة من", "مداخلة", "مساهمة",
}

// titles are the words, besides names, that stand between the opening of a letterhead and the name.
var titles = setOf(`
	the a an of to on behalf by from his her h e excellency mr mrs ms miss dr prof professor sir dame hon honourable honorable ambassador permanent representative representatives mission missions
	delegation delegations government president vice minister ministry prime deputy foreign affairs for external secretary state head acting charge d affaires i republic people and at united nations
	kingdom director general chair spokesperson counsellor first second third attorney delegate member
	le la les l du des de d au nom par monsieur madame m mme son sa excellence ambassadeur ambassadrice representant representante permanent permanente mission delegation gouvernement president presidente
	ministre ministere etrangeres affaires aupres et
	el la los las del de en nombre por parte su señor señora sr sra embajador embajadora excelencia representante permanente mision delegacion gobierno presidente presidenta ministro ministra
	relaciones exteriores y ante
	делегации делегация представителя представителем постоянного постоянным представительства правительства министра иностранных дел посла от имени президента главы г на
	وفد بعثة البعثة الدائمة سعادة السفير السيد السيدة معالي وزير الخارجية حكومة ممثل الممثل الدائم باسم من`)

// maxPortfolio is how many small words tell what a minister is of.
const maxPortfolio = 3

// ministers are the offices with a portfolio, in the forms of letterheads.
var ministers = setOf(`minister secretary ministre secretaire ministro ministra secretario secretaria министра министром министр секретаря`)

// newLetterheads enters the openings of letterheads.
func newLetterheads(words *analysis.Words, openings []string) *names {
	n := newNames(words)
	analyzer := analysis.NewAnalyzer()
	for _, l := range openings {
		before, _, starred := strings.Cut(l, " *")
		n.add(wordsOf(analyzer, before), boolOwner(starred), anyCase)
	}
	n.freeze()
	return n
}

// What follows the opening of a letterhead: a name, or a few words such as a date and then a name.
const (
	leads int32 = iota
	leadsLater
)

func boolOwner(later bool) int32 {
	if later {
		return leadsLater
	}
	return leads
}

// letterheads reads the issuers off the title or the head of the text: "Statement by the delegation of Mexico", "Submitted by A, B and C".
func (b *builder) letterheads(text *finder) []claimed {
	if found := b.letterhead(b.title(), inTitle); len(found) > 0 {
		return found
	}
	return b.letterhead(text.head(maxHeadBytes), inText)
}

func (b *builder) letterhead(f *finder, where string) []claimed {
	var found []claimed
	lines, at := 0, 0
	f.eachToken(b.annotator.letterheads, func(m match, from, next int) {
		if len(found) > 0 || lines > maxHeadLines {
			return
		}
		lines += strings.Count(f.text[at:m.start], "\n")
		at = m.start
		if beginsLine(f.text, m.start) && !unicode.IsLower(firstRune(f.text[m.start:])) {
			found = b.bearers(f, where, next, m.owner == leadsLater)
		}
	})
	if len(found) == 0 {
		found = b.nameFirst(f, where)
	}
	return found
}

// beginsLine says whether a place is the first of its line, but for marks and a symbol such as A/AC.291/5.
func beginsLine(text string, at int) bool {
	line := strings.TrimSpace(text[strings.LastIndexByte(text[:at], '\n')+1 : at])
	return line == "" || !strings.ContainsFunc(line, unicode.IsLetter) || strings.HasSuffix(line, ":") && len(line) < 60
}

// bearers reads the names that a letterhead leads to. Words that belong to none end it, so that "Statement of concern about X" has no bearer.
func (b *builder) bearers(f *finder, where string, i int, later bool) []claimed {
	var found []claimed
	line := i
	behalf, portfolio := false, 0
	for skipped := 0; i < len(f.tokens) && skipped < 30 && len(found) < maxIssuers; {
		if i > line && f.lineEnds(i, len(found) > 0) {
			break
		}
		m, next := f.at(b.annotator.written, i)
		term := f.tokens[i].Term
		switch {
		case next > 0 && m.owner >= 0 && f.addressed(i):
			return found
		case next > 0 && m.owner >= 0:
			if behalf {
				found, behalf = nil, false
			}
			found = append(found, claimed{b.annotator.actors[m.owner].ID, ruleLetterhead, where, m.start, m.end, headConfidence})
			i = next
			continue
		case len(found) > 0 && !strings.Contains("and the of y et и de la el los las du des of", term) && term != "behalf" && term != "on":
			return b.untilBehalf(f, where, i, found)
		case term == "behalf" || term == "nombre" || term == "nom" || term == "имени" || term == fold.String("باسم"):
			behalf = true
		case ministers[term]:
			portfolio = maxPortfolio
		case portfolio > 0 && !titles[term] && unicode.IsLower(firstRune(f.text[f.tokens[i].Start:])): // "министра транспорта X", "ministra de pesca de X"
			portfolio--
		case !titles[term] && !personal(f.text[f.tokens[i].Start:]) && !later && !unicode.IsDigit(firstRune(term)):
			return found
		}
		skipped++
		i++
	}
	return found
}

// untilBehalf goes on after a name for a few words of the same line, in case it speaks on behalf of others: "by Mexico on behalf of the Group".
func (b *builder) untilBehalf(f *finder, where string, i int, found []claimed) []claimed {
	for end := min(i+20, len(f.tokens)); i < end && !f.lineEnds(i, true); i++ {
		if f.tokens[i].Term != "behalf" {
			continue
		}
		for i++; i < end && titles[f.tokens[i].Term]; i++ {
			if m, next := f.at(b.annotator.written, i); next > 0 && m.owner >= 0 {
				break
			}
		}
		if i < end {
			if m, next := f.at(b.annotator.written, i); next > 0 && m.owner >= 0 {
				return []claimed{{b.annotator.actors[m.owner].ID, ruleLetterhead, where, m.start, m.end, headConfidence}}
			}
		}
		break
	}
	return found
}

// addressed says whether a name is of those spoken to: "Permanent Representative of X to the United Nations".
func (f *finder) addressed(i int) bool {
	before := f.back(i, 1)
	if before == "the" || before == "las" || before == "les" || before == "la" {
		before = f.back(i, 2)
	}
	return before == "to" || before == "ante" || before == "aupres" || before == "при" || before == "at" || before == "before" || before == "des" && f.back(i, 2) == "aupres"
}

// lineEnds says whether the line ends before token i. A line that ends with a small word, or without a name yet, goes on in the next.
func (f *finder) lineEnds(i int, named bool) bool {
	if i >= len(f.tokens) || i == 0 {
		return true
	}
	gap := f.gap(i)
	if strings.ContainsAny(gap, ".!?;") && !strings.Contains(gap, ". ") || strings.Count(gap, "\n") > 1 {
		return true
	}
	return named && strings.Contains(gap, "\n")
}

// personal says whether a word may be part of a person's name.
func personal(word string) bool {
	r := firstRune(word)
	return unicode.IsUpper(r) || unicode.Is(unicode.Arabic, r)
}

// firstForms follow a name at the beginning of a page in Chinese: "X代表团的发言".
var firstForms = []string{"讲话", "講話", "的讲话", "的講話", "致辞", "的致辞", "代表团", "代表在", "代表的", "常驻", "政府", "提交", "的发言", "的声明", "发言", "声明", "立场文件", "关于"}

// officeless gives the rest of a line behind an office: "交通部长在大会上的讲话". It gives nothing for a line that begins with none.
func officeless(line string) string {
	head := line[:min(len(line), 30)]
	for _, office := range []string{"部长", "部長", "总统", "總統", "总理", "總理", "首相", "外长", "外長", "大使", "代表", "主席", "国务卿", "大臣"} {
		if _, rest, is := strings.Cut(head, office); is {
			return rest + line[len(head):]
		}
	}
	return ""
}

// nameFirst reads a letterhead in Chinese, which begins with the name.
func (b *builder) nameFirst(f *finder, where string) []claimed {
	if len(f.tokens) == 0 || !unicode.Is(unicode.Han, firstRune(f.tokens[0].Term)) {
		return nil
	}
	m, next := f.at(b.annotator.written, 0)
	if next == 0 || m.owner < 0 {
		return nil
	}
	end := strings.IndexByte(f.text[m.end:], '\n')
	if end < 0 {
		end = len(f.text) - m.end
	}
	line := f.text[m.end : m.end+end]
	if len(line) > 120 || !strings.Contains(line, "发言") && !strings.Contains(line, "讲话") && !strings.Contains(line, "講話") && !strings.Contains(line, "致辞") && !strings.Contains(line, "声明") && !strings.Contains(line, "提交") && !strings.Contains(line, "立场") && !strings.Contains(line, "意见") {
		return nil
	}
	for _, form := range firstForms {
		if rest := officeless(line); strings.HasPrefix(line, form) || strings.HasPrefix(rest, form) || strings.HasPrefix(rest, "在") {
			return []claimed{{b.annotator.actors[m.owner].ID, ruleLetterhead, where, m.start, m.end, headConfidence}}
		}
	}
	return nil
}
