package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"rostrum/configs"
	"rostrum/indexer"
	"rostrum/internal/durable"
	"rostrum/internal/fault"
	"rostrum/internal/registry"
	"rostrum/internal/statement"
	"rostrum/search/httpapi"
)

// CorrectionsFile holds, in the data folder, the corrections that were made over the API, in the form of a process's corrections.yaml.
const CorrectionsFile = "corrections.yaml"

// corrector keeps corrections and applies them: those of the configuration, and those made over the API.
type corrector struct {
	node     *node
	registry *registry.Registry
	dir      string // the data folder
	given    []httpapi.Correction
	now      func() time.Time
	log      *slog.Logger

	mu      sync.Mutex
	own     []configs.Correction
	changed []string // statements whose corrections were changed since the start, in order
}

// newCorrector reads the corrections.
func newCorrector(cfg *configs.Config, reg *registry.Registry, n *node, log *slog.Logger) (*corrector, error) {
	own, err := configs.ReadCorrections(cfg.Data, CorrectionsFile)
	if err != nil {
		return nil, fault.Newf(fault.Invalid, "read %s: %w", filepath.Join(cfg.Data, CorrectionsFile), err)
	}
	k := &corrector{node: n, registry: reg, dir: cfg.Data, own: own, now: time.Now, log: log}
	for _, p := range cfg.Processes {
		for _, c := range p.Corrections {
			k.given = append(k.given, k.shown(c, p.ID))
		}
	}
	n.reader.SetCorrections(k.inForce(own))
	return k, nil
}

// shown is a correction as the API gives it.
func (k *corrector) shown(c configs.Correction, from string) httpapi.Correction {
	out := httpapi.Correction{ID: correctionID(c), Statement: c.Statement, Actor: c.Actor, Name: c.Name, Role: c.Role, Action: c.Action, Reason: c.Reason,
		By: c.By, From: from}
	if actor, ok := k.registry.Actor(c.Actor); ok {
		out.Name = actor.Name
	}
	if out.Action == "" {
		out.Action = "add"
	}
	if !c.Made.IsZero() {
		out.Made = &c.Made
	}
	return out
}

// correctionID names what a correction corrects: there is one for each statement, actor and role.
func correctionID(c configs.Correction) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{c.Statement, c.Actor, c.Role}, "\n")))
	return hex.EncodeToString(sum[:8])
}

// all gives every correction, those of the configuration first.
func (k *corrector) all(own []configs.Correction) []httpapi.Correction {
	all := slices.Clone(k.given)
	for _, c := range own {
		all = append(all, k.shown(c, "api"))
	}
	return all
}

// inForce gives them as the indexer takes them.
func (k *corrector) inForce(own []configs.Correction) []indexer.Correction {
	all := k.all(own)
	out := make([]indexer.Correction, 0, len(all))
	for _, c := range all {
		out = append(out, indexer.Correction{Statement: c.Statement, Actor: c.Actor, Name: c.Name, Role: statement.Role(c.Role), Remove: c.Action == "remove", Reason: c.Reason})
	}
	return out
}

// Corrections implements httpapi.Corrector.
func (k *corrector) Corrections() []httpapi.Correction {
	k.mu.Lock()
	defer k.mu.Unlock()
	return append([]httpapi.Correction{}, k.all(k.own)...)
}

// again applies corrections that what is stored does not show: they were added to the configuration, or a crash came between. What can't be
// corrected now is said, and is at the next rebuild.
func (k *corrector) again(ctx context.Context) error {
	wrong, err := k.node.indexer.Uncorrected(ctx, k.node.store)
	if err != nil {
		return err
	}
	for _, id := range wrong {
		if err := k.node.indexer.Correct(ctx, k.node.store, []string{id}); err != nil {
			k.log.Warn("a correction can't be applied to what is stored; the next rebuild applies it", "statement", id, "error", err)
			continue
		}
		k.log.Info("statement corrected", "statement", id)
	}
	return nil
}

// count is how many changes there were since the start; since gives the statements of all but the first n.
func (k *corrector) count() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.changed)
}

func (k *corrector) since(n int) []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.changed[min(n, len(k.changed)):])
}

