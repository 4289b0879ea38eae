package browser

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// object is a piece of JSON.
type object = map[string]any

// document is an OpenAPI document, and what is wrong with it or with an answer.
type document struct {
	t    *testing.T
	root object
}

// ref follows a reference within the document.
func (d *document) ref(schema object) object {
	to, ok := schema["$ref"].(string)
	if !ok {
		return schema
	}
	at := any(d.root)
	for part := range strings.SplitSeq(strings.TrimPrefix(to, "#/"), "/") {
		o, _ := at.(object)
		at = o[part]
	}
	found, ok := at.(object)
	if !ok {
		d.t.Errorf("the reference %s leads nowhere", to)
	}
	return found
}

// references checks that every reference in the document leads somewhere.
func (d *document) references(v any) {
	switch v := v.(type) {
	case object:
		if _, ok := v["$ref"].(string); ok {
			d.ref(v)
		}
		for _, inside := range v {
			d.references(inside)
		}
	case []any:
		for _, inside := range v {
			d.references(inside)
		}
	}
}

// violations lists where a value does not follow a schema: of JSON Schema what such documents use.
func (d *document) violations(schema object, v any, at string) []string {
	schema = d.ref(schema)
	if len(schema) == 0 || v == nil && allows(schema, "null") {
		return nil
	}
	kind := kindOf(v)
	if _, typed := schema["type"]; typed && !allows(schema, kind) && (kind != "integer" || !allows(schema, "number")) {
		return []string{fmt.Sprintf("%s is a %s, not a %v", at, kind, schema["type"])}
	}
	var out []string
	if values, ok := schema["enum"].([]any); ok && !slices.Contains(values, v) {
		out = append(out, fmt.Sprintf("%s is %v, none of %v", at, v, values))
	}
	switch v := v.(type) {
	case []any:
		items, _ := schema["items"].(object)
		for i, item := range v {
			out = append(out, d.violations(items, item, fmt.Sprintf("%s[%d]", at, i))...)
		}
	case object:
		out = append(out, d.members(schema, v, at)...)
	}
	return out
}

func (d *document) members(schema, v object, at string) (out []string) {
	properties, _ := schema["properties"].(object)
	required, _ := schema["required"].([]any)
	for _, name := range required {
		if _, ok := v[name.(string)]; !ok {
			out = append(out, fmt.Sprintf("%s lacks %s", at, name))
		}
	}
	for name, inside := range v {
		if p, ok := properties[name].(object); ok {
			out = append(out, d.violations(p, inside, at+"."+name)...)
			continue
		}
		switch more := schema["additionalProperties"].(type) {
		case bool:
			if !more {
				out = append(out, fmt.Sprintf("%s has %s, which is not described", at, name))
			}
		case object:
			out = append(out, d.violations(more, inside, at+"."+name)...)
		}
	}
	return out
}

func allows(schema object, kind string) bool {
	switch t := schema["type"].(type) {
	case string:
		return t == kind
	case []any:
		return slices.Contains(t, any(kind))
	}
	return false
}

func kindOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case float64:
		if v == float64(int64(v)) {
			return "integer"
		}
		return "number"
	case []any:
		return "array"
	}
	return "object"
}

// structure checks what OpenAPI 3.1 asks of a document: versions, an id for each operation, its parameters, its responses.
func (d *document) structure() {
	info, _ := d.root["info"].(object)
	if v, _ := d.root["openapi"].(string); !strings.HasPrefix(v, "3.1.") || info["title"] == nil || info["version"] == nil {
		d.t.Errorf("openapi %v, info %v", d.root["openapi"], info)
	}
	d.references(d.root)
	ids := map[string]string{}
	d.operations(func(method, path string, op object) {
		name := method + " " + path
		id, _ := op["operationId"].(string)
		if other := ids[id]; id == "" || other != "" {
			d.t.Errorf("%s: the operation's id %q is empty or that of %s", name, id, other)
		}
		ids[id] = name
		responses, _ := op["responses"].(object)
		for code, r := range responses {
			if r, _ := r.(object); r["description"] == nil || !regexp.MustCompile(`^([1-5]\d\d|default)$`).MatchString(code) {
				d.t.Errorf("%s: the response %s has no description, or no such code is", name, code)
			}
		}
		if len(responses) == 0 {
			d.t.Errorf("%s has no responses", name)
		}
		params, _ := op["parameters"].([]any)
		inPath := map[string]bool{}
		for _, p := range params {
			p := d.ref(p.(object))
			if p["name"] == nil || p["schema"] == nil || !slices.Contains([]any{"path", "query", "header", "cookie"}, p["in"]) {
				d.t.Errorf("%s: parameter %v", name, p)
			}
			if p["in"] == "path" && p["required"] == true {
				inPath[p["name"].(string)] = true
			}
		}
		for _, m := range regexp.MustCompile(`\{([^}]+)\}`).FindAllStringSubmatch(path, -1) {
			if !inPath[m[1]] {
				d.t.Errorf("%s: the path's %s is no required parameter", name, m[1])
			}
		}
	})
}

