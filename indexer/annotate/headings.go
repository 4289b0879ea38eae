package annotate

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"rostrum/internal/fold"
)

// headingWords head a list of signatories, in the languages that joint letters come in.
var headingWords = []string{
	"signed by", "co-signed by", "cosigned by", "signatories", "signatory organisations", "signatory organizations", "signatory", "undersigned", "undersigning",
	"undersigned organisations", "undersigned organizations", "signing organisations", "signing organizations", "cosignatories", "co-signatories",
	"organisations signing", "organizations signing", "organisations that signed", "organizations that signed", "endorsed by", "endorsements",
	"endorsing organisations", "endorsing organizations", "signers",
	"firmantes", "firmado por", "firman", "abajo firmantes", "organizaciones firmantes", "suscriben", "signatarios", "signatarias", "suscrito por", "adhieren",
	"signataires", "signé par", "cosigné par", "soussignés", "soussignées", "organisations signataires", "ont signé", "cosignataires",
	"подписали", "подписанты", "подписавшие", "подписавшиеся", "нижеподписавшиеся", "подписавшие организации", "подписано", "подписи",
	"الموقعون", "الموقعين", "الموقعات", "المنظمات الموقعة", "الجهات الموقعة", "التوقيعات", "الموقعة", "وقع عليه", "وقع عليها",
	"签署方", "签署人", "签署者", "签署组织", "签署机构", "签署单位", "签名", "联署", "联署方", "联署人", "联署组织", "联署机构", "联署团体",
	"簽署方", "簽署人", "簽署組織", "聯署", "聯署團體", "連署", "連署團體",
	"assinam", "signatários", "subscrevem", "assinado por", "unterzeichner", "unterzeichnende", "unterzeichnet von", "unterzeichnerinnen",
	"firmatari", "firmato da", "sottoscritto da", "ondertekenaars", "ondertekend door", "undertecknare", "undertecknat av",
}

// closings end a letter. Names follow them, of one person far more often than of many: a list under one must be longer.
var closings = []string{
	"thank you", "signed", "sincerely", "yours sincerely", "sincerely yours", "respectfully", "yours faithfully", "yours truly", "regards", "in solidarity",
	"atentamente", "cordialmente", "respetuosamente", "en solidaridad", "firmas", "cordialement", "respectueusement", "salutations distinguées",
	"atenciosamente", "respeitosamente", "assinaturas", "rispettosamente", "distinti saluti", "cordiali saluti", "hochachtungsvoll", "mit freundlichen grüssen",
	"med vänlig hälsning", "med vänliga hälsningar", "met vriendelijke groet", "с уважением", "مع فائق الاحترام", "وتفضلوا بقبول فائق الاحترام", "此致 敬礼", "此致敬礼",
}

// What a heading is: how sure one can be that signatories follow.
const (
	surely  int32 = iota // its words say so
	perhaps              // it closes a letter
)

// furniture are the small words that the headings of lists and of their parts are made of. Prose has others.
var furniture = setOf(`
	the a an of to and or by in on for from at as with following below above including include includes list full letter open joint statement this that was were
	has have been is are we us who also all other others further additional total date far initial endorsed signed sign signing cosigned co-signed supported undersigned signatories
	signatory organisations organizations organisation organization organisational organizational groups group individuals individual people persons citizens concerned civil society
	companies company experts academics researchers scholars scientists networks coalitions coalition associations institutions bodies unions members member states
	international national regional local global ngos ngo csos capacity personal affiliation affiliations
	el la los las lo un una de del y e por en para con carta abierta pronunciamiento comunicado las siguientes siguientes organizaciones organización personas individuales sociedad
	civil lista abajo internacionales nacionales colectivos redes a título personal firmantes
	le les l des du et par pour dans en une lettre ouverte liste suivants suivantes organisations associations personnalités individus ont signé cette présente signataires
	os as dos das da do na no pela pelas pelos carta organizações entidades pessoas seguintes abaixo assinadas assinados
	i gli il della delle dei degli di le organizzazioni cittadini preoccupati lettera aperta seguenti
	die der den dem und von folgende folgenden organisationen personen brief offener
	och av följande organisationer de den het van en door organisaties volgende
	и в на по к письмо заявление обращение организации организаций следующие граждане эксперты открытое под настоящим ` + strings.Join(closings, " "))

