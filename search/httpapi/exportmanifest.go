package httpapi

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"hash"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"rostrum/internal/fault"
	"rostrum/search/export"
)

// maxManifests bounds the manifests that wait to be asked for.
const maxManifests = 64

// manifests are those of the latest exports that were streamed whole.
type manifests struct {
	mu  sync.Mutex
	all []toldManifest // the latest last
}

type toldManifest struct {
	id       string
	manifest export.Manifest
}

func newExportID() string { return strings.ToLower(rand.Text()) }

func (m *manifests) keep(id string, manifest export.Manifest) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.all) == maxManifests {
		m.all = slices.Delete(m.all, 0, 1)
	}
	m.all = append(m.all, toldManifest{id, manifest})
}

func (m *manifests) get(id string) (export.Manifest, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, t := range m.all {
		if t.id == id {
			return t.manifest, true
		}
	}
	return export.Manifest{}, false
}

// manifest gives the manifest of an export that has just been streamed; the parameter path is the name that its file was given.
func (e *exports) manifest(w http.ResponseWriter, r *http.Request) {
	found, ok := e.told.get(r.PathValue("id"))
	if !ok {
		e.refuse(w, r, fault.New(fault.NotFound, "no manifest of that export is held", "ask for it as soon as the export has arrived; kept exports have theirs for good"))
		return
	}
	if path := r.URL.Query().Get("path"); path != "" && len(path) <= maxFileName {
		found = found.At(path)
	}
	w.Header().Set("Content-Type", "application/json")
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	_ = encoder.Encode(found) // the reader went away
}

// maxFileName bounds the name that a file is given, in bytes.
const maxFileName = 1000

func manifestOperation(schemas huma.Registry) *huma.Operation {
	return &huma.Operation{OperationID: "export-manifest", Method: http.MethodGet, Path: "/api/v1/export/{id}/manifest", Summary: "What a streamed export was",
		Description: "A Frictionless data package of the one file, of the latest 64 exports that were streamed whole; the id stands in the header " + headerExport + ".",
		Parameters: []*huma.Param{{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}},
			textParam("path", "the name that the file was given")},
		Responses: map[string]*huma.Response{"200": {Description: "The manifest",
			Content: map[string]*huma.MediaType{"application/json": {Schema: schemas.Schema(reflect.TypeFor[export.Manifest](), true, "Manifest")}}}}}
}

func fileName(plan *export.Plan) string {
	return "rostrum-" + plan.Shape + "-" + time.Now().UTC().Format(time.DateOnly) + plan.Suffix()
}

// summed is what is sent, and its sum.
type summed struct {
	*paced
	hash  hash.Hash
	bytes int64
}

// Write implements io.Writer.
func (s *summed) Write(b []byte) (int, error) {
	n, err := s.paced.Write(b)
	s.hash.Write(b[:n])
	s.bytes += int64(n)
	return n, err
}

func (s *summed) sum() export.Sum {
	return export.Sum{Bytes: s.bytes, SHA256: hex.EncodeToString(s.hash.Sum(nil))}
}
