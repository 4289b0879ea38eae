package main

import (
	"bufio"
	"bytes"
	_ "embed"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

// languages are those that a state has a name in, in the order in which its aliases stand.
var languages = []string{"en", "fr", "es", "ru", "zh", "ar"}

// unterm is what country-codes.csv calls each language.
var unterm = map[string]string{"en": "English", "fr": "French", "es": "Spanish", "ru": "Russian", "zh": "Chinese", "ar": "Arabic"}

//go:embed groups.yaml
var groupsFile []byte

//go:embed curated.yaml
var curatedFile []byte

// group is a set of states as groups.yaml has it.
type group struct {
	ID      string            `yaml:"id"`
	Name    string            `yaml:"name"`
	Names   map[string]string `yaml:"names"`
	Count   int               `yaml:"count"`   // of members among the states
	Others  []string          `yaml:"others"`  // members that are no member or observer state of the United Nations
	Of      []string          `yaml:"of"`      // groups whose members are its own
	Members string            `yaml:"members"` // codes
	Flag    string            `yaml:"flag"`    // column of country-codes.csv that marks members
	But     string            `yaml:"but"`     // codes that the column marks and that are no members
}

// curated is what curated.yaml says of a state.
type curated struct {
	Names    map[string]string `yaml:"names"`
	Aliases  []string          `yaml:"aliases"`
	Demonyms []string          `yaml:"demonyms"`
	Weak     []string          `yaml:"weak"`
	Except   []string          `yaml:"except"`
	Drop     []string          `yaml:"drop"`
}

// gazetteer is everything that is known of the world's states, by code in lower case.
type gazetteer struct {
	codes   map[string]map[string]string // a row of country-codes.csv by column
	cldr    map[string]map[string]string // language → CLDR's key → name
	strong  map[string][]string          // rigour's names
	items   map[string]string            // rigour's Wikidata items
	groups  []group
	curated map[string]curated
	forms   map[string]adjectives
}

func read(data fs.FS) (*gazetteer, error) {
	g := &gazetteer{codes: map[string]map[string]string{}, cldr: map[string]map[string]string{}, strong: map[string][]string{}, items: map[string]string{}}
	if err := g.readCodes(data, "country-codes/country-codes.csv"); err != nil {
		return nil, err
	}
	for _, language := range languages {
		if err := g.readCLDR(data, language); err != nil {
			return nil, err
		}
	}
	if err := g.readRigour(data, "rigour/territories.jsonl"); err != nil {
		return nil, err
	}
	if err := yaml.UnmarshalWithOptions(groupsFile, &g.groups, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("read groups.yaml: %w", err)
	}
	if err := yaml.UnmarshalWithOptions(curatedFile, &g.curated, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("read curated.yaml: %w", err)
	}
	if err := yaml.UnmarshalWithOptions(adjectivesFile, &g.forms, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("read adjectives.yaml: %w", err)
	}
	return g, nil
}

func (g *gazetteer) readCodes(data fs.FS, name string) error {
	f, err := data.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	code := slices.Index(rows[0], "ISO3166-1-Alpha-2")
	if code < 0 {
		return fmt.Errorf("read %s: it has no column ISO3166-1-Alpha-2", name)
	}
	for _, row := range rows[1:] {
		fields := make(map[string]string, len(row))
		for i, value := range row {
			fields[rows[0][i]] = value
		}
		g.codes[strings.ToLower(row[code])] = fields
	}
	return nil
}

func (g *gazetteer) readCLDR(data fs.FS, language string) error {
	name := "cldr/" + language + ".territories.json"
	text, err := fs.ReadFile(data, name)
	if err != nil {
		return err
	}
	var file struct {
		Main map[string]struct {
			LocaleDisplayNames struct {
				Territories map[string]string `json:"territories"`
			} `json:"localeDisplayNames"`
		} `json:"main"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	g.cldr[language] = file.Main[language].LocaleDisplayNames.Territories
	return nil
}

func (g *gazetteer) readRigour(data fs.FS, name string) error {
	text, err := fs.ReadFile(data, name)
	if err != nil {
		return err
	}
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, len(text)+1)
	for lines.Scan() {
		var territory struct {
			Code   string   `json:"code"`
			Item   string   `json:"qid"`
			Strong []string `json:"names_strong"`
		}
		if err := json.Unmarshal(lines.Bytes(), &territory); err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
		g.strong[territory.Code], g.items[territory.Code] = territory.Strong, territory.Item
	}
	return lines.Err()
}
