package app

import (
	"rostrum/configs"
	"rostrum/internal/fault"
	"rostrum/internal/registry"
)

// newRegistry turns a checked configuration into the registry of its actors, groups, topics and processes.
func newRegistry(cfg *configs.Config) (*registry.Registry, error) {
	actors := make([]registry.Actor, 0, len(cfg.Actors))
	for _, a := range cfg.Actors {
		actors = append(actors, registry.Actor{ID: a.ID, Kind: a.Kind, Name: a.Name, Names: a.Names, Aliases: a.Aliases, Weak: a.Weak, Except: a.Except,
			Wikidata: a.Wikidata, MemberOf: a.MemberOf, Sites: a.Sites})
	}
	groups := make([]registry.Group, 0, len(cfg.Groups))
	for _, g := range cfg.Groups {
		groups = append(groups, registry.Group{ID: g.ID, Name: g.Name, Names: g.Names})
	}
	var topics []registry.Topic
	var processes []registry.Process
	for _, p := range cfg.Processes {
		for _, t := range p.Topics {
			topics = append(topics, registry.Topic{ID: t.ID, Name: t.Name, Names: t.Names, Query: t.Query.String()})
		}
		processes = append(processes, processOf(p))
	}
	r, err := registry.New(actors, groups, topics, processes)
	if err != nil {
		return nil, fault.As(fault.Invalid, err)
	}
	return r, nil
}

func processOf(p configs.Process) registry.Process {
	out := registry.Process{ID: p.ID, Name: p.Name}
	for _, m := range p.Milestones {
		out.Milestones = append(out.Milestones, registry.Milestone{ID: m.ID, Name: m.Name, Date: m.Date})
	}
	for _, ph := range p.Phases {
		out.Phases = append(out.Phases, registry.Phase{ID: ph.ID, Name: ph.Name, From: ph.From, To: ph.To})
	}
	return out
}
