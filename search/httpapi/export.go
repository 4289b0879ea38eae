package httpapi

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"rostrum/internal/fault"
	"rostrum/search"
	"rostrum/search/export"
)

const (
	// maxExports bounds the exports under way at once: each reads the index as fast as it can.
	maxExports = 4
	// exportStall bounds how long a reader may take for one piece of exportPiece bytes: an export holds a state of the index as long as
	// it is read.
	exportStall = 30 * time.Second
	exportPiece = 64 << 10
)

// Headers of an export; the second is a trailer.
const (
	headerStatements = "X-Rostrum-Statements" // that will be read
	headerRows       = "X-Rostrum-Rows"       // that were written, headings not counted
	headerExport     = "X-Rostrum-Export"     // by which the manifest is asked for afterwards
)

// exports serves what is streamed outside the framework.
type exports struct {
	*server
	slots  chan struct{}
	params []*huma.Param
	stall  time.Duration
	told   manifests
}

func (s *server) registerExport(mux *http.ServeMux, api huma.API) {
	e := newExports(s)
	mux.HandleFunc("GET /api/v1/export", e.serve)
	mux.HandleFunc("GET /api/v1/export/{id}/manifest", e.manifest)
	api.OpenAPI().AddOperation(manifestOperation(api.OpenAPI().Components.Schemas))
	api.OpenAPI().AddOperation(exportOperation(e.params, api.OpenAPI().Components.Schemas))
}

func newExports(s *server) *exports {
	return &exports{server: s, slots: make(chan struct{}, maxExports), params: exportParams(), stall: exportStall}
}

func (e *exports) serve(w http.ResponseWriter, r *http.Request) {
	select {
	case e.slots <- struct{}{}:
		defer func() { <-e.slots }()
	default:
		e.refuse(w, r, fault.New(fault.RateLimited, fmt.Sprintf("%d exports are under way", maxExports), "try again when one of them is done"))
		return
	}
	ask, dry, err := e.ask(r.URL.Query())
	if err != nil {
		e.refuse(w, r, err)
		return
	}
	plan, err := e.Export.Plan(r.Context(), ask)
	if err != nil {
		e.refuse(w, r, err)
		return
	}
	if dry {
		e.estimate(w, r, ask, plan)
		return
	}
	from := plan.Origin(r.Context()) // first: an index that is being built anew may be whole a moment later, and the export is not
	run, err := plan.Open(r.Context())
	if err != nil {
		e.refuse(w, r, err)
		return
	}
	defer run.Close()
	e.stream(w, r, plan, run, from)
}

func (e *exports) refuse(w http.ResponseWriter, r *http.Request, err error) {
	writeProblem(w, problem(r.Context(), e.Log, err))
}

// estimated is the answer to a dry run.
type estimated struct {
	Query   search.Echo `json:"query"`
	Format  string      `json:"format"`
	Shape   string      `json:"shape"`
	Columns []string    `json:"columns,omitempty" doc:"none where whole statements are carried"`
	export.Estimate
}

