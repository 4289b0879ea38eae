package indexer

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sort"

	"rostrum/internal/durable"
)

// The index of capture ids has two parts: one sorted file over all full archive files, of which memory holds every fenceStep-th
// key; and the captures of the newest archive file in memory, with a log beside that file so that a start need not read it.
// Both are made from the archive and can be made again.
const (
	idsFile   = "captures.ids"
	idsMagic  = "RIDS0002"
	idsHeader = 24  // magic, number of the last archive file in it, number of entries
	entrySize = 16  // key, place
	fenceStep = 256 // entries read by one look-up
	logSize   = 48  // key, offset, length, payload key, address key, moment
	logSuffix = ".keys"
	fileShift = 40 // a place is a file's number and, in the lower bits, an offset under 1 TiB
)

// entry is one capture: a hash of its id or of its payload, which others may share, and where its records begin. Or it is an address: its
// hash, and when it was last seen.
type entry struct{ key, place uint64 }

func keyOf(capture string) uint64 {
	h := fnv.New64a()
	_, _ = io.WriteString(h, capture)
	return h.Sum64()
}

func placeOf(file int, offset int64) uint64 { return uint64(file)<<fileShift | uint64(offset) }

func (e entry) at() (file int, offset int64) {
	return int(e.place >> fileShift), int64(e.place & (1<<fileShift - 1))
}

// idIndex finds where captures stand in the archive. It does not lock: the Archive does.
type idIndex struct {
	dir     string
	sorted  *os.File // nil before the first archive file is full
	count   int64
	covered int // number of the last archive file in sorted
	fence   []uint64
	live    map[uint64]uint64
	twins   []entry           // live entries whose key was in live already
	seen    map[uint64]uint64 // when addresses were last seen, live as well
}

// openIDs opens the sorted part. One that is missing or not whole is left out: covered is 0, and its files are to be read again.
func openIDs(dir string) (*idIndex, error) {
	x := &idIndex{dir: dir, live: make(map[uint64]uint64), seen: make(map[uint64]uint64)}
	f, err := os.Open(filepath.Join(dir, idsFile))
	if errors.Is(err, os.ErrNotExist) {
		return x, nil
	}
	if err != nil {
		return nil, fmt.Errorf("open capture index: %w", err)
	}
	if err := x.load(f); err != nil {
		return nil, errors.Join(fmt.Errorf("read capture index: %w", err), f.Close())
	}
	return x, nil
}

func (x *idIndex) load(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	var head [idsHeader]byte
	_, err = f.ReadAt(head[:], 0)
	count := int64(binary.LittleEndian.Uint64(head[16:]))
	if err != nil || string(head[:8]) != idsMagic || info.Size() != idsHeader+count*entrySize {
		return f.Close()
	}
	fence := make([]uint64, 0, count/fenceStep+1)
	for i := int64(0); i < count; i += fenceStep {
		var key [8]byte
		if _, err := f.ReadAt(key[:], idsHeader+i*entrySize); err != nil {
			return err
		}
		fence = append(fence, binary.LittleEndian.Uint64(key[:]))
	}
	x.sorted, x.count, x.covered, x.fence = f, count, int(binary.LittleEndian.Uint64(head[8:])), fence
	return nil
}

// add takes captures of a file that the sorted part does not cover.
func (x *idIndex) add(entries ...entry) {
	for _, e := range entries {
		if _, taken := x.live[e.key]; taken {
			x.twins = append(x.twins, e)
			continue
		}
		x.live[e.key] = e.place
	}
}

// sees takes the moment at which an address was seen; 0 is none.
func (x *idIndex) sees(address, at uint64) {
	if at > 0 {
		x.seen[address] = max(x.seen[address], at)
	}
}

// lastSeen gives the latest moment at which an address was seen; 0 for one that never was.
func (x *idIndex) lastSeen(address uint64) (at uint64, err error) {
	found, err := x.find(address)
	for _, e := range found {
		at = max(at, e.place)
	}
	return max(at, x.seen[address]), err
}

// find gives every place that a key stands for.
func (x *idIndex) find(key uint64) ([]entry, error) {
	var found []entry
	if place, ok := x.live[key]; ok {
		found = append(found, entry{key, place})
		for _, e := range x.twins {
			if e.key == key {
				found = append(found, e)
			}
		}
	}
	if x.sorted == nil {
		return found, nil
	}
	// The first block that can hold the key is the one before the first fence that is not below it.
	block := max(0, sort.Search(len(x.fence), func(i int) bool { return x.fence[i] >= key })-1)
	for ; block < len(x.fence) && x.fence[block] <= key; block++ {
		entries, err := x.read(int64(block) * fenceStep)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if e.key == key {
				found = append(found, e)
			}
		}
	}
	return found, nil
}

// read gives the entries of the block that begins at the i-th.
func (x *idIndex) read(i int64) ([]entry, error) {
	b := make([]byte, min(fenceStep, x.count-i)*entrySize)
	if _, err := x.sorted.ReadAt(b, idsHeader+i*entrySize); err != nil {
		return nil, fmt.Errorf("read capture index: %w", err)
	}
	entries := make([]entry, 0, fenceStep)
	for ; len(b) > 0; b = b[entrySize:] {
		entries = append(entries, entry{binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:])})
	}
	return entries, nil
}

// seal moves what add took into the sorted part, which then covers the files up to the given number. The file is written anew and
// put in the old one's place.
func (x *idIndex) seal(covered int) error {
	fresh := slices.Clone(x.twins)
	for key, place := range x.live {
		fresh = append(fresh, entry{key, place})
	}
	for address, at := range x.seen {
		fresh = append(fresh, entry{address, at})
	}
	slices.SortFunc(fresh, func(a, b entry) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.place, b.place)) })
	path := filepath.Join(x.dir, idsFile)
	if err := durable.Write(path, 0o600, func(w io.Writer) error { return x.merge(w, fresh, covered) }); err != nil {
		return fmt.Errorf("write capture index: %w", err)
	}
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open capture index: %w", err)
	}
	old := x.sorted
	if err := x.load(f); err != nil {
		return fmt.Errorf("read capture index: %w", err)
	}
	clear(x.live)
	clear(x.seen)
	x.twins = nil
	if old != nil {
		return old.Close()
	}
	return nil
}

// merge writes the sorted part and fresh entries, in order.
func (x *idIndex) merge(w io.Writer, fresh []entry, covered int) error {
	head := binary.LittleEndian.AppendUint64([]byte(idsMagic), uint64(covered))
	head = binary.LittleEndian.AppendUint64(head, uint64(x.count)+uint64(len(fresh)))
	if _, err := w.Write(head); err != nil {
		return err
	}
	emit := func(e entry) error {
		_, err := w.Write(binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, e.key), e.place))
		return err
	}
	for i := int64(0); i < x.count; i += fenceStep {
		old, err := x.read(i)
		if err != nil {
			return err
		}
		for _, e := range old {
			for len(fresh) > 0 && fresh[0].key < e.key {
				if err := emit(fresh[0]); err != nil {
					return err
				}
				fresh = fresh[1:]
			}
			if err := emit(e); err != nil {
				return err
			}
		}
	}
	for _, e := range fresh {
		if err := emit(e); err != nil {
			return err
		}
	}
	return nil
}

func (x *idIndex) close() error {
	if x.sorted == nil {
		return nil
	}
	return x.sorted.Close()
}
