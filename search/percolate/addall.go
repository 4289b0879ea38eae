package percolate

import (
	"fmt"
	"iter"
	"runtime"

	"rostrum/search/query"
)

// blockQueries is how many queries are compiled at a time by one goroutine.
const blockQueries = 1 << 13

// block is queries of AddAll, compiled by a Builder of their own.
type block struct {
	ids    []string
	nodes  []query.Node
	own    *Builder
	starts []uint32 // by query: where its program begins in own; fewer where one was refused
	err    error
	done   chan struct{}
}

// AddAll adds resolved queries on all cores. What they make is what Add makes of one after another: it takes them in their order, and ends at
// the first one that Add would refuse.
func (b *Builder) AddAll(queries iter.Seq2[string, query.Node]) error {
	var waiting []*block
	defer func() {
		for _, w := range waiting {
			<-w.done
		}
	}()
	join := func() error {
		first := waiting[0]
		waiting = waiting[1:]
		<-first.done
		return b.join(first)
	}
	begin := func(k *block) {
		go k.compile(b.options)
		waiting = append(waiting, k)
	}
	k := newBlock()
	for id, n := range queries {
		k.ids, k.nodes = append(k.ids, id), append(k.nodes, n)
		if len(k.ids) < blockQueries {
			continue
		}
		begin(k)
		k = newBlock()
		if len(waiting) > runtime.GOMAXPROCS(0) {
			if err := join(); err != nil {
				return err
			}
		}
	}
	begin(k)
	for len(waiting) > 0 {
		if err := join(); err != nil {
			return err
		}
	}
	return nil
}

func newBlock() *block { return &block{done: make(chan struct{})} }

// compile reads the queries of a block up to the first one that it refuses.
func (k *block) compile(o Options) {
	defer close(k.done)
	k.own = NewBuilder(o)
	k.starts = make([]uint32, 0, len(k.nodes))
	for i, n := range k.nodes {
		if err := query.Check(n); err != nil {
			k.err = refused(k.ids[i], err)
			return
		}
		k.starts = append(k.starts, k.own.compile(query.Simplify(n)))
	}
}

func refused(id string, err error) error { return fmt.Errorf("add query %s: %w", id, err) }

// join adds what a block has compiled. Its leaves and periods are met in the order in which Add would meet them, so that they get the same
// numbers.
func (b *Builder) join(k *block) error {
	leaves, periods := make([]uint32, len(k.own.leaves)), make([]uint32, len(k.own.periods))
	for i, l := range k.own.leaves {
		leaves[i] = b.intern(l)
		b.use(leaves[i], k.own.uses[i])
	}
	for i, p := range k.own.periods {
		periods[i] = b.period(p)
	}
	for i, from := range k.starts {
		b.program = append(b.program, none)
		pc := uint32(len(b.program))
		b.program = append(b.program, k.own.program[from:from+size(k.own.program, from)]...)
		b.renumber(pc, leaves, periods)
		b.add(pc, k.ids[i])
	}
	return k.err
}
