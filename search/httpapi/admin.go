package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"rostrum/internal/bus"
	"rostrum/search/alert"
)

// Admin is what the endpoints under /api/v1/admin/ work with. Those whose port is nil are not there.
type Admin struct {
	Importer   Importer
	Rebuilder  Rebuilder
	Quarantine Quarantine
	Forgetter  Forgetter
	Corrector  Corrector
	Tokens     TokenStore
	Status     func(context.Context) (Status, error)
	Backuper   Backuper
	Checker    Checker
}

// Rebuilder builds the index anew from the archive, beside the one that answers.
type Rebuilder interface {
	// Begin begins a rebuild and gives its state; fault.Conflict while one is under way.
	Begin(ctx context.Context) (RebuildState, error)
	// Cancel ends a rebuild that is under way; the index in force stays. Idempotent.
	Cancel(ctx context.Context) (RebuildState, error)
	// State tells of the rebuild that is under way, or of the last one since the start.
	State() RebuildState
}

// RebuildState is how far a rebuild of the index is.
type RebuildState struct {
	State       string     `json:"state" enum:"none,running,done,failed,canceled"`
	Phase       string     `json:"phase,omitempty" enum:"replay,catch-up,swap" doc:"replay: from the archive's beginning; catch-up: what came meanwhile; swap: new captures wait"`
	Generation  string     `json:"generation" doc:"of the index in force"`
	Started     *time.Time `json:"started,omitempty"`
	Ended       *time.Time `json:"ended,omitempty"`
	Captures    int        `json:"captures" doc:"read so far"`
	Refused     int        `json:"refused" doc:"of them, could not be processed; the log names them"`
	BytesDone   int64      `json:"bytes_done" doc:"of the archive"`
	BytesTotal  int64      `json:"bytes_total"`
	PerSecond   float64    `json:"captures_per_second"`
	SecondsLeft *float64   `json:"seconds_left,omitempty" doc:"at the pace so far"`
	Error       string     `json:"error,omitempty"`
	Reason      string     `json:"reason,omitempty" doc:"why the index was built anew at the start, if it was"`
}

// Quarantine is where captures wait that can't be processed; bus.Quarantine says what each method does.
type Quarantine interface {
	List(ctx context.Context, after uint64, limit int) (page []bus.QuarantineEntry, next uint64, err error)
	Show(ctx context.Context, capture string) (QuarantinedCapture, error)
	Settle(ctx context.Context, capture string, retry bool) error
}

// QuarantinedCapture is a capture in quarantine with what there is to judge it by.
type QuarantinedCapture struct {
	bus.QuarantineEntry
	FinalURL  string              `json:"final_url,omitempty"`
	FetchedAt *time.Time          `json:"fetched_at,omitempty"`
	Status    int                 `json:"status,omitempty" doc:"of the page's answer"`
	Header    map[string][]string `json:"header,omitempty"`
	BodyBytes int                 `json:"body_bytes"`
	BodyStart string              `json:"body_start,omitempty" doc:"its first bytes; what is no text is replaced"`
}

// Forgetter removes statements for good.
type Forgetter interface {
	// Forget removes the statement of an id or URL with its revisions and lets nothing of it come back. Idempotent. An id that nobody knows
	// is a fault.NotFound; a URL of which nothing is stored is kept out from now on.
	Forget(ctx context.Context, target, reason, by string) (Forgotten, error)
}

// Forgotten says what was removed.
type Forgotten struct {
	Statement string `json:"statement"`
	URL       string `json:"url,omitempty"`
	Stored    bool   `json:"stored" doc:"whether it was stored"`
	Before    bool   `json:"before" doc:"whether it had been forgotten before"`
	Revisions int    `json:"revisions" doc:"removed"`
	Exports   int    `json:"exports" doc:"finished kept exports that lost their files, since a row told of it or of a copy"`
	Renewed   int    `json:"exports_renewed" doc:"kept exports that were being made, and begin again without it"`
}

// TokenStore makes, lists and revokes tokens.
type TokenStore interface {
	// Create makes a token; its text is given this once.
	Create(ctx context.Context, name string, scope Scope) (NewToken, error)
	// List gives the tokens, by name.
	List(ctx context.Context) ([]Token, error)
	// Revoke ends a token by id or name; fault.NotFound for one that isn't there, fault.Conflict for the last one of an admin.
	Revoke(ctx context.Context, idOrName string) (Token, error)
}