// individuals and gatherings are what the labels of a list's parts call those who follow.
var (
	individuals = setOf("individual individuals people persons experts academics researchers scholars scientists citizens personas individuales académicos expertos personnalités individus particuliers personen pessoas cittadini граждане эксперты أفراد شخصيات")
	gatherings  = setOf("organisation organisations organization organizations organisational organizational groups group companies company ngos ngo networks associations institutions bodies unions coalitions organizaciones colectivos redes empresas associations organisationen organizações entidades organizzazioni организации منظمات")
)

func setOf(words string) map[string]bool {
	set := make(map[string]bool)
	for w := range strings.FieldsSeq(words) {
		set[fold.String(w)] = true
	}
	return set
}

const (
	maxHeading      = 120 // characters of a heading
	maxHeadingWords = 12  // besides the words that make it one
	maxUncased      = 4   // of them, in a script without case, where prose can't be told by its small letters
	maxHan          = 12  // characters of Han besides the words that make it one
)

// headed is a line that heads a list of signatories.
type headed struct {
	sure int32  // surely or perhaps
	end  int    // of the line, in bytes
	rest string // what stands after the colon on the line itself
	from int    // where rest begins, in bytes
}

const (
	sentences = ".!?。؟！？" // end what comes before a heading
	window    = 4 * maxHeading
)

// heading says whether the line around a heading's words, which ends at lineEnd, heads a list. It is a line of its own, or what ends a
// paragraph with a colon; and besides those words it has only furniture, numbers and words with a capital. "We, the undersigned, call on
// states to:" has more.
func heading(text string, m match, lineEnd int) (headed, bool) {
	h := headed{sure: m.owner, end: lineEnd}
	if strings.IndexByte(text[m.start:m.end], '\n') >= 0 {
		return h, false
	}
	after := text[m.end:min(lineEnd, m.end+window)]
	colon := strings.IndexAny(after, ":：")
	if colon < 0 && lineEnd-m.end > window {
		return h, false
	}
	if colon >= 0 {
		_, size := utf8.DecodeRuneInString(after[colon:])
		rest := text[m.end+colon+size : lineEnd]
		h.rest = strings.TrimSpace(rest)
		h.from = m.end + colon + size + strings.Index(rest, h.rest)
		after = after[:colon]
	}
	before := text[max(0, m.start-window):m.start]
	before = before[strings.LastIndexByte(before, '\n')+1:]
	if i := strings.LastIndexAny(before, sentences); i >= 0 {
		if colon < 0 || m.owner == perhaps {
			return h, false
		}
		_, size := utf8.DecodeRuneInString(before[i:])
		before = before[i+size:]
	}
	before, after = withoutBullet(before), strings.TrimRight(after, " \u00a0,،，*")
	if strings.ContainsAny(after, sentences+",،，;；") || utf8.RuneCountInString(before)+utf8.RuneCountInString(after) > maxHeading {
		return h, false
	}
	if colon < 0 && unicode.IsLower(firstRune(strings.TrimSpace(before+text[m.start:m.end]))) {
		return h, false
	}
	if m.owner == perhaps && (moreFields(before, 3) || moreFields(after, 0)) {
		return h, false
	}
	return h, onlyFurniture(before + " " + after)
}

// onlyFurniture says whether a piece of a heading has no word that only prose has.
func onlyFurniture(piece string) bool {
	words, uncased, han := 0, 0, 0
	for w := range strings.FieldsFuncSeq(piece, noWord) {
		words++
		switch r := firstRune(w); {
		case unicode.IsLower(r) && !furniture[fold.String(w)]:
			return false
		case unicode.Is(unicode.Han, r):
			han += utf8.RuneCountInString(w)
		case unicode.Is(unicode.Lo, r):
			uncased++
		}
	}
	return words <= maxHeadingWords && uncased <= maxUncased && han <= maxHan
}

// noWord parts words, but not at what joins the parts of one.
func noWord(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && r != '-'
}

// headsPart says whether a line heads a part of a list, as "Organisations" and "Individuals*" do: all its words are furniture.
func headsPart(line string) bool {
	words := 0
	for w := range strings.FieldsFuncSeq(line, noWord) {
		if words++; words > maxHeadingWords || !furniture[fold.String(w)] {
			return false
		}
	}
	return words > 0
}
