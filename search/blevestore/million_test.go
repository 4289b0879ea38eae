package blevestore

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"
	bolt "go.etcd.io/bbolt"

	"rostrum/indexer"
	"rostrum/indexer/copies"
	"rostrum/internal/statement"
	"rostrum/search/analysis"
)

// cutAnew is how many statements are cut and indexed anew for a benchmark; larger indexes repeat their segment, each time as files of its
// own. So a million take minutes and not hours, a segment is as large as in an index that has grown, and nothing is shared between segments,
// the ids of statements excepted.
const cutAnew = 100_000

// benchDir gives the folder of an index of benchDocs statements. ROSTRUM_BENCH_STORE names a folder that keeps it for the next run.
func benchDir(b *testing.B) string {
	dir, n := os.Getenv("ROSTRUM_BENCH_STORE"), benchDocs()
	if dir == "" {
		dir = b.TempDir()
	} else {
		dir = filepath.Join(dir, fmt.Sprintf("search-%d-mapping-%d", n, MappingVersion))
	}
	made := filepath.Join(dir, "made")
	if _, err := os.Stat(made); err != nil {
		began := time.Now()
		makeBenchIndex(b, dir, n)
		if err := os.WriteFile(made, nil, 0o600); err != nil {
			b.Fatal(err)
		}
		b.Logf("made an index of %d statements in %s", n, time.Since(began).Round(time.Second))
	}
	fileBenchColumns(b, dir)
	return dir
}

// fileBenchColumns files the columns of all large segments, as the warmer does by and by.
func fileBenchColumns(b *testing.B, dir string) {
	s, err := Open(Options{Dir: dir})
	if err != nil {
		b.Fatal(err)
	}
	began := time.Now()
	left := math.MaxInt
	for rounds := 0; left > 0 && rounds < 1000; rounds++ {
		if err := s.warm(); err != nil {
			b.Fatal(err)
		}
		if left, err = unfiled(s); err != nil {
			b.Fatal(err)
		}
	}
	b.Logf("columns filed after %s", time.Since(began).Round(time.Millisecond))
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
}

func makeBenchIndex(b *testing.B, dir string, n int) {
	if err := os.RemoveAll(dir); err != nil {
		b.Fatal(err)
	}
	s, err := Open(Options{Dir: dir})
	if err != nil {
		b.Fatal(err)
	}
	all := speeches(b)
	base := min(n, cutAnew)
	fillAhead(b, s, all, base)
	if n > cutAnew {
		mergeAll(b, s)
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	if n > cutAnew {
		repeatSegments(b, filepath.Join(dir, firstGeneration, "store"), n/base)
	}
}

// mergeAll merges until one segment is left: what was being persisted when a merge began comes after it.
func mergeAll(b testing.TB, s *Store) {
	merging, ok := s.now.Load().scorch.(*scorch.Scorch)
	if !ok {
		b.Fatal("the index cannot be merged")
	}
	for range 20 {
		if err := merging.ForceMerge(b.Context(), nil); err != nil {
			b.Fatal(err)
		}
		snap, err := s.snapshot()
		if err != nil {
			b.Fatal(err)
		}
		left := len(snap.parts)
		if err := snap.close(); err != nil || left == 1 {
			return
		}
	}
	b.Fatal("more than one segment is left")
}

// fillAhead is fill with the analysis done beside the writing.
func fillAhead(b *testing.B, s *Store, all []speech, n int) {
	const batch = 2000
	ready := make(chan []indexer.Document, 2)
	go func() {
		defer close(ready)
		analyzer := analysis.NewAnalyzer()
		docs := make([]indexer.Document, 0, batch)
		pieces(all, n, func(st *statement.Statement) {
			words := analyzer.Document(st.Title, st.Text, st.Language)
			docs = append(docs, indexer.Document{Statement: st, Words: words, Copies: &indexer.Copies{Print: copies.Of(st, words)}})
			if len(docs) == batch {
				ready <- docs
				docs = make([]indexer.Document, 0, batch)
			}
		})
		ready <- docs
	}()
	for docs := range ready {
		write(b, s, indexer.Write{Documents: docs})
	}
}

// repeatSegments makes of an index with one segment one with n, by copies of its file that the newest snapshot names as well.
func repeatSegments(b *testing.B, dir string, n int) {
	db, err := bolt.Open(filepath.Join(dir, "root.bolt"), 0o600, &bolt.Options{Timeout: time.Second})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	err = db.Update(func(tx *bolt.Tx) error {
		snapshots := tx.Bucket([]byte("s"))
		epoch, _ := snapshots.Cursor().Last()
		snapshot := snapshots.Bucket(epoch)
		var segments [][]byte
		if err := snapshot.ForEachBucket(func(k []byte) error {
			if k[0] != 'i' && k[0] != 'm' {
				segments = append(segments, bytes.Clone(k))
			}
			return nil
		}); err != nil {
			return err
		}
		if len(segments) != 1 {
			return fmt.Errorf("the index has %d segments, want 1", len(segments))
		}
		first := snapshot.Bucket(segments[0])
		path := string(first.Get([]byte("p")))
		for i := 1; i < n; i++ {
			name := fmt.Sprintf("%012x.zap", 0xfff00+i)
			if err := copyFile(filepath.Join(dir, path), filepath.Join(dir, name)); err != nil {
				return err
			}
			next, err := snapshot.CreateBucket(segmentKey(0xfff00 + uint64(i)))
			if err != nil {
				return err
			}
			err = first.ForEach(func(k, v []byte) error {
				if string(k) == "p" {
					v = []byte(name)
				}
				return next.Put(k, v)
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// segmentKey writes a number of three bytes as scorch does.
func segmentKey(n uint64) []byte { return []byte{0xf8, byte(n >> 16), byte(n >> 8), byte(n)} }

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		return err
	}
	return out.Close()
}
