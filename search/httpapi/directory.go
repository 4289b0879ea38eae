package httpapi

import (
	"context"
	"time"

	"rostrum/search"
)

type actors struct {
	Actors []search.Listed `json:"actors"`
}

func (s *server) listActors(ctx context.Context, _ *struct{}) (*out[actors], error) {
	found, err := s.Search.Actors(ctx)
	return answer(ctx, s, actors{found}, err)
}

func (s *server) showActor(ctx context.Context, in *idInput) (*out[search.ActorDetail], error) {
	found, err := s.Search.Actor(ctx, in.ID)
	return answer(ctx, s, found, err)
}

type topics struct {
	Topics []search.Listed `json:"topics"`
}

func (s *server) listTopics(ctx context.Context, _ *struct{}) (*out[topics], error) {
	found, err := s.Search.Topics(ctx)
	return answer(ctx, s, topics{found}, err)
}

func (s *server) showTopic(ctx context.Context, in *idInput) (*out[search.TopicDetail], error) {
	found, err := s.Search.Topic(ctx, in.ID)
	return answer(ctx, s, found, err)
}

// process is a process as the outside sees it.
type process struct {
	ID         string      `json:"id"`
	Name       string      `json:"name"`
	Milestones []milestone `json:"milestones"`
	Phases     []phase     `json:"phases"`
}

type milestone struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Date string `json:"date" format:"date"`
}

type phase struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	From string `json:"from" format:"date" doc:"inclusive"`
	To   string `json:"to,omitempty" format:"date" doc:"exclusive; absent while it lasts"`
}

type processes struct {
	Processes []process `json:"processes"`
}

func (s *server) listProcesses(_ context.Context, _ *struct{}) (*out[processes], error) {
	body := processes{Processes: []process{}}
	for _, p := range s.Registry().Processes() {
		shown := process{ID: p.ID, Name: p.Name, Milestones: []milestone{}, Phases: []phase{}}
		for _, m := range p.Milestones {
			shown.Milestones = append(shown.Milestones, milestone{m.ID, m.Name, m.Date.Format(time.DateOnly)})
		}
		for _, ph := range p.Phases {
			to := ""
			if !ph.To.IsZero() {
				to = ph.To.Format(time.DateOnly)
			}
			shown.Phases = append(shown.Phases, phase{ph.ID, ph.Name, ph.From.Format(time.DateOnly), to})
		}
		body.Processes = append(body.Processes, shown)
	}
	return &out[processes]{Body: body}, nil
}

type sources struct {
	Sources []search.SourceState `json:"sources"`
}

func (s *server) listSources(ctx context.Context, _ *struct{}) (*out[sources], error) {
	found, err := s.Sources.Sources(ctx)
	return answer(ctx, s, sources{found}, err)
}
