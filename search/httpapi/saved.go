package httpapi

import (
	"cmp"
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"rostrum/internal/fault"
	"rostrum/search/alert"
)

func (s *server) registerSaved(mux *http.ServeMux, api huma.API) {
	const path = "/api/v1/saved-queries"
	huma.Get(api, path, s.listSaved)
	huma.Register(api, huma.Operation{OperationID: "create-saved-query", Method: http.MethodPost, Path: path, DefaultStatus: http.StatusCreated,
		Summary: "Save a query; the answer alone has the secrets of its webhooks"}, s.createSaved)
	huma.Post(api, path+"/preview", s.previewSaved)
	huma.Get(api, path+"/{id}", s.showSaved)
	huma.Patch(api, path+"/{id}", s.editSaved)
	huma.Delete(api, path+"/{id}", s.removeSaved)
	huma.Get(api, path+"/{id}/alerts", s.listAlerts)
	huma.Get(api, path+"/{id}/history", s.savedHistory)
	huma.Post(api, path+"/{id}/test", s.testSaved)
	huma.Register(api, huma.Operation{OperationID: "replay-delivery", Method: http.MethodPost, Path: path + "/{id}/deliveries/{n}/replay",
		DefaultStatus: http.StatusAccepted, Summary: "Make a delivery again"}, s.replayDelivery)
	huma.Register(api, huma.Operation{OperationID: "rotate-webhook-secret", Method: http.MethodPost, Path: path + "/{id}/channels/{channel}/rotate",
		Summary: "Give a webhook another secret; for a day messages are signed with the former one as well"}, s.rotateSecret)
	mux.HandleFunc("GET /feeds/{file}", s.serveFeed)
	mux.HandleFunc("GET /api/v1/stream", s.serveStream)
	api.OpenAPI().AddOperation(streamOperation())
	huma.Register(api, huma.Operation{OperationID: "report-bounce", Method: http.MethodPost, Path: adminPath + "bounces",
		Summary: "Switch off an address whose mail came back, wherever it stands"}, s.cameBack)
}

// asker is whom a saved query belongs to that is made by this request.
func asker(ctx context.Context) string {
	return cmp.Or(IdentityOf(ctx).Name, "local")
}

// owner is whose saved queries a request is about; empty for an admin, who may have anybody's.
func owner(ctx context.Context) string {
	if IdentityOf(ctx).Scope == ScopeAdmin {
		return ""
	}
	return asker(ctx)
}

type savedList struct {
	Saved []alert.Saved `json:"saved_queries" doc:"by name"`
	Feed  string        `json:"feed,omitempty" doc:"address of the Atom feed with all alerts of the asker: whoever knows it can read it"`
}

func (s *server) listSaved(ctx context.Context, _ *struct{}) (*out[savedList], error) {
	return &out[savedList]{Body: savedList{Saved: s.Alerts.List(owner(ctx)), Feed: s.Alerts.OwnerFeed(asker(ctx))}}, nil
}

// channelBody is a channel as it is asked for. What the server alone decides may be sent back, and is not looked at.
type channelBody struct {
	Type     string `json:"type" enum:"webhook,email"`
	URL      string `json:"url,omitempty" maxLength:"2000" doc:"of a webhook"`
	To       string `json:"to,omitempty" maxLength:"320" doc:"of mail"`
	ID       int    `json:"id,omitempty" doc:"not looked at"`
	Secret   string `json:"secret,omitempty" doc:"not looked at"`
	Disabled string `json:"disabled,omitempty" doc:"not looked at"`
	Created  string `json:"created,omitempty" doc:"not looked at"`
}

func channelsOf(bodies []channelBody) []alert.Channel {
	channels := make([]alert.Channel, 0, len(bodies))
	for _, b := range bodies {
		channels = append(channels, alert.Channel{Type: b.Type, URL: b.URL, To: b.To})
	}
	return channels
}

// SavedEcho is what a saved query is shown with and a body can't change. It may be sent back as it was shown.
type SavedEcho struct {
	ID      string `json:"id,omitempty" doc:"not looked at"`
	Parsed  string `json:"parsed,omitempty" doc:"not looked at"`
	Feed    string `json:"feed,omitempty" doc:"not looked at"`
	Created string `json:"created,omitempty" doc:"not looked at"`
	Updated string `json:"updated,omitempty" doc:"not looked at"`
	Problem string `json:"problem,omitempty" doc:"not looked at"`
	Dear    bool   `json:"dear,omitempty" doc:"not looked at"`
}

