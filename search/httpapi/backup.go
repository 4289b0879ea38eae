package httpapi

import (
	"context"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

const backupPath = adminPath + "backup"

// Backuper copies what can't be made again.
type Backuper interface {
	// Write writes a backup, as it is at one moment, to w, and calls begin before the first byte. fault.Conflict while another one is made.
	Write(ctx context.Context, w io.Writer, begin func()) error
}

func (s *server) registerBackup(mux *http.ServeMux, api huma.API) {
	mux.HandleFunc("POST "+backupPath, s.backup)
	api.OpenAPI().AddOperation(&huma.Operation{OperationID: "post-admin-backup", Method: http.MethodPost, Path: backupPath,
		Summary: "Make a backup: archive, saved queries, tokens, what waits, what was forgotten and corrected. It holds secrets", Responses: map[string]*huma.Response{
			"200": {Description: "a tar file; it is whole if its last entry is checksums.json", Content: map[string]*huma.MediaType{"application/x-tar": {}}}}})
}

// backup streams a backup. What goes wrong after its beginning cuts the answer off, so that nobody takes a part for the whole.
func (s *server) backup(w http.ResponseWriter, r *http.Request) {
	begun := false
	err := s.Admin.Backuper.Write(r.Context(), w, func() {
		begun = true
		w.Header().Set("Content-Type", "application/x-tar")
		w.Header().Set("Cache-Control", "no-store")
	})
	switch {
	case err == nil:
	case !begun:
		writeProblem(w, problem(r.Context(), s.Log, err))
	default:
		s.Log.ErrorContext(r.Context(), "backup was cut off", "error", err)
		panic(http.ErrAbortHandler)
	}
}
