package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"rostrum/search/export"
)

const schedulesPath = "/api/v1/export-schedules"

func (s *server) registerSchedules(api huma.API) {
	if s.Schedules == nil {
		return
	}
	huma.Get(api, schedulesPath, s.listSchedules)
	huma.Register(api, huma.Operation{OperationID: "create-export-schedule", Method: http.MethodPost, Path: schedulesPath, DefaultStatus: http.StatusCreated,
		Summary: "Make an export again and again, and bring each to a folder of the server or a bucket"}, s.createSchedule)
	huma.Get(api, schedulesPath+"/{id}", s.showSchedule)
	huma.Delete(api, schedulesPath+"/{id}", s.removeSchedule)
	huma.Register(api, huma.Operation{OperationID: "run-export-schedule", Method: http.MethodPost, Path: schedulesPath + "/{id}/run", DefaultStatus: http.StatusAccepted,
		Summary: "Make the next export now, or try again at once what failed"}, s.runSchedule)
}

type scheduleList struct {
	Schedules []export.Schedule `json:"schedules" doc:"the oldest first"`
}

func (s *server) listSchedules(ctx context.Context, _ *struct{}) (*out[scheduleList], error) {
	return &out[scheduleList]{Body: scheduleList{s.Schedules.List(owner(ctx))}}, nil
}

type scheduleInput struct {
	Body struct {
		AskedExport
		Every       string `json:"every,omitempty" maxLength:"40" doc:"daily or weekly; absent: daily"`
		Clock       string `json:"at,omitempty" maxLength:"40" doc:"HH:MM in the zone; absent: 02:00"`
		Day         string `json:"day,omitempty" maxLength:"40" doc:"of the week, for weekly; absent: monday"`
		Zone        string `json:"zone,omitempty" maxLength:"100" doc:"as in Europe/Paris; absent: UTC"`
		To          string `json:"to,omitempty" maxLength:"40" doc:"folder or s3; absent: folder"`
		Path        string `json:"path,omitempty" maxLength:"1000" doc:"folder there"`
		Incremental bool   `json:"incremental,omitempty" doc:"after the first, only what is new or changed"`
	}
}

type createdSchedule struct {
	Location string `header:"Location"`
	Body     export.Schedule
}

func (s *server) createSchedule(ctx context.Context, in *scheduleInput) (*createdSchedule, error) {
	b := &in.Body
	made, err := s.Schedules.Add(ctx, export.ScheduleWish{Owner: asker(ctx), Compression: b.Compression, To: b.To, Path: b.Path, Incremental: b.Incremental,
		Timing: export.Timing{Every: export.Every(b.Every), Clock: b.Clock, Day: b.Day, Zone: b.Zone},
		Ask:    b.ask()})
	if err != nil {
		return nil, problem(ctx, s.Log, err)
	}
	return &createdSchedule{Location: schedulesPath + "/" + made.ID, Body: made}, nil
}

func (s *server) showSchedule(ctx context.Context, in *idInput) (*out[export.Schedule], error) {
	found, err := s.Schedules.Get(owner(ctx), in.ID)
	return answer(ctx, s, found, err)
}

func (s *server) removeSchedule(ctx context.Context, in *idInput) (*struct{}, error) {
	if err := s.Schedules.Remove(ctx, owner(ctx), in.ID); err != nil {
		return nil, problem(ctx, s.Log, err)
	}
	return nil, nil
}

func (s *server) runSchedule(ctx context.Context, in *idInput) (*out[export.Schedule], error) {
	found, err := s.Schedules.RunNow(ctx, owner(ctx), in.ID)
	return answer(ctx, s, found, err)
}