type draftInput struct {
	Body struct {
		SavedEcho
		Owner            string        `json:"owner,omitempty" maxLength:"200" doc:"of an admin's request alone: whose it is; else, and when absent, the asker's"`
		Name             string        `json:"name,omitempty" maxLength:"200" doc:"absent: the query"`
		Query            string        `json:"query" maxLength:"1000000"`
		Rate             string        `json:"rate,omitempty" enum:"immediate,hourly,daily,weekly" default:"immediate"`
		Zone             string        `json:"zone,omitempty" maxLength:"64" doc:"the time zone of digests, as in Europe/Paris; absent: that of the latest saved query, else UTC"`
		DigestAt         string        `json:"digest_at,omitempty" maxLength:"5" doc:"when daily and weekly digests are made, hours and minutes; absent: 07:00"`
		Channels         []channelBody `json:"channels,omitempty" maxItems:"5"`
		IncludeBackfill  bool          `json:"include_backfill,omitempty" doc:"fire for what is stored already, and for what comes with archives"`
		IncludeRevisions bool          `json:"include_revisions,omitempty" doc:"fire again for later revisions"`
		MinChange        int           `json:"min_change,omitempty" minimum:"0" maximum:"100000" doc:"with include_revisions: least number of words that must have come or gone since it fired last"`
		Paused           bool          `json:"paused,omitempty"`
	}
}

type createdSaved struct {
	Location string `header:"Location"`
	Body     alert.Saved
}

func (s *server) createSaved(ctx context.Context, in *draftInput) (*createdSaved, error) {
	b := &in.Body
	whose := asker(ctx)
	if IdentityOf(ctx).Scope == ScopeAdmin {
		whose = cmp.Or(b.Owner, whose)
	}
	saved, err := s.Alerts.Create(ctx, alert.Draft{Name: b.Name, Owner: whose, Query: b.Query, Rate: b.Rate, Zone: b.Zone, DigestAt: b.DigestAt, MinChange: b.MinChange, Channels: channelsOf(b.Channels),
		IncludeBackfill: b.IncludeBackfill, IncludeRevisions: b.IncludeRevisions, Paused: b.Paused})
	if err != nil {
		return nil, problem(ctx, s.Log, err)
	}
	return &createdSaved{Location: "/api/v1/saved-queries/" + saved.ID, Body: saved}, nil
}

func (s *server) showSaved(ctx context.Context, in *idInput) (*out[alert.Saved], error) {
	saved, err := s.Alerts.Get(owner(ctx), in.ID)
	return answer(ctx, s, saved, err)
}

type editInput struct {
	ID   string `path:"id" maxLength:"200"`
	Body struct {
		SavedEcho
		Owner            string         `json:"owner,omitempty" doc:"not looked at"`
		Name             *string        `json:"name,omitempty" maxLength:"200"`
		Query            *string        `json:"query,omitempty" maxLength:"1000000"`
		Rate             *string        `json:"rate,omitempty" enum:"immediate,hourly,daily,weekly"`
		Zone             *string        `json:"zone,omitempty" maxLength:"64"`
		DigestAt         *string        `json:"digest_at,omitempty" maxLength:"5"`
		MinChange        *int           `json:"min_change,omitempty" minimum:"0" maximum:"100000"`
		Channels         *[]channelBody `json:"channels,omitempty" maxItems:"5" doc:"all of them; those that are there keep their secret, and are enabled again"`
		IncludeBackfill  *bool          `json:"include_backfill,omitempty"`
		IncludeRevisions *bool          `json:"include_revisions,omitempty"`
		Paused           *bool          `json:"paused,omitempty"`
	}
}

func (s *server) editSaved(ctx context.Context, in *editInput) (*out[alert.Saved], error) {
	b := &in.Body
	change := alert.Change{Name: b.Name, Query: b.Query, Rate: b.Rate, Zone: b.Zone, DigestAt: b.DigestAt, MinChange: b.MinChange, IncludeBackfill: b.IncludeBackfill, IncludeRevisions: b.IncludeRevisions, Paused: b.Paused}
	if b.Channels != nil {
		channels := channelsOf(*b.Channels)
		change.Channels = &channels
	}
	saved, err := s.Alerts.Update(ctx, owner(ctx), in.ID, change)
	return answer(ctx, s, saved, err)
}

func (s *server) removeSaved(ctx context.Context, in *idInput) (*struct{}, error) {
	if err := s.Alerts.Remove(ctx, owner(ctx), in.ID); err != nil {
		return nil, problem(ctx, s.Log, err)
	}
	return nil, nil //nolint:nilnil // the framework's way of 204
}

type previewInput struct {
	Body struct {
		Query string `json:"query" maxLength:"1000000"`
	}
}

func (s *server) previewSaved(ctx context.Context, in *previewInput) (*out[alert.Preview], error) {
	found, err := s.Alerts.Preview(ctx, in.Body.Query)
	return answer(ctx, s, found, err)
}

