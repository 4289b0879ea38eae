package configs

import (
	"fmt"
	"strings"

	"rostrum/internal/fold"
)

// maxName bounds a name or alias, in bytes.
const maxName = 300

// applyExtensions adds what extensions say to the actors they name, positions included.
func (l *loader) applyExtensions() {
	byID := map[string]*Actor{}
	for i := range l.cfg.Actors {
		byID[l.cfg.Actors[i].ID] = &l.cfg.Actors[i]
	}
	for _, e := range l.extend {
		actor := byID[e.ID]
		if actor == nil {
			if e.ID != "" && !l.listsBad {
				l.problems.Add(e.At, "id", e.ID, fmt.Sprintf("no list defines the actor %q", e.ID), suggest(e.ID, sortedKeys(byID)))
			}
			continue
		}
		extend(actor.At, "aliases", &actor.Aliases, e.At, e.Aliases)
		extend(actor.At, "weak", &actor.Weak, e.At, e.Weak)
		extend(actor.At, "except", &actor.Except, e.At, e.Except)
		extend(actor.At, "member_of", &actor.MemberOf, e.At, e.MemberOf)
		extend(actor.At, "sites", &actor.Sites, e.At, e.Sites)
	}
}

func extend(at Place, field string, list *[]string, from Place, more []string) {
	for i, word := range more {
		at.spots[fmt.Sprintf("%s[%d]", field, len(*list))] = from.Of(fmt.Sprintf("%s[%d]", field, i))
		*list = append(*list, word)
	}
}

// checkActors looks for ids defined twice, groups that nobody defines, and names that two actors claim. It gives the actors.
func (l *loader) checkActors() definitions {
	groups, actors := newDefinitions("group"), newDefinitions("actor")
	groups.partial, actors.partial = l.listsBad, l.listsBad
	for _, g := range l.cfg.Groups {
		groups.define(l.problems, g.At, g.ID, "")
	}
	claims := claims{}
	for i := range l.cfg.Actors {
		a := &l.cfg.Actors[i]
		if !actors.define(l.problems, a.At, a.ID, "; to add to it use extend") {
			continue
		}
		for i, group := range a.MemberOf {
			groups.refer(l.problems, a.At, fmt.Sprintf("member_of[%d]", i), group)
		}
		claims.actor(l.problems, a)
	}
	return actors
}

// claims are the names that actors go by, folded, and who claimed each first.
type claims map[string]claim

type claim struct {
	id string
	at Position
}

// actor claims an actor's names and aliases. Weak names may be shared: they decide nothing alone.
func (c claims) actor(problems *Problems, a *Actor) {
	c.name(problems, a, "name", a.Name)
	for _, language := range sortedKeys(a.Names) {
		c.name(problems, a, "names."+language, a.Names[language])
	}
	for i, alias := range a.Aliases {
		c.name(problems, a, fmt.Sprintf("aliases[%d]", i), alias)
	}
	for i, weak := range a.Weak {
		tooLong(problems, a, fmt.Sprintf("weak[%d]", i), weak)
	}
	for i, phrase := range a.Except {
		tooLong(problems, a, fmt.Sprintf("except[%d]", i), phrase)
	}
}

func (c claims) name(problems *Problems, a *Actor, field, name string) {
	key := strings.Join(strings.Fields(fold.String(name)), " ")
	if key == "" || tooLong(problems, a, field, name) {
		return
	}
	first, taken := c[key]
	switch {
	case !taken:
		c[key] = claim{a.ID, a.At.Of(field)}
	case first.id != a.ID:
		problems.Add(a.At, field, name, fmt.Sprintf("%q is a name of %s as well (%v)", shorten(name), first.id, first.at),
			"keep it with one of the two, or list it under weak for both")
	}
}

func tooLong(problems *Problems, a *Actor, field, name string) bool {
	if len(name) <= maxName {
		return false
	}
	problems.Add(a.At, field, name, fmt.Sprintf("is longer than %d bytes", maxName), "shorten it: no text names anybody so")
	return true
}
