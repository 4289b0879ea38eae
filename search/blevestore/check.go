package blevestore

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/util"
	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"rostrum/internal/fault"
)

const (
	rootFile      = "root.bolt"
	triedFile     = "tried.bolt" // a copy of it
	maxTried      = 64 << 20     // bytes of a copy; it is some hundred thousand on a large index
	checksumBytes = 4            // at the end of a segment: CRC-32 (IEEE) of all before it
	sumBuffer     = 1 << 20
)

// CheckOptions bound a check of an index that nobody holds.
type CheckOptions struct {
	LockWait time.Duration // for another holder to let go; 0 means a second
	Sums     time.Duration // how long checksums of segments are worked out, the newest first; 0: not at all
}

// Check opens the generation that answers in dir, reads what opening it for good reads, and writes nothing to it. A damaged one is an error that
// wraps ErrRebuild, or else it crashes the process: bleve's key-value store maps its file and trusts it. So whoever starts an instance has this
// done by another process. An index that is not there is nil, one that is held a fault.Conflict.
func Check(ctx context.Context, dir string, o CheckOptions) (err error) {
	g, exists, err := currentGeneration(dir)
	if err != nil || !exists {
		return err
	}
	dir = filepath.Join(dir, g.Name)
	defer func() {
		if r := recover(); r != nil {
			err = damaged(dir, fmt.Errorf("%v", r))
		}
	}()
	o.LockWait = cmp.Or(o.LockWait, time.Second)
	files, err := checkRoot(filepath.Join(dir, "store", rootFile), o.LockWait)
	if err == nil {
		err = tryRoot(filepath.Join(dir, "store", rootFile), filepath.Join(filepath.Dir(dir), triedFile))
	}
	if err == nil {
		err = checkSegments(dir, len(files), o.LockWait)
	}
	if err == nil {
		err = checkNewest(ctx, files, o.Sums)
	}
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return held(dir, err)
	case err != nil:
		return damaged(dir, err)
	}
	return nil
}

// Why gives what was found damaged, where an error of Open or Check says that something was: for a log, not for a user.
func Why(err error) string {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || f.Err == nil {
		return err.Error()
	}
	return strings.TrimPrefix(f.Err.Error(), ErrRebuild.Error()+"\n")
}

// checkRoot walks through every page of the file that says which segments make the index, and gives those of its latest state.
func checkRoot(path string, wait time.Duration) (files []string, err error) {
	info, err := os.Stat(path) //nolint:gosec // the folder of the operator
	if err != nil {
		return nil, err
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true, Timeout: wait})
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", rootFile, err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return files, db.View(func(tx *bbolt.Tx) error {
		if info.Size() < tx.Size() {
			return fmt.Errorf("%s has %d bytes of %d", rootFile, info.Size(), tx.Size())
		}
		for bad := range tx.Check() {
			return fmt.Errorf("read %s: %w", rootFile, bad)
		}
		if err := awaitWalk(); err != nil {
			return err
		}
		states := tx.Bucket(util.BoltSnapshotsBucket)
		if states == nil {
			return nil
		}
		latest, _ := states.Cursor().Last()
		if latest == nil || states.Bucket(latest) == nil {
			return nil
		}
		return states.Bucket(latest).ForEachBucket(func(key []byte) error {
			if name := states.Bucket(latest).Bucket(key).Get(util.BoltPathKey); name != nil {
				files = append(files, filepath.Join(filepath.Dir(path), filepath.Base(string(name))))
			}
			return nil
		})
	})
}

// awaitWalk waits until bolt's walk through the pages, which runs beside its caller, is over. A walk that panics on a damaged page says that it
// is done just before it brings the process down: whoever goes on at once may give his verdict in between.
func awaitWalk() error {
	stacks := make([]byte, 1<<20)
	for range 5000 {
		if !bytes.Contains(stacks[:runtime.Stack(stacks, true)], []byte("bbolt.(*Tx).Check")) {
			return nil
		}
		time.Sleep(time.Millisecond)
	}
	return errors.New("the walk through " + rootFile + " has not ended after 5 s")
}

