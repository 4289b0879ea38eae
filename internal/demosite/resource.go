package demosite

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"time"
)

// resource is what one address serves: fixed bytes, or a page that is rendered for each version of the clock.
type resource struct {
	contentType string
	body        []byte
	modified    time.Time // zero when nobody says
	live        func(version int64) ([]byte, error)
}

func (p resource) serve(w http.ResponseWriter, r *http.Request, now time.Time) {
	if p.live != nil {
		v := Version(now)
		body, err := p.live(v)
		if err != nil {
			http.Error(w, "the note cannot be shown", http.StatusInternalServerError)
			return
		}
		p.body, p.modified = body, time.Unix(v*int64(Step/time.Second), 0)
		w.Header().Set("Cache-Control", "no-cache")
	}
	sum := sha256.Sum256(p.body)
	w.Header().Set("ETag", `"`+hex.EncodeToString(sum[:8])+`"`)
	w.Header().Set("Content-Type", p.contentType)
	http.ServeContent(w, r, "", p.modified, bytes.NewReader(p.body))
}
