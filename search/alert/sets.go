package alert

import (
	"maps"

	"rostrum/search/query"
)

// fillAt is how many queries at once are worth building the set anew for.
const fillAt = 256

// admit has queries matched that are not held yet. What is matched and not held does no harm, so that the matcher goes on meanwhile.
// Calls come one at a time.
func (b *book) admit(queries compiled) error {
	missing := map[string]query.Node{}
	b.mu.RLock()
	for _, node := range queries {
		if canonical := node.String(); b.held[canonical] == nil {
			missing[canonical] = node
		}
	}
	b.mu.RUnlock()
	if len(missing) >= fillAt {
		return b.live.Fill(maps.All(missing))
	}
	for canonical, node := range missing {
		if err := b.live.Put(canonical, node); err != nil {
			return err
		}
	}
	return nil
}

// retire has queries matched no more that are not held any more. Calls come one at a time, and not beside those of admit.
func (b *book) retire(canonical []string) {
	for _, c := range canonical {
		b.mu.RLock()
		held := b.held[c] != nil
		b.mu.RUnlock()
		if !held {
			b.live.Remove(c)
		}
	}
}

// forms gives the canonical forms of queries.
func (c compiled) forms() []string {
	forms := make([]string, 0, len(c))
	for _, node := range c {
		forms = append(forms, node.String())
	}
	return forms
}
