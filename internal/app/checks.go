package app

import (
	"errors"

	"rostrum/configs"
	"rostrum/internal/fault"
)

// Checks are what a configuration must also hold that package configs knows nothing of: topics' queries parse, no
// source takes the name of imports.
func Checks() []configs.Checker { return []configs.Checker{checkTopics, checkImportName} }

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
