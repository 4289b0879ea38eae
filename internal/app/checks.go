package app

import (
	"errors"
	"fmt"

	"rostrum/configs"
	"rostrum/internal/fault"
	"rostrum/search/analysis"
)

// Checks are what a configuration must also hold that package configs knows nothing of: topics' queries parse, actors' aliases
// have a word to be found by, no source takes the name of imports.
func Checks() []configs.Checker { return []configs.Checker{checkTopics, checkAliases, checkImportName} }

// checkAliases finds the names that no text could hold.
func checkAliases(cfg *configs.Config, problems *configs.Problems) {
	for _, a := range cfg.Actors {
		for i, alias := range a.Aliases {
			if len(analysis.Terms(alias)) == 0 {
				problems.Add(a.At, fmt.Sprintf("aliases[%d]", i), alias, "the alias has no letter or digit to be found by", "write the name out, or take it out")
			}
		}
	}
}

func checkTopics(cfg *configs.Config, problems *configs.Problems) {
	for _, p := range cfg.Processes {
		for _, t := range p.Topics {
			for language, text := range t.Query {
				field := "query"
				if language != "" {
					field += "." + language
				}
				if _, err := topicQuery(text); err != nil {
					what, remedy := err.Error(), "use words, phrases, prefixes, title: and lang: only"
					if f, ok := errors.AsType[*fault.Error](err); ok {
						what, remedy = f.What, f.Remedy
					}
					problems.Add(t.At, field, text, what, remedy)
				}
			}
		}
	}
}
