package blevestore

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"rostrum/internal/durable"
	"rostrum/internal/fault"
)

// A data folder holds one folder per generation of the index, current.json, which says which of them answers, and cursor.key.
const (
	firstGeneration = "g1"
	currentFile     = "current.json"
	keyFile         = "cursor.key"
	keyBytes        = 32
)

// generation is what current.json says: which folder answers, and by which mapping it was written.
type generation struct {
	Name    string `json:"generation"`
	Mapping int    `json:"mapping"`
}

// currentGeneration reads which generation answers. A folder without one answers with the first, which is yet to be made.
func currentGeneration(dir string) (g generation, exists bool, err error) {
	body, err := os.ReadFile(filepath.Join(dir, currentFile)) //nolint:gosec // the folder of the operator
	if errors.Is(err, fs.ErrNotExist) {
		return generation{Name: firstGeneration, Mapping: MappingVersion}, false, nil
	}
	if err != nil {
		return g, false, fmt.Errorf("read index generation %s: %w", dir, err)
	}
	if err := json.Unmarshal(body, &g); err != nil || g.Name == "" || filepath.Base(g.Name) != g.Name {
		return g, false, damaged(dir, fmt.Errorf("read index generation %s: %w", dir, errors.Join(errors.New("not a generation"), err)))
	}
	if g.Mapping != MappingVersion {
		return g, false, &fault.Error{
			Kind:     fault.Conflict,
			What:     fmt.Sprintf("the index in %s was written with mapping %d, and this version reads mapping %d", dir, g.Mapping, MappingVersion),
			Remedy:   "run `rostrum reindex`, which rebuilds it from the archive",
			Position: -1,
			Err:      ErrRebuild,
		}
	}
	return g, true, nil
}

// save makes g the generation that answers; a crash leaves the old or the new one.
func (g generation) save(dir string) error {
	body, err := json.Marshal(g)
	if err != nil {
		return fmt.Errorf("save index generation %s: %w", g.Name, err)
	}
	return durable.WriteFile(filepath.Join(dir, currentFile), body, 0o644)
}

// cursorKey reads the key that cursors are signed with, and makes it on first use. It outlives generations, so that a cursor
// does too.
func cursorKey(dir string) ([]byte, error) {
	path := filepath.Join(dir, keyFile)
	key, err := os.ReadFile(path)
	if err == nil && len(key) == keyBytes {
		return key, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read cursor key: %w", err)
	}
	key = make([]byte, keyBytes)
	if _, err := rand.Read(key); err != nil {
		return nil, fmt.Errorf("make cursor key: %w", err)
	}
	return key, durable.WriteFile(path, key, 0o600)
}

func damaged(dir string, err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return &fault.Error{Kind: fault.Conflict, What: "the index in " + dir + " can't be read: " + err.Error(), Remedy: "let the user that runs Rostrum read and write it", Position: -1, Err: err}
	}
	return &fault.Error{
		Kind:     fault.Internal,
		What:     fmt.Sprintf("the index in %s is damaged", dir),
		Remedy:   "run `rostrum reindex`, which rebuilds it from the archive",
		Position: -1,
		Err:      errors.Join(ErrRebuild, err),
	}
}
