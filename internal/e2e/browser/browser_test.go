// Package browser drives the pages of the demo in a real browser, and every operation of its API as the OpenAPI document describes it.
package browser

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"rostrum/configs"
	"rostrum/internal/app"
	"rostrum/internal/demosite"
)

// artefacts is where screenshots are kept, and where axe-core is looked for. Git ignores it.
const artefacts = "../../../artefacts"

// world is a demo that runs, and a browser that looks at it.
type world struct {
	base    string
	ctx     context.Context // of the browser
	mu      sync.Mutex
	foreign []string // addresses off the site that a page asked for
}

// browserPath finds chromium. Where CI runs it must be there.
func browserPath(t *testing.T) string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("chromium is not installed: the pages can't be tried in a browser")
	}
	t.Log("NOT CHECKED: chromium is not installed, so no page was tried in a browser")
	return ""
}

// demo starts the demo in this process and waits until all its statements are there.
func demo(t *testing.T) string {
	t.Helper()
	base, _ := demoIn(t)
	return base
}

// demoIn also gives the demo's folder.
func demoIn(t *testing.T) (base, data string) {
	t.Helper()
	cfg, err := configs.LoadBuiltin("demo", configs.Options{Checks: app.Checks()})
	if err != nil {
		t.Fatal(err)
	}
	cfg.Data, cfg.Listen = t.TempDir(), "127.0.0.1:0"
	sites, err := app.ServeDemoSites(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sites.Close() })
	a, err := app.New(cfg, app.Options{Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), app.StopTimeout)
		defer cancel()
		if err := a.Stop(ctx); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	facts, err := demosite.Expected()
	if err != nil {
		t.Fatal(err)
	}
	base = "http://" + a.Addr()
	waitFor(t, 60*time.Second, "the demo's statements", func() bool {
		var found struct{ Total int }
		return get(t, base+"/api/v1/statements?copies=all&limit=1", &found) == http.StatusOK && found.Total >= len(facts)
	})
	return base, cfg.Data
}

func newWorld(t *testing.T) *world {
	path := browserPath(t)
	if path == "" {
		return nil
	}
	w := &world{base: demo(t)}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("hide-scrollbars", true))
	allocator, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	w.ctx = ctx
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatalf("start the browser: %v", err)
	}
	return w
}

// tab opens a page in a tab of its own, of a width in pixels, and gives what drives it.
func (w *world) tab(t *testing.T, width int64, scripts bool) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(w.ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(cancel)
	b := &tab{t: t, world: w, ctx: ctx}
	b.do(chromedp.EmulateViewport(width, 1000))
	if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	// A tab that is being closed must not take the focus from the next one.
	if _, err := chromedp.Call(ctx, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}); err != nil {
		t.Fatal(err)
	}
	err := chromedp.Listen(ctx, func(ev any) {
		if sent, ok := ev.(*network.EventRequestWillBeSent); ok {
			w.sent(sent.Request.URL)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if !scripts {
		if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

// sent notes a request that leaves the site.
func (w *world) sent(address string) {
	u, err := url.Parse(address)
	if err == nil && (u.Scheme == "data" || u.Scheme == "about" || strings.HasPrefix(address, w.base+"/")) {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.foreign = append(w.foreign, address)
}

// tab is a tab of the browser.
type tab struct {
	t     *testing.T
	world *world
	ctx   context.Context
}

func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

func (b *tab) open(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.world.base + path))
}

// js evaluates an expression in the page, whose own scripts may be off.
func js[T any](b *tab, expression string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

func (b *tab) text(selector string) string {
	b.t.Helper()
	return js[string](b, fmt.Sprintf("[...document.querySelectorAll(%q)].map(e => e.textContent.trim().replace(/\\s+/g, ' ')).join(' | ')", selector))
}

func (b *tab) count(selector string) int {
	b.t.Helper()
	return js[int](b, fmt.Sprintf("document.querySelectorAll(%q).length", selector))
}

// follow clicks the first match, and waits for the page that it leads to.
func (b *tab) follow(selector string) {
	b.t.Helper()
	if b.count(selector) == 0 {
		b.t.Fatalf("%s: nothing there to follow on %s", selector, js[string](b, "location.href"))
	}
	if _, err := chromedp.RunResponse(b.ctx, chromedp.Click(chromedp.CSS(selector))); err != nil {
		b.t.Fatalf("follow %s: %v", selector, err)
	}
}

func (b *tab) query() string {
	b.t.Helper()
	u, err := url.Parse(js[string](b, "location.href"))
	if err != nil {
		b.t.Fatal(err)
	}
	return u.Query().Get("q")
}

// prefer sets a feature of the media that the page asks for.
func (b *tab) prefer(name, value string) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: name, Value: value}}})
	if err != nil {
		b.t.Fatal(err)
	}
}

// shot keeps a picture of the page as a whole.
func (b *tab) shot(name string) {
	b.t.Helper()
	dir := filepath.Join(artefacts, "screenshots")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		b.t.Fatal(err)
	}
	png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
		b.t.Fatal(err)
	}
}
