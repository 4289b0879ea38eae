package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// state is an entry of states.yaml.
type state struct {
	ID                    string
	Names                 map[string]string
	Aliases, Weak, Except []string
	Wikidata              string
	MemberOf              []string
}

// generate makes states.yaml.
func generate(data fs.FS) ([]byte, error) {
	g, err := read(data)
	if err != nil {
		return nil, err
	}
	members, err := g.members()
	if err != nil {
		return nil, err
	}
	var states []state
	var faults []error
	for _, id := range slices.Sorted(maps.Keys(g.world(members))) {
		s, err := g.state(id)
		faults = append(faults, err)
		for _, group := range g.groups {
			if members[group.ID][id] {
				s.MemberOf = append(s.MemberOf, group.ID)
			}
		}
		states = append(states, s)
	}
	faults = append(faults, disjoint(states))
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return g.write(states), nil
}

// world is the codes of all member and observer states.
func (g *gazetteer) world(members map[string]map[string]bool) map[string]bool {
	all := maps.Clone(members["un"])
	maps.Copy(all, members["un-observer-states"])
	return all
}

// members gives the members of every group, and checks that they are as many as groups.yaml says.
func (g *gazetteer) members() (map[string]map[string]bool, error) {
	members := make(map[string]map[string]bool)
	for _, group := range g.groups {
		set := make(map[string]bool)
		for code := range strings.FieldsSeq(group.Members) {
			set[code] = true
		}
		members[group.ID] = set
	}
	for _, group := range g.groups {
		for _, of := range group.Of {
			maps.Copy(members[group.ID], members[of])
		}
	}
	world := g.world(members)
	var faults []error
	for _, group := range g.groups {
		set := members[group.ID]
		for code := range world {
			if group.Flag != "" && g.codes[code][group.Flag] != "" && !slices.Contains(strings.Fields(group.But), code) {
				set[code] = true
			}
		}
		if len(set) != group.Count {
			faults = append(faults, fmt.Errorf("group %s: %d members, not %d", group.ID, len(set), group.Count))
		}
		for code := range set {
			if !world[code] {
				faults = append(faults, fmt.Errorf("group %s: %s is no member or observer state", group.ID, code))
			}
		}
	}
	return members, errors.Join(faults...)
}

// state puts together what the sources and the curated file say of one state.
func (g *gazetteer) state(id string) (state, error) {
	row, by := g.codes[id], g.curated[id]
	if row == nil {
		return state{}, fmt.Errorf("state %s: country-codes.csv does not have it", id)
	}
	s := state{ID: id, Names: make(map[string]string), Except: by.Except, Wikidata: path.Base(row["wikidata_id"])}
	if s.Wikidata == "." {
		s.Wikidata = g.items[id]
	}
	var shown, all names
	for _, language := range languages {
		name := by.Names[language]
		if name == "" {
			name = clean(g.cldr[language][strings.ToUpper(id)], language)
		}
		if name == "" {
			return s, fmt.Errorf("state %s: no name in %s", id, language)
		}
		s.Names[language] = name
		shown.add(name)
		all.add(name)
	}
	for _, name := range g.aliases(id) {
		all.add(name)
	}
	s.Aliases = all.list[len(shown.list):]
	var weak names
	for _, name := range by.Weak {
		weak.add(name)
	}
	for _, name := range append(append(slices.Clone(by.Demonyms), row["Capital"]), g.forms[id].all()...) {
		if !all.has(name) && (name != row["Capital"] || !slices.Contains(by.Drop, name)) {
			weak.add(name)
		}
	}
	s.Weak = weak.list
	if capital := row["Capital"]; strings.HasPrefix(key(capital), key(s.Names["en"])+" ") && !slices.Contains(s.Except, capital) {
		s.Except = append(slices.Clone(s.Except), capital)
	}
	return s, nil
}

// aliases gives the further names of a state, some of them twice: formal names, short names, those of CLDR, curated ones, rigour's.
func (g *gazetteer) aliases(id string) []string {
	row, code := g.codes[id], strings.ToUpper(id)
	var found []string
	for _, language := range languages {
		for _, column := range []string{"UNTERM " + unterm[language] + " Formal", "UNTERM " + unterm[language] + " Short"} {
			if name := clean(row[column], language); !strings.ContainsAny(name, "_") && !strings.Contains(name, "(دولة -") {
				found = append(found, name)
			}
		}
		for _, variant := range []string{"", "-alt-short", "-alt-variant"} {
			if name := clean(g.cldr[language][code+variant], language); !strings.ContainsAny(name, "(（") && !strings.Contains(name, " - ") && len(name) > 2 {
				found = append(found, name)
			}
		}
	}
	found = append(found, g.curated[id].Aliases...)
	for _, name := range g.strong[id] {
		if name = clean(name, ""); usable(name) {
			found = append(found, name)
		}
	}
	dropped := func(name string) bool {
		return slices.ContainsFunc(g.curated[id].Drop, func(d string) bool { return clean(d, "") == name })
	}
	return slices.DeleteFunc(found, dropped)
}

// disjoint tells of names that two states have.
func disjoint(states []state) error {
	owners := make(map[string]string)
	var faults []error
	for _, s := range states {
		for _, name := range append(slices.Collect(maps.Values(s.Names)), s.Aliases...) {
			if owner := owners[key(name)]; owner != "" && owner != s.ID {
				faults = append(faults, fmt.Errorf("%q is a name of %s and %s: drop it for one in curated.yaml", name, owner, s.ID))
			}
			owners[key(name)] = s.ID
		}
	}
	return errors.Join(faults...)
}
