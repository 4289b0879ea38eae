package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// Corrector overrides what was found of an actor in a statement.
type Corrector interface {
	// Correct makes a correction, applies it at once and gives it as it is kept: every rebuild applies it too. One of the same statement,
	// actor and role takes the place of the one before. A statement that is not stored is a fault.NotFound, an actor that nobody knows a
	// fault.Invalid.
	Correct(ctx context.Context, c NewCorrection, by string) (Correction, error)
	// Corrections gives all, those of the configuration first.
	Corrections() []Correction
	// Withdraw takes a correction back, at once: what was found counts again. fault.NotFound for an id that isn't there, fault.Conflict for one
	// that the configuration holds.
	Withdraw(ctx context.Context, id string) (Correction, error)
}

// NewCorrection is a correction as it is asked for.
type NewCorrection struct {
	Statement string `json:"statement" minLength:"1" maxLength:"4096" doc:"its id, or the URL of its page"`
	Actor     string `json:"actor" minLength:"1" maxLength:"200" doc:"id of an actor of the registry, or of one that the statement names"`
	Role      string `json:"role,omitempty" enum:"issuer,signatory,quoted,mentioned" doc:"needed to add; absent, to remove the actor from every role"`
	Action    string `json:"action,omitempty" enum:"add,remove" default:"add" doc:"add: the actor has the role; remove: it has not"`
	Reason    string `json:"reason" minLength:"1" maxLength:"1000" doc:"a sentence that readers see"`
}

// Correction is a correction as it is kept.
type Correction struct {
	ID        string     `json:"id"`
	Statement string     `json:"statement"`
	Actor     string     `json:"actor"`
	Name      string     `json:"name,omitempty" doc:"of the actor"`
	Role      string     `json:"role,omitempty"`
	Action    string     `json:"action" enum:"add,remove"`
	Reason    string     `json:"reason"`
	Made      *time.Time `json:"made,omitempty" doc:"the day"`
	By        string     `json:"by,omitempty"`
	From      string     `json:"from" doc:"api; else the process whose corrections.yaml has it"`
}

type correctionList struct {
	Corrections []Correction `json:"corrections"`
}

func (s *server) registerCorrections(api huma.API) {
	huma.Get(api, adminPath+"corrections", s.listCorrections)
	huma.Post(api, adminPath+"corrections", s.correct, func(o *huma.Operation) { o.DefaultStatus = http.StatusCreated })
	huma.Delete(api, adminPath+"corrections/{id}", s.withdraw, withAnswer)
}

func (s *server) listCorrections(context.Context, *struct{}) (*out[correctionList], error) {
	return &out[correctionList]{Body: correctionList{s.Admin.Corrector.Corrections()}}, nil
}

func (s *server) correct(ctx context.Context, in *struct{ Body NewCorrection }) (*out[Correction], error) {
	c := in.Body
	noteAudit(ctx, slog.String("target", c.Statement), slog.String("actor", c.Actor), slog.String("role", c.Role), slog.String("action", c.Action),
		slog.String("reason", c.Reason))
	made, err := s.Admin.Corrector.Correct(ctx, c, IdentityOf(ctx).Name)
	return answer(ctx, s, made, err)
}

func (s *server) withdraw(ctx context.Context, in *idInput) (*out[Correction], error) {
	gone, err := s.Admin.Corrector.Withdraw(ctx, in.ID)
	noteAudit(ctx, slog.String("target", gone.Statement), slog.String("actor", gone.Actor), slog.String("role", gone.Role))
	return answer(ctx, s, gone, err)
}
