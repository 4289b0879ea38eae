package crawler

import (
	"context"
	"time"

	"rostrum/crawler/robots"
	"rostrum/crawler/transport"
	"rostrum/internal/statement"
)

// sawUnchanged hands on that a page was seen as it was, where that is wanted: a capture without a body, which refers to what was last
// published of the page. A fetch is no failure for its sake.
func (c *Crawler) sawUnchanged(ctx context.Context, t *task, ex *transport.Exchange, wishes robots.Wishes, at time.Time) {
	if !c.options.Unchanged || t.page.ChangedAt.IsZero() {
		return
	}
	seen := capture(t.page, ex, wishes, at)
	seen.Body = nil
	seen.Unchanged = &statement.Unchanged{Capture: statement.CaptureID(t.page.URL, t.page.ChangedAt), Said: ex.Status == notModified}
	if err := c.publish(ctx, seen); err != nil && ctx.Err() == nil {
		c.log.Warn("that a page was seen unchanged can't be handed on", "url", t.address, "error", err)
	}
}
