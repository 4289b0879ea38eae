package bus

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"rostrum/internal/fault"
)

func TestBucketWrites(t *testing.T) {
	ctx := testContext(t)
	k := openTest(t).Bucket(FetchState)
	const key = "https://a.example/ü?x=1 *.>"
	if _, _, err := k.Get(ctx, key); fault.KindOf(err) != fault.NotFound {
		t.Errorf("get before: %v", err)
	}
	if _, err := k.Update(ctx, key, nil, 1); fault.KindOf(err) != fault.Conflict {
		t.Errorf("update before: %v", err)
	}
	rev, err := k.Create(ctx, key, []byte("one"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.Create(ctx, key, []byte("two")); fault.KindOf(err) != fault.Conflict {
		t.Errorf("second create: %v", err)
	}
	rev2, err := k.Update(ctx, key, []byte("two"), rev)
	if err != nil || rev2 <= rev {
		t.Errorf("update: revision %d after %d, %v", rev2, rev, err)
	}
	if _, err := k.Update(ctx, key, []byte("three"), rev); fault.KindOf(err) != fault.Conflict {
		t.Errorf("update of an old revision: %v", err)
	}
	if value, got, err := k.Get(ctx, key); err != nil || string(value) != "two" || got != rev2 {
		t.Errorf("got %s at %d, %v", value, got, err)
	}
	for range 2 {
		if err := k.Delete(ctx, key); err != nil {
			t.Error(err)
		}
	}
	if _, _, err := k.Get(ctx, key); fault.KindOf(err) != fault.NotFound {
		t.Errorf("get after delete: %v", err)
	}
	if _, err := k.Create(ctx, key, nil); err != nil {
		t.Errorf("create after delete: %v", err)
	}
	if value, _, err := k.Get(ctx, key); err != nil || len(value) != 0 {
		t.Errorf("empty value: %q, %v", value, err)
	}
	if _, err := k.Put(ctx, key, make([]byte, inlineBytes)); fault.KindOf(err) != fault.TooLarge {
		t.Errorf("too large: %v", err)
	}
}

func TestBucketListGivesClearKeys(t *testing.T) {
	ctx := testContext(t)
	b := openTest(t)
	k := b.Bucket(Settings)
	list := func() (got []string) {
		err := k.List(ctx, func(key string, value []byte, _ uint64) error {
			got = append(got, key+"="+string(value))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	if got := list(); got != nil {
		t.Errorf("an empty bucket lists %v", got)
	}
	for i := range 1000 {
		if _, err := k.Put(ctx, fmt.Sprint("key ", i), []byte("old")); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := k.Put(ctx, "key 0", []byte("new")); err != nil {
		t.Fatal(err)
	}
	if err := k.Delete(ctx, "key 1"); err != nil {
		t.Fatal(err)
	}
	got := list()
	if len(got) != 999 || got[0] != "key 2=old" || got[998] != "key 0=new" {
		t.Errorf("%d keys: %v …", len(got), got[:min(3, len(got))])
	}
	n := 0
	err := k.List(ctx, func(string, []byte, uint64) error {
		if n++; n == 10 {
			return errEnough
		}
		return nil
	})
	if !errors.Is(err, errEnough) || n != 10 {
		t.Errorf("a listing that is ended: %v after %d", err, n)
	}
}

func TestBucketWatch(t *testing.T) {
	ctx, stop := context.WithCancel(testContext(t))
	k := openTest(t).Bucket(SavedQueries)
	put := func(key, value string) {
		t.Helper()
		if _, err := k.Put(ctx, key, []byte(value)); err != nil {
			t.Fatal(err)
		}
	}
	put("a", "1")
	put("a", "2")
	put("b", "1")
	seen, ended := make(chan string), make(chan error)
	go func() {
		ended <- k.Watch(ctx, func(_ context.Context, e Entry) error {
			seen <- fmt.Sprintf("%s=%s %v", e.Key, e.Value, e.Deleted)
			return nil
		})
	}()
	expect := func(want string) {
		t.Helper()
		if got := <-seen; got != want {
			t.Errorf("saw %s, want %s", got, want)
		}
	}
	expect("a=2 false")
	expect("b=1 false")
	put("c", "1")
	expect("c=1 false")
	if err := k.Delete(ctx, "a"); err != nil {
		t.Fatal(err)
	}
	expect("a= true")
	stop()
	if err := <-ended; err != nil {
		t.Errorf("a stopped watch returns %v", err)
	}
}

func TestBucketHistory(t *testing.T) {
	ctx := testContext(t)
	k := openTest(t).Bucket(SavedQueries)
	for i := range 12 {
		if _, err := k.Put(ctx, "q", fmt.Append(nil, i)); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := k.History(ctx, "q")
	var got []string
	for _, e := range entries {
		got = append(got, string(e.Value))
	}
	if err != nil || strings.Join(got, " ") != "2 3 4 5 6 7 8 9 10 11" {
		t.Errorf("history %v, %v", got, err)
	}
	if err := k.Delete(ctx, "q"); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"q", "never"} {
		if _, err := k.History(ctx, key); fault.KindOf(err) != fault.NotFound {
			t.Errorf("history of %s: %v", key, err)
		}
	}
}

func TestEveryBucketIsThere(t *testing.T) {
	b := openTest(t)
	for _, name := range []BucketName{FetchState, SavedQueries, Deliveries, Fired, Leases, Settings} {
		if err := exercise(testContext(t), b.Bucket(name)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if names := slices.Collect(func(yield func(string) bool) {
		for name := range b.buckets {
			if !yield(string(name)) {
				return
			}
		}
	}); len(names) != 9 {
		t.Errorf("buckets %v", names)
	}
}

// exercise writes, reads and deletes in a bucket, with whatever its settings are.
func exercise(ctx context.Context, k *Bucket) error {
	rev, err := k.Put(ctx, "key", []byte("value"))
	if err != nil {
		return err
	}
	if _, got, err := k.Get(ctx, "key"); err != nil || got != rev {
		return fmt.Errorf("revision %d, want %d: %w", got, rev, err)
	}
	return k.Delete(ctx, "key")
}