// Token is a token without its secret.
type Token struct {
	ID       string     `json:"id"`
	Name     string     `json:"name"`
	Scope    Scope      `json:"scope" enum:"read,write,admin"`
	Created  time.Time  `json:"created"`
	LastUsed *time.Time `json:"last_used,omitempty" doc:"to the minute"`
}

// NewToken is a token with its secret.
type NewToken struct {
	Token
	Secret string `json:"token" doc:"shown this once"`
}

// Status is how an instance is doing.
type Status struct {
	Version      string       `json:"version"`
	Started      time.Time    `json:"started"`
	Statements   int          `json:"statements"`
	Newest       *time.Time   `json:"newest,omitempty" doc:"when the last statement was first seen"`
	IndexBytes   int64        `json:"index_bytes"`
	ArchiveBytes int64        `json:"archive_bytes"`
	Pending      uint64       `json:"pending" doc:"captures not yet processed"`
	PendingAge   float64      `json:"pending_age_seconds" doc:"of the oldest of them"`
	Quarantined  int          `json:"quarantined" doc:"captures in quarantine; at most 1000 are counted"`
	Forgotten    int          `json:"forgotten" doc:"statements removed for good"`
	Rebuild      RebuildState `json:"rebuild"`
	ArchiveLacks string       `json:"archive_lacks,omitempty" doc:"why the archive does not hold all captures that the index knows of; empty: it does"`

	BusLost string `json:"bus_lost,omitempty" doc:"what the bus had lost at the last start, as far as it was seen, and what was done about it; empty: nothing"`

	Unmatched    uint64          `json:"unmatched" doc:"announcements that were not yet matched against the saved queries"`
	UnmatchedAge float64         `json:"unmatched_age_seconds" doc:"of the oldest of them"`
	Deliveries   int             `json:"deliveries_waiting" doc:"messages to webhooks and mailboxes that have not ended"`
	Receivers    []alert.Trouble `json:"receivers_failing" doc:"that did not take their last message"`
	DiskFree     int64           `json:"disk_free_bytes" doc:"of the disk that the data folder is on; 0 where it can't be told"`
	DiskSize     int64           `json:"disk_size_bytes"`
	Backup       *BackupMade     `json:"last_backup,omitempty" doc:"by rostrum backup"`
	Check        *CheckMade      `json:"last_verify,omitempty" doc:"since the start"`
	Failing      []FailingPart   `json:"failing" doc:"parts that don't answer; what only they know is left at zero"`
}

// BackupMade tells of a backup that was made.
type BackupMade struct {
	At      time.Time `json:"at" doc:"when it was whole"`
	Bytes   int64     `json:"bytes"`
	Seconds float64   `json:"seconds" doc:"that it took"`
}

// CheckMade tells of a check of archive, index and streams.
type CheckMade struct {
	State    string    `json:"state" enum:"done,failed,canceled"`
	Ended    time.Time `json:"ended"`
	Problems int       `json:"problems"`
}

// FailingPart is a part of the instance that does not answer.
type FailingPart struct {
	Part  string `json:"part" enum:"bus,store,archive,sources,disk"`
	Error string `json:"error"`
}

func (s *server) registerAdmin(mux *http.ServeMux, api huma.API) {
	a := s.Admin
	if a.Importer != nil {
		s.registerImport(mux, api)
	}
	if a.Checker != nil {
		s.registerVerify(api)
	}
	if a.Backuper != nil {
		s.registerBackup(mux, api)
	}
	if a.Status != nil {
		huma.Get(api, adminPath+"status", s.adminStatus)
	}
	if a.Rebuilder != nil {
		huma.Get(api, adminPath+"reindex", s.showRebuild)
		huma.Post(api, adminPath+"reindex", s.beginRebuild, accepted)
		huma.Delete(api, adminPath+"reindex", s.cancelRebuild, withAnswer)
	}
	if a.Quarantine != nil {
		huma.Get(api, adminPath+"quarantine", s.listQuarantine)
		huma.Get(api, adminPath+"quarantine/{capture}", s.showQuarantined)
		huma.Post(api, adminPath+"quarantine/{capture}/retry", s.retryQuarantined)
		huma.Delete(api, adminPath+"quarantine/{capture}", s.dropQuarantined)
	}
	if a.Forgetter != nil {
		huma.Post(api, adminPath+"forget", s.forget)
	}
	if a.Corrector != nil {
		s.registerCorrections(api)
	}
	if a.Tokens != nil {
		huma.Get(api, adminPath+"tokens", s.listTokens)
		huma.Post(api, adminPath+"tokens", s.createToken)
		huma.Delete(api, adminPath+"tokens/{id}", s.revokeToken, withAnswer)
	}
}

