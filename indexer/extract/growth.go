package extract

import (
	"errors"
	"io"
	"runtime"
	"runtime/metrics"
	"strings"

	"golang.org/x/net/html"
)

const (
	// looked is after how many bytes of allocations, by anybody, the heap is looked at.
	looked = 128 << 20
	// maxGrowth bounds what the heap may have grown since a page's parsing began, in bytes.
	maxGrowth = 256 << 20
	// shortestTag is how many bytes of a page make a node, at least.
	shortestTag = 3
)

// errGrown ends the parsing of a page whose tree grows beyond its bound.
var errGrown = errors.New("its tree takes too much memory")

// parse is html.Parse for pages that strangers wrote. One with more tags than a tree may have nodes is not parsed at all. Fewer, even a few thousand
// bytes, can make a tree of gigabytes all the same, since an element of formatting that is not closed is opened again in each paragraph
// that follows. Where memory grows too much while several pages are parsed, each is parsed again by itself, to find out whose it is.
func (x *Extractor) parse(source string, options ...html.ParseOption) (*html.Node, error) {
	if len(source) > shortestTag*x.o.MaxNodes && !tagsWithin(source, x.o.MaxNodes) {
		return nil, errGrown
	}
	x.parsing.RLock()
	doc, err := grow(source, options)
	x.parsing.RUnlock()
	if !errors.Is(err, errGrown) {
		return doc, err
	}
	x.parsing.Lock()
	defer x.parsing.Unlock()
	runtime.GC()
	return grow(source, options)
}

// tagsWithin says whether a page has at most so many tags and comments that make nodes.
func tagsWithin(source string, most int) bool {
	z := html.NewTokenizer(strings.NewReader(source))
	for n := 0; n <= most; {
		switch z.Next() {
		case html.ErrorToken:
			return true
		case html.StartTagToken, html.SelfClosingTagToken, html.CommentToken:
			n++
		case html.EndTagToken:
			if name, _ := z.TagName(); string(name) == "p" || string(name) == "br" { // these make elements
				n++
			}
		}
	}
	return false
}

// grow parses a page as long as memory does not grow too much.
func grow(source string, options []html.ParseOption) (*html.Node, error) {
	r := &growing{in: strings.NewReader(source)}
	r.allocated, r.before = heap()
	return html.ParseWithOptions(r, options...)
}

// growing hands a page to the parser piece by piece, as long as memory does not grow too much meanwhile. The parser's tree can't be
// counted before it is done, so it is the whole process that is looked at: first cheaply at what was allocated, then at what is left of it.
type growing struct {
	in                io.Reader
	allocated, before uint64
}

// Read implements io.Reader.
func (r *growing) Read(p []byte) (int, error) {
	if allocated, _ := heap(); allocated-r.allocated > looked {
		runtime.GC()
		var live uint64
		if r.allocated, live = heap(); live > r.before+maxGrowth {
			return 0, errGrown
		}
	}
	return r.in.Read(p)
}

// heap gives the bytes allocated since the process began, and those of the objects on the heap.
func heap() (allocated, objects uint64) {
	samples := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}, {Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(samples)
	return samples[0].Value.Uint64(), samples[1].Value.Uint64()
}