// tryRoot writes to a copy of that file: which of its pages are free is read by nothing else, and a wrong list of them crashes the first write.
// Where there is no room for a copy it is left out.
func tryRoot(path, tried string) (err error) {
	body, err := os.ReadFile(path) //nolint:gosec // the folder of the operator
	if err != nil || len(body) > maxTried {
		return err
	}
	defer os.Remove(tried)
	if os.WriteFile(tried, body, 0o600) != nil { //nolint:gosec // the folder of the operator
		return nil
	}
	db, err := bbolt.Open(tried, 0o600, &bbolt.Options{NoSync: true, Timeout: time.Second})
	if err != nil {
		return fmt.Errorf("open %s: %w", rootFile, err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return db.Update(func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucketIfNotExists([]byte("tried"))
		if err != nil {
			return fmt.Errorf("write to %s: %w", rootFile, err)
		}
		return b.Put([]byte("tried"), make([]byte, 3*os.Getpagesize()))
	})
}

// checkSegments opens every segment and reads what it says of itself. Bleve goes back to an earlier state, or to none, where it can't open
// one of the latest: so their number is compared.
func checkSegments(dir string, want int, wait time.Duration) (err error) {
	idx, err := bleve.OpenUsing(dir, map[string]any{"read_only": true, "bolt_timeout": wait.String()})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, idx.Close()) }()
	opened, err := idx.Advanced()
	if err != nil {
		return err
	}
	reader, err := opened.Reader()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	snapshot, ok := reader.(*scorch.IndexSnapshot)
	if !ok || len(snapshot.Segments()) != want {
		return fmt.Errorf("some of its %d segments can't be opened", want)
	}
	for _, s := range snapshot.Segments() {
		if gone := s.Deleted(); gone != nil && !gone.IsEmpty() && uint64(gone.Maximum()) >= s.Segment().Count() {
			return fmt.Errorf("segment %x lacks documents that are said to be deleted", s.Id())
		}
		for _, field := range s.Segment().Fields() {
			if _, err := s.Segment().Dictionary(field); err != nil {
				return fmt.Errorf("read segment %x, field %s: %w", s.Id(), field, err)
			}
		}
	}
	return nil
}

// checkNewest compares segments with their checksums for as long as it may, the newest first: a crash harms what was written last.
func checkNewest(ctx context.Context, files []string, most time.Duration) error {
	if most <= 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	slices.SortFunc(files, func(a, b string) int { return cmp.Compare(b, a) }) // their names are numbers of one length, which rise
	for _, path := range files {
		if err := checkSum(ctx, path); err != nil {
			if ctx.Err() != nil {
				return nil // the time is up: verify checks the rest
			}
			return err
		}
	}
	return nil
}

// checkSum compares a segment with the checksum at its end.
func checkSum(ctx context.Context, path string) error {
	f, err := os.Open(path) //nolint:gosec // the folder of the operator
	if err != nil {
		return fmt.Errorf("read segment: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("read segment: %w", err)
	}
	name := filepath.Base(path)
	if info.Size() <= checksumBytes {
		return fmt.Errorf("read segment %s: it has %d bytes", name, info.Size())
	}
	sum := crc32.NewIEEE()
	body, buffer := io.LimitReader(f, info.Size()-checksumBytes), make([]byte, sumBuffer)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := body.Read(buffer)
		_, _ = sum.Write(buffer[:n]) // it never fails
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("read segment %s: %w", name, err)
		}
	}
	var said [checksumBytes]byte
	if _, err := io.ReadFull(f, said[:]); err != nil {
		return fmt.Errorf("read segment %s: %w", name, err)
	}
	if want := binary.BigEndian.Uint32(said[:]); sum.Sum32() != want {
		return fmt.Errorf("segment %s is not what its checksum says (%08x, not %08x)", name, sum.Sum32(), want)
	}
	return nil
}

// Damage is a file of the index that is not what it was.
type Damage struct {
	File string // in the index's folder
	What string
}

// CheckSums compares every segment of the present state with its checksum, and tells the bytes read so far and in all after each. It may run beside
// searches and writes, and ends with the first error that is no damage.
func (s *Store) CheckSums(ctx context.Context, told func(done, total int64)) (found []Damage, err error) {
	snap, err := s.snapshot()
	if err != nil {
		return nil, err
	}
	defer func() { err = closed(snap, err) }()
	var done, total int64
	sizes := make([]int64, len(snap.parts))
	for i, p := range snap.parts {
		if info, err := os.Stat(p.path); p.path != "" && err == nil {
			sizes[i] = info.Size()
		}
		total += sizes[i]
	}
	for i, p := range snap.parts {
		if p.path == "" {
			continue // not on disk yet
		}
		err := checkSum(ctx, p.path)
		if ctx.Err() != nil {
			return found, fault.As(fault.Canceled, ctx.Err())
		}
		if err != nil {
			found = append(found, Damage{File: filepath.Join(s.now.Load().name, "store", filepath.Base(p.path)), What: err.Error()})
		}
		done += sizes[i]
		told(done, total)
	}
	return found, nil
}

func held(dir string, err error) error {
	return &fault.Error{Kind: fault.Conflict, What: "another process holds the index in " + dir, Remedy: "stop it, or use another --data folder", Position: -1, Err: err}
}

// Exists says whether dir holds an index, whatever its state.
func Exists(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, currentFile))
	return !errors.Is(err, fs.ErrNotExist)
}