func (e *exports) estimate(w http.ResponseWriter, r *http.Request, ask export.Ask, plan *export.Plan) {
	found, err := plan.Estimate(r.Context())
	if err != nil {
		e.refuse(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(estimated{search.Echo{Input: ask.Query, Parsed: plan.Parsed}, plan.Format, plan.Shape, plan.Columns, found})
}

// stream writes the export. What fails half-way aborts the connection: a short file must never look like a whole one.
func (e *exports) stream(w http.ResponseWriter, r *http.Request, plan *export.Plan, run *export.Run, from export.Origin) {
	h := w.Header()
	h.Set("Content-Type", plan.MediaType())
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s"`, fileName(plan)))
	h.Set("Vary", "Accept-Encoding")
	h.Set("Trailer", headerRows)
	h.Set(headerStatements, strconv.Itoa(run.Total()))
	id := newExportID()
	h.Set(headerExport, id)
	sum := &summed{paced: &paced{w: w, control: http.NewResponseController(w), stall: e.stall}, hash: sha256.New()}
	out, err := compressed(w, r, plan.Packed(), sum)
	if err != nil {
		e.refuse(w, r, err)
		return
	}
	if r.Method == http.MethodHead {
		return
	}
	outcome, err := run.Write(r.Context(), out)
	if err == nil {
		err = out.Close()
	}
	if err != nil {
		e.logAbort(r.Context(), run, outcome, err)
		panic(http.ErrAbortHandler)
	}
	h.Set(headerRows, strconv.Itoa(outcome.Rows))
	e.told.keep(id, run.Manifest(fileName(plan), h.Get("Content-Encoding"), from, sum.sum()))
}

func (e *exports) logAbort(ctx context.Context, run *export.Run, outcome export.Outcome, err error) {
	log := e.Log.WarnContext
	if ctx.Err() != nil {
		log = e.Log.DebugContext // the reader went away
	}
	log(ctx, "export ended early", "statements", outcome.Statements, "of", run.Total(), "error", err)
}

// paced writes piece by piece, each within stall, and sends what it has at once.
type paced struct {
	w       io.Writer
	control *http.ResponseController
	stall   time.Duration
}

func (p *paced) Write(b []byte) (written int, err error) {
	for piece := range slices.Chunk(b, exportPiece) {
		if err := p.deadline(time.Now().Add(p.stall)); err != nil {
			return written, err
		}
		n, err := p.w.Write(piece)
		written += n
		if err != nil {
			return written, err
		}
	}
	return written, nil
}

// Close sends what is left and gives the connection back as it was.
func (p *paced) Close() error {
	if err := p.control.Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	return p.deadline(time.Time{})
}

func (p *paced) deadline(t time.Time) error {
	if err := p.control.SetWriteDeadline(t); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	return nil
}

// compressed puts the compression that the reader takes before out.
func compressed(w http.ResponseWriter, r *http.Request, packed bool, out io.WriteCloser) (io.WriteCloser, error) {
	for _, c := range export.Compressions() {
		if packed || !accepts(r.Header.Get("Accept-Encoding"), c.Name) {
			continue
		}
		stream, err := c.Open(out)
		if err != nil {
			return nil, fmt.Errorf("open %s stream: %w", c.Name, err)
		}
		w.Header().Set("Content-Encoding", c.Name)
		return &both{stream, out}, nil
	}
	return out, nil
}

// both is a compressed stream and what it is written to.
type both struct {
	io.WriteCloser
	out io.WriteCloser
}

// Close ends the stream, then what is beneath.
func (b *both) Close() error {
	if err := b.WriteCloser.Close(); err != nil {
		return err
	}
	return b.out.Close()
}

// accepts says whether an Accept-Encoding names an encoding and does not weigh it 0.
func accepts(header, encoding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(part, ";")
		if !strings.EqualFold(strings.TrimSpace(name), encoding) {
			continue
		}
		_, weight, weighed := strings.Cut(params, "q=")
		q, err := strconv.ParseFloat(strings.TrimSpace(weight), 64)
		return !weighed || err == nil && q > 0
	}
	return false
}

// ask reads the parameters.
func (e *exports) ask(params url.Values) (ask export.Ask, dry bool, err error) {
	for name, values := range params {
		if !slices.ContainsFunc(e.params, func(p *huma.Param) bool { return p.Name == name }) {
			return ask, false, badParam(name, "there is no such parameter")
		}
		if len(values) > 1 {
			return ask, false, badParam(name, "it is given more than once")
		}
	}
	ask = export.Ask{Query: params.Get("q"), Format: params.Get("format"), Shape: params.Get("shape"), Copies: params.Get("copies") == "all", Period: params.Get("period")}
	if len(ask.Query) > maxQuery {
		return ask, false, badParam("q", fmt.Sprintf("it has more than %d bytes", maxQuery))
	}
	if c := params.Get("copies"); c != "" && c != "all" {
		return ask, false, badParam("copies", "it takes the value all alone")
	}
	for name := range strings.SplitSeq(params.Get("columns"), ",") {
		if name = strings.TrimSpace(name); name != "" {
			ask.Columns = append(ask.Columns, name)
		}
	}
	for name, into := range map[string]*bool{"bom": &ask.BOM, "neutralize": &ask.Neutralize, "dry_run": &dry} {
		switch params.Get(name) {
		case "true":
			*into = true
		case "", "false":
		default:
			return ask, false, badParam(name, "it takes the values true and false")
		}
	}
	return ask, dry, nil
}

func badParam(name, what string) error {
	return &fault.Error{Kind: fault.Invalid, What: "the parameter " + name + ": " + what, Remedy: "see /openapi.json for what this operation takes",
		Field: name, Position: -1}
}
