package hold

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"rostrum/internal/e2e/harness"
	"rostrum/search/alert"
)

// inbox receives webhooks: it checks their signatures and writes down what came, and how often.
type inbox struct {
	server *httptest.Server
	fresh  chan struct{} // an alert came

	mu      sync.Mutex
	secrets map[string]string // by name of the saved query, which is its path
	came    map[string]map[string]arrived
	wrong   []string
}

// arrived is one alert as it came.
type arrived struct {
	about string // URL and revision
	times int
}

func newInbox(t *testing.T) *inbox {
	i := &inbox{fresh: make(chan struct{}, 1), secrets: map[string]string{}, came: map[string]map[string]arrived{}}
	i.server = httptest.NewServer(i)
	t.Cleanup(i.server.Close)
	return i
}

// save saves a query that tells this inbox.
func (i *inbox) save(p *harness.Process, name, query string, more harness.Object) alert.Saved {
	draft := harness.Object{"name": name, "query": query, "rate": "immediate", "channels": []harness.Object{{"type": "webhook", "url": i.server.URL + "/" + name}}}
	maps.Copy(draft, more)
	saved := p.Save(draft)
	i.mu.Lock()
	defer i.mu.Unlock()
	i.secrets[name], i.came[name] = saved.Channels[0].Secret, map[string]arrived{}
	return saved
}

// ServeHTTP implements http.Handler.
func (i *inbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	name, id := strings.TrimPrefix(r.URL.Path, "/"), r.Header.Get("Webhook-Id")
	i.mu.Lock()
	defer i.mu.Unlock()
	if secret, ok := i.secrets[name]; ok {
		want := sign(secret, id+"."+r.Header.Get("Webhook-Timestamp")+"."+string(body))
		if err != nil || r.Header.Get("Webhook-Signature") != "v1,"+want {
			i.wrong = append(i.wrong, fmt.Sprintf("%s %s: signature %q, %v", name, id, r.Header.Get("Webhook-Signature"), err))
			return
		}
	} else { // it fired before its secret was written down here
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	var event struct{ Data alert.Alert }
	if err := json.Unmarshal(body, &event); err != nil {
		i.wrong = append(i.wrong, err.Error())
		return
	}
	about := aboutOf(&event.Data)
	if before, ok := i.came[name][id]; ok && before.about != about {
		i.wrong = append(i.wrong, fmt.Sprintf("%s came for %s and for %s", id, before.about, about))
	}
	i.came[name][id] = arrived{about, i.came[name][id].times + 1}
	select {
	case i.fresh <- struct{}{}:
	default:
	}
}

func aboutOf(a *alert.Alert) string {
	return fmt.Sprintf("%s %d", a.Statement.URL, a.Statement.Revision)
}

func sign(secret, text string) string {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		return err.Error()
	}
	mac := hmac.New(sha256.New, key)
	_, _ = io.WriteString(mac, text) // never fails
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func (i *inbox) forgetFresh() {
	select {
	case <-i.fresh:
	default:
	}
}

// count is how many different alerts came, and how many repeats.
func (i *inbox) count() (different, repeats int) {
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, came := range i.came {
		different += len(came)
		for _, a := range came {
			repeats += a.times - 1
		}
	}
	return different, repeats
}

// ids are those that came for a saved query, with what they are about.
func (i *inbox) ids(name string) map[string]string {
	i.mu.Lock()
	defer i.mu.Unlock()
	all := map[string]string{}
	for id, a := range i.came[name] {
		all[id] = a.about
	}
	return all
}
