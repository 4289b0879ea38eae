package robots

import (
	"context"
	"errors"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"rostrum/internal/fault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestCacheByStatus(t *testing.T) {
	disallow := []byte("User-agent: *\nDisallow: /")
	unreachable := errors.New("no route")
	for _, c := range []struct {
		name    string
		answer  Answer
		err     error
		allowed bool
		wait    time.Duration // until it is asked again
	}{
		{"rules", Answer{Status: 200, Body: disallow}, nil, false, 24 * time.Hour},
		{"none", Answer{Status: 404, Body: disallow}, nil, true, 24 * time.Hour},
		{"forbidden", Answer{Status: 403}, nil, true, 24 * time.Hour},
		{"endless redirects", Answer{Status: 302}, nil, true, 24 * time.Hour},
		{"trouble", Answer{Status: 503}, nil, false, 5 * time.Minute},
		{"too many requests", Answer{Status: 429, RetryAfter: time.Hour}, nil, false, time.Hour},
		{"unreachable", Answer{}, unreachable, false, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			now, asked := time.Now(), 0
			cache := NewCache(func(context.Context, string) (Answer, error) { asked++; return c.answer, c.err }, "rostrum", func() time.Time { return now })
			u, _ := url.Parse("https://a.example/x")
			rules, err := cache.Rules(t.Context(), u)
			if got := err == nil && rules.Allows(u); got != c.allowed {
				t.Errorf("allowed %v, %v; want %v", got, err, c.allowed)
			}
			if c.err != nil && !errors.Is(err, c.err) || c.err == nil && err != nil && fault.KindOf(err) != fault.Unreachable {
				t.Errorf("error %v", err)
			}
			now = now.Add(c.wait - 1)
			_, _ = cache.Rules(t.Context(), u)
			if c.wait > 0 && asked != 1 {
				t.Errorf("asked again within %v", c.wait)
			}
			now = now.Add(1)
			_, _ = cache.Rules(t.Context(), u)
			if asked < 2 {
				t.Errorf("not asked again after %v", c.wait)
			}
		})
	}
}

func TestCacheAsksOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int32
		cache := NewCache(func(context.Context, string) (Answer, error) {
			asked.Add(1)
			time.Sleep(time.Second)
			return Answer{Status: 404}, nil
		}, "rostrum", time.Now)
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				if _, err := cache.Rules(t.Context(), &url.URL{Scheme: "https", Host: "a.example"}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := asked.Load(); n != 1 {
			t.Errorf("asked %d times", n)
		}
	})
}