func accepted(o *huma.Operation) { o.DefaultStatus = http.StatusAccepted }

func withAnswer(o *huma.Operation) { o.DefaultStatus = http.StatusOK }

func (s *server) adminStatus(ctx context.Context, _ *struct{}) (*out[Status], error) {
	found, err := s.Admin.Status(ctx)
	return answer(ctx, s, found, err)
}

func (s *server) showRebuild(_ context.Context, _ *struct{}) (*out[RebuildState], error) {
	return &out[RebuildState]{Body: s.Admin.Rebuilder.State()}, nil
}

func (s *server) beginRebuild(ctx context.Context, _ *struct{}) (*out[RebuildState], error) {
	state, err := s.Admin.Rebuilder.Begin(ctx)
	return answer(ctx, s, state, err)
}

func (s *server) cancelRebuild(ctx context.Context, _ *struct{}) (*out[RebuildState], error) {
	state, err := s.Admin.Rebuilder.Cancel(ctx)
	return answer(ctx, s, state, err)
}

type quarantineInput struct {
	Limit int    `query:"limit" minimum:"1" maximum:"1000" default:"100"`
	After uint64 `query:"after" doc:"next of the page before"`
}

type quarantinePage struct {
	Captures []bus.QuarantineEntry `json:"captures" doc:"oldest first"`
	Next     uint64                `json:"next,omitempty" doc:"absent at the end"`
}

func (s *server) listQuarantine(ctx context.Context, in *quarantineInput) (*out[quarantinePage], error) {
	page, next, err := s.Admin.Quarantine.List(ctx, in.After, in.Limit)
	if page == nil {
		page = []bus.QuarantineEntry{}
	}
	return answer(ctx, s, quarantinePage{page, next}, err)
}

type captureInput struct {
	Capture string `path:"capture" maxLength:"200"`
}

func (s *server) showQuarantined(ctx context.Context, in *captureInput) (*out[QuarantinedCapture], error) {
	found, err := s.Admin.Quarantine.Show(ctx, in.Capture)
	return answer(ctx, s, found, err)
}

func (s *server) retryQuarantined(ctx context.Context, in *captureInput) (*struct{}, error) {
	return s.settle(ctx, in.Capture, true)
}

func (s *server) dropQuarantined(ctx context.Context, in *captureInput) (*struct{}, error) {
	return s.settle(ctx, in.Capture, false)
}

func (s *server) settle(ctx context.Context, capture string, retry bool) (*struct{}, error) {
	if err := s.Admin.Quarantine.Settle(ctx, capture, retry); err != nil {
		return nil, problem(ctx, s.Log, err)
	}
	return nil, nil
}

type forgetInput struct {
	Body struct {
		Target string `json:"target" minLength:"1" maxLength:"4096" doc:"a statement's id or URL"`
		Reason string `json:"reason,omitempty" maxLength:"1000"`
	}
}

func (s *server) forget(ctx context.Context, in *forgetInput) (*out[Forgotten], error) {
	noteAudit(ctx, slog.String("target", in.Body.Target), slog.String("reason", in.Body.Reason))
	done, err := s.Admin.Forgetter.Forget(ctx, in.Body.Target, in.Body.Reason, IdentityOf(ctx).Name)
	return answer(ctx, s, done, err)
}

type tokenList struct {
	Tokens []Token `json:"tokens"`
}

func (s *server) listTokens(ctx context.Context, _ *struct{}) (*out[tokenList], error) {
	found, err := s.Admin.Tokens.List(ctx)
	return answer(ctx, s, tokenList{found}, err)
}

type tokenInput struct {
	Body struct {
		Name  string `json:"name" minLength:"1" maxLength:"100" pattern:"^[A-Za-z0-9][A-Za-z0-9 ._@-]*$" doc:"whom or what it is for"`
		Scope Scope  `json:"scope" enum:"read,write,admin"`
	}
}

func (s *server) createToken(ctx context.Context, in *tokenInput) (*out[NewToken], error) {
	made, err := s.Admin.Tokens.Create(ctx, in.Body.Name, in.Body.Scope)
	noteAudit(ctx, slog.String("name", in.Body.Name), slog.String("scope_given", string(in.Body.Scope)), slog.String("made", made.ID))
	return answer(ctx, s, made, err)
}

func (s *server) revokeToken(ctx context.Context, in *idInput) (*out[Token], error) {
	gone, err := s.Admin.Tokens.Revoke(ctx, in.ID)
	noteAudit(ctx, slog.String("name", gone.Name))
	return answer(ctx, s, gone, err)
}