func (d *document) operations(visit func(method, path string, op object)) {
	paths, _ := d.root["paths"].(object)
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		methods, _ := paths[path].(object)
		for _, method := range slices.Sorted(maps.Keys(methods)) {
			if op, ok := methods[method].(object); ok && slices.Contains([]string{"get", "post", "put", "patch", "delete"}, method) {
				visit(strings.ToUpper(method), path, op)
			}
		}
	}
}

// call is one request; path parameters stand in its path already.
type call struct {
	path, body string
	status     int // 0: 200
}

// The document validates, no operation is without a call, and every answer follows what the document says of it.
func TestEveryOperationAnswersAsItsDocumentSays(t *testing.T) {
	base, data := demoIn(t)
	d := &document{t: t}
	if status := get(t, base+"/openapi.json", &d.root); status != http.StatusOK {
		t.Fatalf("openapi.json: %d", status)
	}
	d.structure()
	token, err := os.ReadFile(data + "/admin.token")
	if err != nil {
		t.Fatal(err)
	}
	w := &world{base: base}
	letter, floor := w.first(t, "kind:joint-letter lang:en"), w.first(t, `title:"from the floor"`)
	waitFor(t, 30*time.Second, "a revision", func() bool {
		var s struct{ Revision int }
		get(t, base+"/api/v1/statements/"+floor, &s)
		return s.Revision > 1
	})
	ask := asker{t: t, d: d, base: base, token: strings.TrimSpace(string(token))}
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	t.Cleanup(receiver.Close)
	saved, _ := ask.call("POST", "/api/v1/saved-queries", call{path: "/api/v1/saved-queries", status: 201,
		body: `{"query":"topic:vessel-tracks","include_backfill":true,"channels":[{"type":"webhook","url":"` + receiver.URL + `"}]}`}).(object)
	id, _ := saved["id"].(string)
	minted, _ := ask.call("POST", "/api/v1/admin/tokens", call{path: "/api/v1/admin/tokens", body: `{"name":"reader","scope":"read"}`}).(object)
	ask.alerts(id)
	fix, _ := ask.call("POST", "/api/v1/admin/corrections", call{path: "/api/v1/admin/corrections", status: 201,
		body: `{"statement":"` + letter + `","actor":"valdoria","role":"mentioned","reason":"It is named in the third paragraph."}`}).(object)
	ask.correction, _ = fix["id"].(string)
	calls := ask.calls(letter, floor, id, fmt.Sprint(minted["id"]))
	d.operations(func(method, path string, _ object) {
		name := method + " " + path
		asked := calls[name]
		if len(asked) == 0 {
			t.Errorf("%s is not tried", name)
		}
		for _, c := range asked {
			ask.call(method, path, c)
		}
	})
}

// asker makes calls and holds their answers against the document.
type asker struct {
	t           *testing.T
	d           *document
	base, token string
	delivery    string // the number of one
	correction  string // the id of one
}

// alerts waits until the saved query has fired, and keeps the number of a delivery.
func (a *asker) alerts(id string) {
	waitFor(a.t, 30*time.Second, "an alert", func() bool {
		page, _ := a.call("GET", "/api/v1/saved-queries/{id}/alerts", call{path: "/api/v1/saved-queries/" + id + "/alerts?limit=1"}).(object)
		alerts, _ := page["alerts"].([]any)
		if len(alerts) == 0 {
			return false
		}
		deliveries, _ := alerts[0].(object)["deliveries"].([]any)
		if len(deliveries) == 0 || deliveries[0].(object)["status"] != "delivered" {
			return false
		}
		a.delivery = fmt.Sprintf("%.0f", deliveries[0].(object)["n"])
		return true
	})
}

