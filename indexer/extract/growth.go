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
	// looked is after how many bytes of allocations, by anybody, the heap is looked at. A page of MaxNodes nodes allocates less.
	looked = 384 << 20
	// maxGrowth bounds what the heap may have grown since a page's parsing began, in bytes.
	maxGrowth = 256 << 20
)

// errGrown ends the parsing of a page whose tree grows beyond its bound.
var errGrown = errors.New("its tree takes too much memory")

// parse is html.Parse for pages that strangers wrote: a few thousand bytes can make a tree of gigabytes, since an element of formatting
// that is not closed is opened again in each paragraph that follows.
func parse(source string, options ...html.ParseOption) (*html.Node, error) {
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
