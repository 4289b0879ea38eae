package annotate

import "strings"

// arabicObjects are how words begin that stand behind a verb of saying as what was said, not as who says it: "أكد ضرورة", "وأكدت عدم".
const arabicObjects = "ضرور أهمي حرص التزام رفض دعم موقف استعداد قلق عدم وجود وقوف تمسك ثقت رغبت خطور جميع كل كاف أمل حق مسؤولي أسف استمرار مواصل تأييد تقدير شكر إدان ترحيب معارض أن إن"

// arabicTo are the prepositions behind a verb of saying that has no subject of its own: "وأشار إلى".
const arabicTo = " إلى الى على عن أن إن بأن أنه أنها "

// beginsObject says whether word k is what was said rather than who says it.
func (s *speechFinder) beginsObject(k int) bool {
	raw := strings.TrimPrefix(s.raw(k, k), "ال")
	for stem := range strings.FieldsSeq(arabicObjects) {
		if strings.HasPrefix(raw, stem) && len(raw) <= len(stem)+8 {
			return true
		}
	}
	return strings.Contains(arabicTo, " "+raw+" ")
}

// unnamed says whether a verb begins a sentence and goes on with what was said, so that its subject is who spoke before.
func (s *speechFinder) unnamed(k, behind int) bool {
	return s.language("ar") && s.words[k].gap&gapSentence != 0 && behind < len(s.words) && s.words[behind].gap&gapClause == 0 && s.beginsObject(behind)
}

// arabicSubject reads who says something between the verb and "that" or a colon: a name, or an office with a name, and what stands between
// commas behind it.
func (s *speechFinder) arabicSubject(k int) (speaker, int) {
	none := speaker{owner: nobody}
	if who, next := s.arabicPerson(k); who.told() {
		return who, next
	}
	if k >= len(s.words) || s.words[k].gap&gapClause != 0 || s.beginsObject(k) || s.has(k, adjunct|link|that|pronoun) || strings.Contains(arabicUnnamed, " "+s.raw(k, k)+" ") {
		return none, k
	}
	limit := maxArabicName
	if s.covered(k, head) || strings.HasPrefix(s.raw(k, k), "ال") {
		limit = maxArabicOffice
	}
	end := -1 // of the name
	for to := k + 1; to < len(s.words) && to-k <= limit; to++ {
		w := &s.words[to]
		introduced := w.gap&gapColon != 0 || s.has(to, that) && !strings.HasPrefix(s.raw(to, to), "و")
		switch {
		case w.gap&(gapSentence|gapSemicolon|gapOpens|gapDash) != 0:
			return none, k
		case introduced && end >= 0 && w.gap&(gapComma|gapColon) == 0: // "…، مشيرا إلى أن"
			return none, k
		case introduced:
			from, last := k, to
			if end >= 0 {
				from, last = s.arabicName(k, end, to)
			}
			for n := from + 1; n < last; n++ {
				if strings.Contains(arabicTimes, " "+s.raw(n, n)+" ") {
					last = n
				}
			}
			who := speaker{owner: nobody, name: s.raw(from, last-1), start: int(s.words[from].start), end: int(s.words[last-1].end), rule: "name", confidence: 0.6, first: k, next: to}
			return s.byName(who), to
		case s.has(to, negator|modal), s.words[to].class&(says|saysFor) != 0 && s.raw(to, to) != "بين":
			return none, k
		case end < 0 && limit == maxArabicName && strings.Contains(" في على عن إلى الى ", " "+s.raw(to, to)+" "):
			return none, k
		case w.gap&gapComma != 0 && end < 0:
			end, limit = to, maxArabicOffice
		}
	}
	return none, k
}

// arabicUnnamed are those who are told by what they are alone: sources, observers.
const arabicUnnamed = " مصادر مصدر المصادر المصدر مراقبون محللون خبراء ناشطون شهود سكان تقارير مسؤولون وسائل "

// arabicTimes are words that tell when, behind who says something.
const arabicTimes = " اليوم أمس مساء صباح ظهر الأحد الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت خلال "

// arabicName gives the words of the name of a subject that has words between commas from the end-th to the to-th: those, where an office
// stands before them, else those before.
func (s *speechFinder) arabicName(k, end, to int) (from, last int) {
	if !s.covered(k, head) || to-end > maxPersonal {
		return k, end
	}
	for n := end; n < to; n++ {
		if s.covered(n, head) || s.words[n].class&(says|saysFor) != 0 || strings.HasPrefix(s.raw(n, n), "ال") && n == end {
			return k, end
		}
	}
	return end, to
}