// calls are what is asked of each operation, by method and path.
func (a *asker) calls(letter, floor, saved, token string) map[string][]call {
	v1, q := "/api/v1", url.QueryEscape
	return map[string][]call{
		"GET /api/v1/actors":                    {{path: v1 + "/actors"}},
		"GET /api/v1/actors/candidates":         {{path: v1 + "/actors/candidates"}},
		"GET /api/v1/admin/corrections":         {{path: v1 + "/admin/corrections"}},
		"POST /api/v1/admin/corrections":        {{path: v1 + "/admin/corrections", body: `{"statement":"none","actor":"valdoria","role":"issuer","reason":"None."}`, status: 404}},
		"DELETE /api/v1/admin/corrections/{id}": {{path: v1 + "/admin/corrections/" + a.correction}},
		"GET /api/v1/actors/{id}":               {{path: v1 + "/actors/valdoria"}, {path: v1 + "/actors/nobody", status: 404}},
		"GET /api/v1/topics":                    {{path: v1 + "/topics"}},
		"GET /api/v1/topics/{id}":               {{path: v1 + "/topics/vessel-tracks"}, {path: v1 + "/topics/nothing", status: 404}},
		"GET /api/v1/processes":                 {{path: v1 + "/processes"}},
		"GET /api/v1/sources":                   {{path: v1 + "/sources"}},
		"GET /api/v1/query/parse":               {{path: v1 + "/query/parse?q=" + q("tides -lang:fr")}, {path: v1 + "/query/parse?q=" + q("(tides"), status: 400}},
		"GET /api/v1/query/complete":            {{path: v1 + "/query/complete?q=val"}, {path: v1 + "/query/complete"}},
		"GET /api/v1/statements": {{path: v1 + "/statements?explain=true&q=" + q("tide topic:vessel-tracks") + "&facets=actor,topic,source,lang,kind,month,phase,role,cue,issuer,signatory,quoted,mentions"},
			{path: v1 + "/statements?copies=all&sort=oldest&limit=100"}, {path: v1 + "/statements?q=topic:none", status: 400}, {path: v1 + "/statements?limit=0", status: 422}, {path: v1 + "/statements?cursor=abc", status: 422}, {path: v1 + "/statements?nonsense=1", status: 422}},
		"GET /api/v1/statements/{id}":                {{path: v1 + "/statements/" + letter}, {path: v1 + "/statements/none", status: 404}},
		"GET /api/v1/statements/{id}/capture":        {{path: v1 + "/statements/" + letter + "/capture"}},
		"GET /api/v1/statements/{id}/cite":           {{path: v1 + "/statements/" + letter + "/cite?format=ris"}, {path: v1 + "/statements/" + letter + "/cite?format=bibtex"}, {path: v1 + "/statements/" + letter + "/cite?format=csl-json"}, {path: v1 + "/statements/" + letter + "/cite?format=doc", status: 422}},
		"GET /api/v1/statements/{id}/copies":         {{path: v1 + "/statements/" + letter + "/copies"}},
		"GET /api/v1/statements/{id}/revisions":      {{path: v1 + "/statements/" + floor + "/revisions"}},
		"GET /api/v1/statements/{id}/revisions/diff": {{path: v1 + "/statements/" + floor + "/revisions/diff"}},
		"GET /api/v1/timeline":                       {{path: v1 + "/timeline"}, {path: v1 + "/timeline?by=actor&interval=week&q=tide"}, {path: v1 + "/timeline?by=topic&interval=year"}, {path: v1 + "/timeline?interval=day", status: 422}},
		"GET /api/v1/matrix":                         {{path: v1 + "/matrix"}, {path: v1 + "/matrix?cols=phase"}, {path: v1 + "/matrix?format=csv&bom=true"}, {path: v1 + "/matrix?format=xls", status: 422}, {path: v1 + "/matrix?format=csv&q=" + q("(tide"), status: 400}, {path: v1 + "/matrix?rows=topic&cols=actor&limit=3"}, {path: v1 + "/matrix?rows=phase", status: 422}},
		"GET /api/v1/export/{id}/manifest":           {{path: v1 + "/export/none/manifest", status: 404}},
		"GET /api/v1/exports":                        {{path: v1 + "/exports"}},
		"POST /api/v1/exports":                       {{path: v1 + "/exports", body: `{"q":"tide","format":"parquet"}`, status: 202}, {path: v1 + "/exports", body: `{"format":"doc"}`, status: 422}},
		"GET /api/v1/exports/{id}":                   {{path: v1 + "/exports/none", status: 404}},
		"GET /api/v1/exports/{id}/file":              {{path: v1 + "/exports/none/file", status: 404}},
		"GET /api/v1/exports/{id}/manifest":          {{path: v1 + "/exports/none/manifest", status: 404}},
		"POST /api/v1/exports/{id}/resume":           {{path: v1 + "/exports/none/resume", status: 404}},
		"DELETE /api/v1/exports/{id}":                {{path: v1 + "/exports/none", status: 404}},
		"GET /api/v1/export-schedules":               {{path: v1 + "/export-schedules"}},
		"POST /api/v1/export-schedules":              {{path: v1 + "/export-schedules", body: `{"every":"hourly"}`, status: 422}, {path: v1 + "/export-schedules", body: `{"format":"doc"}`, status: 422}},
		"GET /api/v1/export-schedules/{id}":          {{path: v1 + "/export-schedules/none", status: 404}},
		"DELETE /api/v1/export-schedules/{id}":       {{path: v1 + "/export-schedules/none", status: 404}},
		"POST /api/v1/export-schedules/{id}/run":     {{path: v1 + "/export-schedules/none/run", status: 404}},
		"POST /api/v1/batch":                         {{path: v1 + "/batch?format=json", body: "query\ntide\n(x\n"}, {path: v1 + "/batch", body: "a\n"}, {path: v1 + "/batch?limit=0", body: "a\n", status: 422}, {path: v1 + "/batch", body: "query\n", status: 422}},
		"GET /api/v1/export":                         {{path: v1 + "/export?dry_run=true"}, {path: v1 + "/export?format=csv&q=tide"}, {path: v1 + "/export?format=doc", status: 422}},
		"GET /api/v1/stream":                         {{path: v1 + "/stream?q=" + q("(tide"), status: 400}}, // that it streams is tried elsewhere

		"GET /api/v1/saved-queries":                             {{path: v1 + "/saved-queries"}},
		"POST /api/v1/saved-queries":                            {{path: v1 + "/saved-queries", body: `{"query":"(tide"}`, status: 400}},
		"POST /api/v1/saved-queries/preview":                    {{path: v1 + "/saved-queries/preview", body: `{"query":"tide"}`}},
		"GET /api/v1/saved-queries/{id}":                        {{path: v1 + "/saved-queries/" + saved}, {path: v1 + "/saved-queries/none", status: 404}},
		"PATCH /api/v1/saved-queries/{id}":                      {{path: v1 + "/saved-queries/" + saved, body: `{"name":"tracks","paused":true}`}},
		"GET /api/v1/saved-queries/{id}/alerts":                 {{path: v1 + "/saved-queries/" + saved + "/alerts"}},
		"GET /api/v1/saved-queries/{id}/history":                {{path: v1 + "/saved-queries/" + saved + "/history"}, {path: v1 + "/saved-queries/none/history", status: 404}},
		"POST /api/v1/admin/bounces":                            {{path: v1 + "/admin/bounces", body: `{"to":"nobody@example.org"}`}, {path: v1 + "/admin/bounces", body: `{"to":"nobody@example.org","message":"<msg_none@example.org>"}`, status: 404}},
		"POST /api/v1/saved-queries/{id}/test":                  {{path: v1 + "/saved-queries/" + saved + "/test"}},
		"POST /api/v1/saved-queries/{id}/deliveries/{n}/replay": {{path: v1 + "/saved-queries/" + saved + "/deliveries/" + a.delivery + "/replay", status: 202}},
		"DELETE /api/v1/saved-queries/{id}":                     {{path: v1 + "/saved-queries/none", status: 404}}, // its own goes with the demo
		"GET /api/v1/admin/status":                              {{path: v1 + "/admin/status"}},
		"GET /api/v1/admin/tokens":                              {{path: v1 + "/admin/tokens"}},
		"POST /api/v1/admin/tokens":                             {{path: v1 + "/admin/tokens", body: `{"name":"x","scope":"none"}`, status: 422}},
		"DELETE /api/v1/admin/tokens/{id}":                      {{path: v1 + "/admin/tokens/" + token}},
		"GET /api/v1/admin/quarantine":                          {{path: v1 + "/admin/quarantine"}},
		"GET /api/v1/admin/quarantine/{capture}":                {{path: v1 + "/admin/quarantine/none", status: 404}},
		"DELETE /api/v1/admin/quarantine/{capture}":             {{path: v1 + "/admin/quarantine/none", status: 404}},
		"POST /api/v1/admin/quarantine/{capture}/retry":         {{path: v1 + "/admin/quarantine/none/retry", status: 404}},
		"GET /api/v1/admin/reindex":                             {{path: v1 + "/admin/reindex"}},
		"POST /api/v1/admin/reindex":                            {{path: v1 + "/admin/reindex", status: 202}},
		"DELETE /api/v1/admin/reindex":                          {{path: v1 + "/admin/reindex"}},
		"POST /api/v1/admin/backup":                             {{path: v1 + "/admin/backup"}},
		"GET /api/v1/admin/verify":                              {{path: v1 + "/admin/verify"}},
		"POST /api/v1/admin/verify":                             {{path: v1 + "/admin/verify", status: 202}},
		"DELETE /api/v1/admin/verify":                           {{path: v1 + "/admin/verify"}},
		"POST /api/v1/admin/forget":                             {{path: v1 + "/admin/forget", body: `{"target":"none"}`, status: 404}},
		"POST /api/v1/admin/import":                             {{path: v1 + "/admin/import", body: "none"}},

		"POST /api/v1/saved-queries/{id}/channels/{channel}/rotate": {{path: v1 + "/saved-queries/" + saved + "/channels/1/rotate"},
			{path: v1 + "/saved-queries/" + saved + "/channels/9/rotate", status: 404}},
	}
}