// Correct implements httpapi.Corrector.
func (k *corrector) Correct(ctx context.Context, in httpapi.NewCorrection, by string) (httpapi.Correction, error) {
	target, err := statementOf(in.Statement)
	if err != nil {
		return httpapi.Correction{}, err
	}
	if in.Action != "remove" && in.Role == "" {
		return httpapi.Correction{}, &fault.Error{Kind: fault.Invalid, What: "in which role the actor is to be added is missing", Field: "role",
			Remedy: "issuer, signatory, quoted or mentioned; or action remove", Position: -1}
	}
	c := configs.Correction{Statement: target.Statement, Action: in.Action, Actor: in.Actor, Role: in.Role, Reason: strings.TrimSpace(in.Reason),
		Made: k.now().UTC().Truncate(24 * time.Hour), By: by}
	err = k.change(ctx, target.Statement, func(st *statement.Statement, own []configs.Correction) ([]configs.Correction, error) {
		if err := k.name(&c, st); err != nil {
			return nil, err
		}
		for _, g := range k.given {
			if g.ID == correctionID(c) {
				return nil, fault.New(fault.Conflict, "the corrections.yaml of "+g.From+" corrects the same thing", "change it there")
			}
		}
		same := func(o configs.Correction) bool { return correctionID(o) == correctionID(c) }
		return append(slices.DeleteFunc(slices.Clone(own), same), c), nil
	})
	return k.shown(c, "api"), err
}

// name finds the actor of a correction: in the registry, else among those that the statement names.
func (k *corrector) name(c *configs.Correction, st *statement.Statement) error {
	if _, ok := k.registry.Actor(c.Actor); ok {
		return nil
	}
	for _, a := range st.Actors {
		if a.ID == c.Actor || a.Name == c.Actor {
			c.Actor, c.Name = a.ID, a.Name
			return nil
		}
	}
	for _, e := range st.Evidence { // it may have been removed before
		if e.ID == c.Actor {
			return nil
		}
	}
	return &fault.Error{Kind: fault.Invalid, What: "no actor " + c.Actor + " is known", Field: "actor", Position: -1,
		Remedy: "give the id of an actor in actors.yaml, or of one that `rostrum show --json` names in this statement"}
}

// Withdraw implements httpapi.Corrector.
func (k *corrector) Withdraw(ctx context.Context, id string) (gone httpapi.Correction, err error) {
	for _, c := range k.Corrections() {
		if c.ID == id {
			gone = c
		}
	}
	switch {
	case gone.ID == "":
		return gone, fault.New(fault.NotFound, "no correction has the id "+id, "list them with: rostrum correct list")
	case gone.From != "api":
		return gone, fault.New(fault.Conflict, "this correction stands in the corrections.yaml of "+gone.From, "remove it there, start Rostrum again and run: rostrum reindex")
	}
	return gone, k.change(ctx, gone.Statement, func(_ *statement.Statement, own []configs.Correction) ([]configs.Correction, error) {
		return slices.DeleteFunc(slices.Clone(own), func(c configs.Correction) bool { return correctionID(c) == id }), nil
	})
}

// change changes the corrections of a statement: in the store first, then for good. After a crash between the two, the start applies what is
// written down.
func (k *corrector) change(ctx context.Context, id string, edit func(*statement.Statement, []configs.Correction) ([]configs.Correction, error)) error {
	waiting, cancel := context.WithTimeout(ctx, turnWait)
	defer cancel()
	end, err := k.node.turn.take(waiting)
	if err != nil {
		return fault.New(fault.Transient, "the index is being written to", "try again when a rebuild is done: rostrum status")
	}
	defer end()
	stored, err := k.node.store.Stored(ctx, []string{id})
	if err != nil {
		return err
	}
	st := stored[id]
	if st == nil {
		return fault.New(fault.NotFound, "no statement "+id+" is stored", "give the id that `rostrum search` shows, or the URL of its page")
	}
	k.mu.Lock()
	before := k.own
	k.mu.Unlock()
	after, err := edit(st, before)
	if err != nil {
		return err
	}
	k.node.reader.SetCorrections(k.inForce(after))
	if err = k.node.indexer.Correct(ctx, k.node.store, []string{id}); err == nil {
		err = k.write(after)
	}
	if err != nil {
		k.node.reader.SetCorrections(k.inForce(before))
		return errors.Join(fmt.Errorf("correct %s: %w", id, err), k.node.indexer.Correct(ctx, k.node.store, []string{id}))
	}
	k.mu.Lock()
	k.own, k.changed = after, append(k.changed, id)
	k.mu.Unlock()
	return nil
}

// write puts the file of corrections in the place of the one before; when it returns nil it is on disk.
func (k *corrector) write(all []configs.Correction) error {
	text := "# Corrections made with rostrum correct and over the API. Change them there, or here while Rostrum is stopped.\n" +
		string(configs.FormatCorrections(all))
	if err := durable.WriteFile(filepath.Join(k.dir, CorrectionsFile), []byte(text), 0o600); err != nil {
		return fmt.Errorf("write corrections: %w", err)
	}
	return nil
}