type alertsInput struct {
	ID     string `path:"id" maxLength:"200"`
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"20"`
	Cursor string `query:"cursor" maxLength:"40" doc:"next_cursor of the page before"`

	Message string `query:"message" maxLength:"64" doc:"only those that came together in one message, a digest's or a flood's"`
}

func (s *server) listAlerts(ctx context.Context, in *alertsInput) (*out[alert.Page], error) {
	if in.Message != "" {
		found, err := s.Alerts.InMessage(ctx, owner(ctx), in.ID, in.Message, in.Limit, in.Cursor)
		return answer(ctx, s, found, err)
	}
	found, err := s.Alerts.Alerts(ctx, owner(ctx), in.ID, in.Limit, in.Cursor)
	return answer(ctx, s, found, err)
}

type savedHistory struct {
	Edits []alert.Edit `json:"edits" doc:"the latest ten, oldest first"`
}

func (s *server) savedHistory(ctx context.Context, in *idInput) (*out[savedHistory], error) {
	edits, err := s.Alerts.History(ctx, owner(ctx), in.ID)
	return answer(ctx, s, savedHistory{edits}, err)
}

type bounceInput struct {
	Body struct {
		To      string `json:"to" maxLength:"320" doc:"the address that did not take the mail"`
		Message string `json:"message,omitempty" maxLength:"1000" doc:"Message-ID of the mail; it is checked that it was sent to that address"`
		Reason  string `json:"reason,omitempty" maxLength:"2000" doc:"what the other mail system says; the owner is shown it"`
	}
}

type bounceResult struct {
	SwitchedOff int `json:"switched_off" doc:"channels; none where all of them were before"`
}

func (s *server) cameBack(ctx context.Context, in *bounceInput) (*out[bounceResult], error) {
	n, err := s.Alerts.CameBack(ctx, alert.Bounce{To: in.Body.To, Message: in.Body.Message, Reason: in.Body.Reason})
	return answer(ctx, s, bounceResult{n}, err)
}

type testResults struct {
	Results []alert.TestResult `json:"results"`
}

func (s *server) testSaved(ctx context.Context, in *idInput) (*out[testResults], error) {
	found, err := s.Alerts.Test(ctx, owner(ctx), in.ID)
	return answer(ctx, s, testResults{found}, err)
}

type rotateInput struct {
	ID      string `path:"id" maxLength:"200"`
	Channel int    `path:"channel" minimum:"1" maximum:"999" doc:"id of the channel"`
}

func (s *server) rotateSecret(ctx context.Context, in *rotateInput) (*out[alert.Channel], error) {
	c, err := s.Alerts.Rotate(ctx, owner(ctx), in.ID, in.Channel)
	return answer(ctx, s, c, err)
}

type replayInput struct {
	ID string `path:"id" maxLength:"200"`
	N  uint64 `path:"n" doc:"n of the delivery"`
}

func (s *server) replayDelivery(ctx context.Context, in *replayInput) (*out[alert.Delivery], error) {
	d, err := s.Alerts.Replay(ctx, owner(ctx), in.ID, in.N)
	return answer(ctx, s, d, err)
}

// serveFeed sends the Atom feed of a secret, or says that it is as the reader has it.
func (s *server) serveFeed(w http.ResponseWriter, r *http.Request) {
	secret, ok := strings.CutSuffix(r.PathValue("file"), ".atom")
	f, err := alert.Feed{}, error(fault.New(fault.NotFound, "there is no such feed", "the saved query says where its feed is"))
	before := uint64(0)
	if page := r.URL.Query().Get("before"); page != "" {
		n, bad := strconv.ParseUint(page, 10, 64)
		before, ok = n, ok && bad == nil
	}
	if ok {
		f, err = s.Alerts.Feed(r.Context(), secret, before)
	}
	if err != nil {
		writeProblem(w, problem(r.Context(), s.Log, err))
		return
	}
	h := w.Header()
	h.Set("Cache-Control", "private, no-cache")
	h.Set("ETag", f.ETag)
	h.Set("Last-Modified", f.Updated.Format(http.TimeFormat))
	if unchanged(r, f) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", "application/atom+xml; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(f.Body)))
	_, _ = w.Write(f.Body)
}

// unchanged says whether the reader has the feed as it is: by its tag, or where no tag is sent by its time.
func unchanged(r *http.Request, f alert.Feed) bool {
	if tags := r.Header.Get("If-None-Match"); tags != "" {
		for tag := range strings.SplitSeq(tags, ",") {
			if tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/"); tag == f.ETag || tag == "*" {
				return true
			}
		}
		return false
	}
	since, err := time.Parse(http.TimeFormat, r.Header.Get("If-Modified-Since"))
	return err == nil && !f.Updated.After(since)
}
