package annotate

import (
	"strings"

	"rostrum/internal/fold"
)

// selfNamed are what those who sign call themselves in the text of a letter: their names then follow it, even where nothing heads them.
var selfNamed = []string{"undersign", "abajo firmantes", "soussigne", "нижеподписавш", "الموقعون", "المنظمات الموقعة", "الموقعة", "abaixo assinad", "sottoscritt", "unterzeichne", "undertecknad"}

func speaksOfUndersigned(words string) bool {
	folded := fold.String(words)
	for _, s := range selfNamed {
		if strings.Contains(folded, fold.String(s)) {
			return true
		}
	}
	return false
}

const fewestUnheaded = 5 // names of a list that nothing heads

// unheaded reads the names that follow a letter whose text speaks of its undersigned: the first run of lines, each a name and next to all
// of them surely, right after the end of a paragraph.
func unheaded(text string, from int) (items []item, at region) {
	ended := true
	for start := from; start < len(text); {
		line, next := lineAt(text, start)
		trimmed := strings.TrimFunc(line, unseen)
		if trimmed == "" {
			start = next
			continue
		}
		if !ended || !isNameLine(line, start) {
			ended = endsParagraph(trimmed)
			start = next
			continue
		}
		items, end := namesFrom(text, start)
		if len(items) >= fewestUnheaded {
			return items, region{start, end}
		}
		ended = false
		start = next
	}
	return nil, region{}
}

// namesFrom reads lines as long as each is a name.
func namesFrom(text string, start int) (items []item, end int) {
	for end = start; start < len(text); {
		line, next := lineAt(text, start)
		if strings.TrimFunc(line, unseen) != "" {
			if !isNameLine(line, start) {
				break
			}
			items = append(items, split(line, start, "\t")...)
			end = start + len(line)
		}
		start = next
	}
	return items, end
}

func endsParagraph(line string) bool {
	return strings.HasSuffix(line, ".") || strings.HasSuffix(line, ":") || strings.HasSuffix(line, "!") || strings.HasSuffix(line, "。") || strings.HasSuffix(line, "：")
}
