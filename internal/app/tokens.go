package app

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"rostrum/internal/bus"
	"rostrum/internal/fault"
	"rostrum/search/httpapi"
)

// AdminTokenFile is the file in the data folder that the first admin token is written to.
const AdminTokenFile = "admin.token"

const (
	tokenKeys     = "token/"     // begins their keys in the bucket of settings
	configuredID  = "configured" // of the admin token that the configuration gives
	usedEvery     = time.Minute  // between two records of a token's use
	usedWait      = time.Second  // for such a record: nobody is kept waiting for a bus that is away
	maxTokens     = 1000
	maxTokenBytes = 1024 // of a token as sent
)

// tokens are who may ask. What is kept of a token is its hash: the secret is 256 bits of chance, so that a fast hash is enough.
type tokens struct {
	bucket     *bus.Bucket
	configured string // hash of the admin token that the configuration gives; empty for none
	now        func() time.Time
	log        *slog.Logger

	mu   sync.Mutex
	byID map[string]*keptToken
}

// keptToken is a token as it is kept.
type keptToken struct {
	httpapi.Token
	Hash     string    `json:"hash"`
	recorded time.Time // when its use was last written down
}

// openTokens reads the tokens, and makes the first one of an admin where there is none, into a file of the data folder.
func openTokens(ctx context.Context, bucket *bus.Bucket, configured, dataDir string, log *slog.Logger) (*tokens, error) {
	t := &tokens{bucket: bucket, now: time.Now, log: log, byID: map[string]*keptToken{}}
	if strings.HasPrefix(configured, httpapi.TokenPrefix) {
		return nil, fault.New(fault.Invalid, "auth.admin_token begins with "+httpapi.TokenPrefix+", as only tokens made here do", "make one with: openssl rand -hex 32")
	}
	if configured != "" {
		t.configured = hashOf(configured)
	}
	err := bucket.List(ctx, func(key string, value []byte, _ uint64) error {
		if !strings.HasPrefix(key, tokenKeys) {
			return nil
		}
		k := new(keptToken)
		if err := json.Unmarshal(value, k); err != nil {
			return fmt.Errorf("read %s: %w", key, err)
		}
		t.byID[k.ID] = k
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read tokens: %w", err)
	}
	if t.configured != "" || t.admins() > 0 {
		return t, nil
	}
	return t, t.first(ctx, filepath.Join(dataDir, AdminTokenFile))
}

// first makes the first admin token. The file is on disk before the token is good, so that a crash leaves no token that nobody knows.
func (t *tokens) first(ctx context.Context, path string) error {
	secret, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		id, text := newSecret()
		secret, err = []byte(text), writeSecret(path, text)
		t.log.Info("first admin token written", "file", path, "token", id)
	}
	if err != nil {
		return fmt.Errorf("make first admin token: %w", err)
	}
	text := strings.TrimSpace(string(secret))
	id, ok := idOf(text)
	if !ok {
		return fault.New(fault.Invalid, path+" holds no token that was made here", "remove the file: the next start writes a new one")
	}
	return t.keep(ctx, &keptToken{Token: httpapi.Token{ID: id, Name: "admin", Scope: httpapi.ScopeAdmin, Created: t.now().UTC()}, Hash: hashOf(text)})
}

func writeSecret(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text + "\n")
	return errors.Join(err, f.Sync(), f.Close())
}

// newSecret makes a token: the prefix, its id, a dot, the secret.
func newSecret() (id, text string) {
	b := make([]byte, 36)
	_, _ = rand.Read(b) // it never fails
	id = hex.EncodeToString(b[:4])
	return id, httpapi.TokenPrefix + id + "." + hex.EncodeToString(b[4:])
}

