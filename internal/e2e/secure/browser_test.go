package secure

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// trap is a server that no page of ours may lead a browser to, and that no crawl may ask.
type trap struct {
	*httptest.Server
	mu  sync.Mutex
	got []string
}

func newTrap(t *testing.T) *trap {
	s := &trap{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		if r.URL.Path != "/favicon.ico" { // which a browser asks for later
			s.got = append(s.got, r.URL.String())
		}
		s.mu.Unlock()
		w.Header().Set("Access-Control-Allow-Origin", "*")
	}))
	t.Cleanup(s.Close)
	return s
}

// taken gives what was asked for since the last time.
func (s *trap) taken() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	got := s.got
	s.got = nil
	return got
}

// reader is a browser in which somebody reads.
type reader struct {
	ctx context.Context

	mu      sync.Mutex
	asked   []string // every address that a page asked for
	dialogs []string
}

// newReader starts chromium; nil where there is none, which CI does not accept.
func newReader(t *testing.T) *reader {
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("chromium is not installed: no page was tried in a browser")
		}
		t.Log("NOT CHECKED: chromium is not installed, so no attack was tried in a browser")
		return nil
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	allocator, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, time.Minute)
	t.Cleanup(cancel)
	b := &reader{ctx: ctx}
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatalf("start the browser: %v", err)
	}
	if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	err = chromedp.Listen(ctx, func(ev any) {
		b.mu.Lock()
		defer b.mu.Unlock()
		switch ev := ev.(type) {
		case *network.EventRequestWillBeSent:
			b.asked = append(b.asked, ev.Request.URL)
		case *page.EventJavascriptDialogOpening:
			b.dialogs = append(b.dialogs, ev.Message)
			go func() {
				_, _ = chromedp.Call(ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
			}()
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// seen is what a page did.
type seen struct {
	foreign []string // requests that left the site it is on
	dialogs []string
	owned   bool   // a script of the page ran
	links   string // schemes of links and forms that are no addresses of the web
	title   string
}

// read opens an address, clicks on every element that is none of a link's, and says what came of it. A page that wants to go elsewhere by
// itself has until the network is quiet for a moment.
func (b *reader) read(t *testing.T, address string) seen {
	t.Helper()
	b.mu.Lock()
	b.asked, b.dialogs = nil, nil
	b.mu.Unlock()
	if err := chromedp.Do(b.ctx, chromedp.Navigate(address)); err != nil {
		t.Fatalf("open %s: %v", address, err)
	}
	// A refresh after 0 seconds and an image of an error handler are asked for before two frames are drawn and a timer has run.
	// In a sandbox no timer runs, and so nothing else does: there it is looked at once.
	wait, options := `new Promise(done => setTimeout(() => done(look()), 300))`, []chromedp.EvaluateOption{chromedp.EvalAwaitPromise}
	if strings.Contains(address, "/captures/") {
		wait, options = "look()", nil
	}
	got, err := chromedp.Run(b.ctx, chromedp.Evaluate[map[string]any](`look = () => ({
		owned: !!window.owned, title: document.title,
		links: [...document.querySelectorAll('a[href],form[action],area[href],iframe,object,embed,base')].map(e => e.tagName === 'A' || e.tagName === 'AREA' ? e.protocol : e.tagName + ' ' + (e.action || e.src || e.data || e.href || ''))
			.filter(x => !['http:', 'https:', 'mailto:'].includes(x) && !x.startsWith('FORM ' + location.origin)).join(' ')}); `+wait, options...))
	if err != nil {
		t.Fatalf("look at %s: %v", address, err)
	}
	origin := strings.Join(strings.SplitN(address, "/", 4)[:3], "/")
	out := seen{owned: got["owned"] == true}
	out.links, _ = got["links"].(string)
	out.title, _ = got["title"].(string)
	b.mu.Lock()
	defer b.mu.Unlock()
	out.dialogs = b.dialogs
	for _, asked := range b.asked {
		if !strings.HasPrefix(asked, origin+"/") && !strings.HasPrefix(asked, "data:") && !strings.HasPrefix(asked, "about:") {
			out.foreign = append(out.foreign, asked)
		}
	}
	return out
}

// quiet says whether a page did nothing of its own.
func (s *seen) quiet() bool {
	return len(s.foreign) == 0 && len(s.dialogs) == 0 && !s.owned && s.title != "OWNED"
}
