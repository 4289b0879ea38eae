package blevestore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"

	"rostrum/internal/fault"
)

// ErrRebuild marks the errors of Open that a rebuild from the archive mends: SetAside makes room for it.
var ErrRebuild = errors.New("the index must be built anew")

// folderName is what the folders of generations are called; a rebuild that did not end leaves one, or one that is still being made.
var folderName = regexp.MustCompile(`^g([1-9][0-9]{0,8})(\.new)?$`)

// asideSuffix ends the name of a folder that was set aside.
const asideSuffix = ".aside"

// Beside makes an empty generation beside the one that answers, to be filled and then to take its place by Become. Until then nothing
// of it is seen. A caller that gives up closes it; Open removes what is left of it.
func (s *Store) Beside() (*Store, error) {
	root := s.options.Dir
	number, err := nextGeneration(root)
	if err != nil {
		return nil, err
	}
	name := fmt.Sprintf("g%d", number)
	if err := makeIndex(filepath.Join(root, name)); err != nil {
		return nil, err
	}
	next, err := openGeneration(s.options, name)
	if err != nil {
		return nil, err
	}
	next.spare = true
	return next, nil
}

// Become lets a generation that Beside made take the place of the one that answers, which is then removed. Searches under way
// end on the state they began with. next is spent afterwards. The caller sees to it that nobody writes to either meanwhile. When it
// fails the old one still answers.
func (s *Store) Become(ctx context.Context, next *Store) error {
	done, err := next.release(ctx)
	if err != nil {
		return err
	}
	defer done()
	end, err := s.begin(ctx)
	if err != nil {
		return errors.Join(err, next.now.Load().close())
	}
	now, old := next.now.Load(), s.now.Load()
	if err := (generation{Name: now.name, Mapping: MappingVersion}).save(s.options.Dir); err != nil {
		end()
		return errors.Join(err, now.close())
	}
	s.now.Store(now)
	end()
	s.wantWarm()
	s.options.Logger.Info("index replaced", "generation", now.name, "before", old.name)
	if err := errors.Join(old.close(), os.RemoveAll(old.dir)); err != nil {
		s.options.Logger.Warn("an index that was replaced is not gone; the next start removes it", "dir", old.dir, "error", err)
	}
	return nil
}

// release ends a store without closing its index, which another one takes over.
func (s *Store) release(ctx context.Context) (done func(), err error) {
	if _, err := s.begin(ctx); err != nil { // kept: nobody writes after this
		return nil, err
	}
	first := false
	s.closing.Do(func() {
		first = true
		s.given.Store(true)
		close(s.stop)
		s.background.Wait()
	})
	if !first {
		return nil, fault.New(fault.Conflict, "the index is closed or has taken its place already", "")
	}
	return func() { close(s.closed) }, nil
}

// Discard closes a generation that Beside made and removes it. After Become it does nothing.
func (s *Store) Discard() error {
	if s.given.Load() {
		return nil
	}
	return errors.Join(s.Close(), os.RemoveAll(s.dir()))
}

// SetAside makes way for an empty index where Open gave an ErrRebuild: the folder of the generation is renamed, and the next Open
// makes a new one. It gives the folder's new path; empty where there was none. What was set aside earlier is removed.
func SetAside(root string) (aside string, err error) {
	earlier, err := filepath.Glob(filepath.Join(root, "g*"+asideSuffix))
	if err != nil {
		return "", fmt.Errorf("set index aside: %w", err)
	}
	for _, dir := range earlier {
		if err := os.RemoveAll(dir); err != nil {
			return "", fmt.Errorf("set index aside: %w", err)
		}
	}
	number, err := nextGeneration(root)
	if err != nil {
		return "", err
	}
	dir := filepath.Join(root, fmt.Sprintf("g%d", number-1))
	if g, _, _ := currentGeneration(root); folderName.MatchString(g.Name) { // one of another mapping is an error, and named all the same
		dir = filepath.Join(root, g.Name)
	}
	if _, err := os.Stat(dir); err == nil {
		aside = dir + asideSuffix
		if err := os.Rename(dir, aside); err != nil {
			return "", fmt.Errorf("set index aside: %w", err)
		}
	}
	next := generation{Name: fmt.Sprintf("g%d", number), Mapping: MappingVersion}
	return aside, create(root, filepath.Join(root, next.Name), next)
}

// nextGeneration is the number after all that have a folder.
func nextGeneration(root string) (int, error) {
	entries, err := os.ReadDir(root)
	if err != nil {
		return 0, fmt.Errorf("list index generations: %w", err)
	}
	last := 0
	for _, e := range entries {
		if m := folderName.FindStringSubmatch(e.Name()); m != nil {
			n, _ := strconv.Atoi(m[1]) // the pattern lets numbers alone pass
			last = max(last, n)
		}
	}
	return last + 1, nil
}

// sweep removes generations other than the current one. Whoever calls it holds that one.
func sweep(root, current string) error {
	entries, err := os.ReadDir(root)
	if err != nil {
		return fmt.Errorf("list index generations: %w", err)
	}
	for _, e := range entries {
		if e.Name() == current || !folderName.MatchString(e.Name()) {
			continue
		}
		if err := os.RemoveAll(filepath.Join(root, e.Name())); err != nil {
			return fmt.Errorf("remove an index that was not finished: %w", err)
		}
	}
	return nil
}

// Generation is the name of the generation that answers.
func (s *Store) Generation() string { return s.now.Load().name }