// idOf is the id in a token; false for what has not its form.
func idOf(text string) (string, bool) {
	rest, ok := strings.CutPrefix(text, httpapi.TokenPrefix)
	id, secret, found := strings.Cut(rest, ".")
	return id, ok && found && len(id) == 8 && len(secret) == 64
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// Verify gives the holder of a token.
func (t *tokens) Verify(ctx context.Context, text string) (httpapi.Identity, error) {
	refused := fault.New(fault.Unauthorized, "this token is not known", "it may have been revoked, an admin lists tokens with: rostrum token list; the command line takes another with --token-file or in ROSTRUM_TOKEN")
	if text == "" || len(text) > maxTokenBytes {
		return httpapi.Identity{}, refused
	}
	hash := hashOf(text)
	if t.configured != "" && same(hash, t.configured) {
		who, _ := t.Holder(configuredID)
		return who, nil
	}
	id, _ := idOf(text)
	t.mu.Lock()
	defer t.mu.Unlock()
	k := t.byID[id]
	if k == nil || !same(hash, k.Hash) {
		return httpapi.Identity{}, refused
	}
	t.used(ctx, k)
	return identity(k), nil
}

func identity(k *keptToken) httpapi.Identity {
	return httpapi.Identity{Name: k.Name, Scope: k.Scope, Token: k.ID}
}

// used notes the use of a token, on the bus not more often than usedEvery. That it can't be noted bars nobody. The caller holds mu.
func (t *tokens) used(ctx context.Context, k *keptToken) {
	now := t.now().UTC()
	k.LastUsed = &now
	if now.Sub(k.recorded) < usedEvery {
		return
	}
	k.recorded = now
	ctx, cancel := context.WithTimeout(ctx, usedWait)
	defer cancel()
	if err := t.put(ctx, k); err != nil {
		t.log.Warn("the use of a token was not noted", "token", k.ID, "error", err)
	}
}

func (t *tokens) put(ctx context.Context, k *keptToken) error {
	value, err := json.Marshal(k)
	if err != nil {
		return fmt.Errorf("keep token %s: %w", k.ID, err)
	}
	if _, err := t.bucket.Put(ctx, tokenKeys+k.ID, value); err != nil {
		return fmt.Errorf("keep token %s: %w", k.ID, err)
	}
	return nil
}

func (t *tokens) keep(ctx context.Context, k *keptToken) error {
	if err := t.put(ctx, k); err != nil {
		return err
	}
	t.byID[k.ID] = k
	return nil
}

// Holder gives the holder of the token of an id.
func (t *tokens) Holder(id string) (httpapi.Identity, bool) {
	if id == configuredID && t.configured != "" {
		return httpapi.Identity{Name: "admin (configured)", Scope: httpapi.ScopeAdmin, Token: configuredID}, true
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	k := t.byID[id]
	if k == nil {
		return httpapi.Identity{}, false
	}
	return identity(k), true
}

// Create makes a token.
func (t *tokens) Create(ctx context.Context, name string, scope httpapi.Scope) (httpapi.NewToken, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.byID) >= maxTokens {
		return httpapi.NewToken{}, fault.New(fault.Conflict, fmt.Sprintf("there are %d tokens", maxTokens), "revoke those that nobody uses")
	}
	for _, k := range t.byID {
		if k.Name == name {
			return httpapi.NewToken{}, fault.New(fault.Conflict, "there is a token "+name+" already", "revoke it first, or choose another name")
		}
	}
	id, text := newSecret()
	k := &keptToken{Token: httpapi.Token{ID: id, Name: name, Scope: scope, Created: t.now().UTC()}, Hash: hashOf(text)}
	if err := t.keep(ctx, k); err != nil {
		return httpapi.NewToken{}, err
	}
	return httpapi.NewToken{Token: k.Token, Secret: text}, nil
}

// List gives the tokens, by name.
func (t *tokens) List(context.Context) ([]httpapi.Token, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	list := make([]httpapi.Token, 0, len(t.byID))
	for _, k := range t.byID {
		list = append(list, k.Token)
	}
	slices.SortFunc(list, func(a, b httpapi.Token) int { return cmp.Compare(a.Name, b.Name) })
	return list, nil
}

// Revoke ends a token.
func (t *tokens) Revoke(ctx context.Context, idOrName string) (httpapi.Token, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	var k *keptToken
	for _, one := range t.byID {
		if one.ID == idOrName || one.Name == idOrName {
			k = one
		}
	}
	switch {
	case k == nil:
		return httpapi.Token{}, fault.New(fault.NotFound, "there is no token "+idOrName, "list them with: rostrum token list")
	case k.Scope == httpapi.ScopeAdmin && t.admins() == 1 && t.configured == "":
		return httpapi.Token{}, fault.New(fault.Conflict, k.Name+" is the last admin token", "make another first: rostrum token create NAME --scope admin")
	}
	if err := t.bucket.Delete(ctx, tokenKeys+k.ID); err != nil {
		return httpapi.Token{}, fmt.Errorf("revoke token %s: %w", k.ID, err)
	}
	delete(t.byID, k.ID)
	return k.Token, nil
}

// admins counts the admin tokens. The caller holds mu, or is alone.
func (t *tokens) admins() int {
	n := 0
	for _, k := range t.byID {
		if k.Scope == httpapi.ScopeAdmin {
			n++
		}
	}
	return n
}
