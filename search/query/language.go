package query

import (
	"strings"

	"rostrum/internal/fold"
)

// languages are the names of the languages that are likely to be asked for: code, English, own.
var languages = [][]string{
	{"ar", "Arabic", "العربية"}, {"bg", "Bulgarian", "български"}, {"bn", "Bengali", "বাংলা"}, {"cs", "Czech", "čeština"},
	{"da", "Danish", "dansk"}, {"de", "German", "Deutsch"}, {"el", "Greek", "Ελληνικά"}, {"en", "English"},
	{"es", "Spanish", "español", "castellano"}, {"et", "Estonian", "eesti"}, {"fa", "Persian", "فارسی", "Farsi"}, {"fi", "Finnish", "suomi"},
	{"fr", "French", "français"}, {"ga", "Irish", "Gaeilge"}, {"he", "Hebrew", "עברית"}, {"hi", "Hindi", "हिन्दी"}, {"hr", "Croatian", "hrvatski"},
	{"hu", "Hungarian", "magyar"}, {"hy", "Armenian", "հայերեն"}, {"id", "Indonesian", "Bahasa Indonesia"}, {"it", "Italian", "italiano"},
	{"ja", "Japanese", "日本語"}, {"ka", "Georgian", "ქართული"}, {"kk", "Kazakh", "қазақша"}, {"ko", "Korean", "한국어"}, {"lt", "Lithuanian", "lietuvių"},
	{"lv", "Latvian", "latviešu"}, {"ms", "Malay", "Bahasa Melayu"}, {"mt", "Maltese", "Malti"}, {"nl", "Dutch", "Nederlands"}, {"no", "Norwegian", "norsk"},
	{"pl", "Polish", "polski"}, {"pt", "Portuguese", "português"}, {"ro", "Romanian", "română"}, {"ru", "Russian", "русский"}, {"sk", "Slovak", "slovenčina"},
	{"sl", "Slovenian", "slovenščina"}, {"sr", "Serbian", "српски"}, {"sv", "Swedish", "svenska"}, {"sw", "Swahili", "Kiswahili"}, {"th", "Thai", "ไทย"},
	{"tr", "Turkish", "Türkçe"}, {"uk", "Ukrainian", "українська"}, {"und", "undetermined", "unknown"}, {"ur", "Urdu", "اردو"}, {"uz", "Uzbek", "oʻzbekcha"},
	{"vi", "Vietnamese", "Tiếng Việt"}, {"zh", "Chinese", "中文", "汉语", "漢語"},
}

// languageCode gives the ISO 639-1 code of a language by code (with or without a region) or name. Any two letters are a code.
func languageCode(value string) (string, bool) {
	folded := fold.String(strings.TrimSpace(value))
	for _, names := range languages {
		for _, n := range names {
			if fold.String(n) == folded {
				return names[0], true
			}
		}
	}
	code, _, _ := strings.Cut(strings.ReplaceAll(folded, "_", "-"), "-")
	if len(code) == 2 && code[0] >= 'a' && code[0] <= 'z' && code[1] >= 'a' && code[1] <= 'z' {
		return code, true
	}
	return "", false
}

// LanguageName gives the English name of a language, else its code.
func LanguageName(code string) string {
	for _, names := range languages {
		if names[0] == code {
			return names[1]
		}
	}
	return code
}

func nearestLanguages(value string) []string {
	folded := fold.String(value)
	var near []string
	for _, names := range languages {
		if distance(folded, fold.String(names[1])) <= 2 {
			near = append(near, names[1])
		}
	}
	return near
}