// call makes a request and holds the answer against the document; it gives the answer's JSON.
func (a *asker) call(method, path string, c call) any {
	a.t.Helper()
	want := c.status
	if want == 0 {
		want = http.StatusOK
	}
	req, err := http.NewRequestWithContext(a.t.Context(), method, a.base+c.path, bytes.NewReader([]byte(c.body)))
	if err != nil {
		a.t.Fatal(err)
	}
	if c.body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if strings.Contains(path, "/admin/") {
		req.Header.Set("Authorization", "Bearer "+a.token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		a.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	name := method + " " + c.path
	if res.StatusCode != want {
		a.t.Errorf("%s: status %d, want %d: %.300s", name, res.StatusCode, want, body)
		return nil
	}
	return a.hold(name, method, path, res, body)
}

// hold finds what the document says of an answer, and compares.
func (a *asker) hold(name, method, path string, res *http.Response, body []byte) any {
	a.t.Helper()
	paths, _ := a.d.root["paths"].(object)
	methods, _ := paths[path].(object)
	op, _ := methods[strings.ToLower(method)].(object)
	responses, _ := op["responses"].(object)
	described, ok := responses[fmt.Sprint(res.StatusCode)].(object)
	if !ok {
		if described, ok = responses["default"].(object); !ok {
			a.t.Errorf("%s: the document does not describe status %d", name, res.StatusCode)
			return nil
		}
	}
	content, _ := described["content"].(object)
	mediaType, _, _ := strings.Cut(res.Header.Get("Content-Type"), ";")
	media, ok := content[mediaType].(object)
	if _, any := content["*/*"]; !ok && !any && len(body) > 0 {
		a.t.Errorf("%s: the document does not describe %s for status %d, only %v", name, mediaType, res.StatusCode, slices.Collect(maps.Keys(content)))
	}
	if !strings.HasSuffix(mediaType, "json") || len(body) == 0 {
		return nil
	}
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		if !strings.Contains(mediaType, "ndjson") {
			a.t.Errorf("%s: %v", name, err)
		}
		return nil
	}
	schema, _ := media["schema"].(object)
	for i, violation := range a.d.violations(schema, v, "answer") {
		if i < 5 {
			a.t.Errorf("%s: %s", name, violation)
		}
	}
	return v
}
