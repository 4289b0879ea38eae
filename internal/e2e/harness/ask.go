package harness

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"rostrum/internal/statement"
	"rostrum/search"
	"rostrum/search/alert"
)

// Object is a JSON object.
type Object = map[string]any

// Send makes a request with a JSON body, decodes the answer and gives the status.
func (i *Instance) Send(method, path string, body, into any) int {
	i.T.Helper()
	encoded, err := json.Marshal(body)
	if err != nil {
		i.T.Fatal(err)
	}
	req, err := http.NewRequestWithContext(i.T.Context(), method, i.Base+path, bytes.NewReader(encoded))
	if err != nil {
		i.T.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		i.T.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		i.T.Fatal(err)
	}
	if into != nil {
		if err := json.Unmarshal(answer, into); err != nil {
			i.T.Fatalf("%s %s: %v in %.300s", method, path, err, answer)
		}
	}
	return res.StatusCode
}

// Save saves a query.
func (i *Instance) Save(draft Object) alert.Saved {
	i.T.Helper()
	var saved alert.Saved
	if status := i.Send(http.MethodPost, "/api/v1/saved-queries", draft, &saved); status != http.StatusCreated {
		i.T.Fatalf("save %v: status %d", draft, status)
	}
	return saved
}

// Alerts gives every alert of a saved query, the latest first.
func (i *Instance) Alerts(id string) []alert.Told {
	i.T.Helper()
	var all []alert.Told
	path := "/api/v1/saved-queries/" + id + "/alerts?limit=500"
	for cursor := ""; ; {
		var page alert.Page
		if status := i.Get(path+cursor, &page); status != http.StatusOK {
			i.T.Fatalf("alerts of %s: status %d", id, status)
		}
		if all = append(all, page.Alerts...); page.Next == "" {
			return all
		}
		cursor = "&cursor=" + url.QueryEscape(page.Next)
	}
}

// Facets asks how often each value occurs.
func (i *Instance) Facets(query string, facets ...string) (total int, counts map[string]map[string]int) {
	i.T.Helper()
	var page search.Result
	params := url.Values{"q": {query}, "limit": {"1"}, "facets": {strings.Join(facets, ",")}}
	if status := i.Get("/api/v1/statements?"+params.Encode(), &page); status != http.StatusOK {
		i.T.Fatalf("facets of %q: status %d", query, status)
	}
	counts = map[string]map[string]int{}
	for facet, values := range page.Facets {
		counts[facet] = map[string]int{}
		for _, c := range values {
			counts[facet][c.ID] = c.Count
		}
	}
	return page.Total, counts
}

// Inventory is every statement with its revisions, as it is asked for from outside.
func (i *Instance) Inventory() map[string]string {
	i.T.Helper()
	all := map[string]string{}
	for _, h := range i.Members("") {
		var history struct{ Revisions []statement.Revision }
		if status := i.Get("/api/v1/statements/"+h.ID+"/revisions", &history); status != http.StatusOK {
			i.T.Fatalf("revisions of %s: status %d", h.ID, status)
		}
		var texts []string
		for _, r := range history.Revisions {
			texts = append(texts, fmt.Sprintf("%d %s %x", r.Number, r.Title, hashOf(r.Text)))
		}
		if all[h.URL] != "" {
			i.T.Errorf("%s is there twice", h.URL)
		}
		all[h.URL] = strings.Join(texts, "\n")
	}
	return all
}

func hashOf(text string) [32]byte { return sha256.Sum256([]byte(text)) }
