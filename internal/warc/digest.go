package warc

import (
	"crypto/sha1" // #nosec G505 -- for checking: most WARC files carry SHA-1 digests
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"strings"
)

// digest gives the labelled digest that this package writes: SHA-256 in padded base32, the form that warcio writes and checks.
func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return "sha256:" + base32.StdEncoding.EncodeToString(sum[:])
}

// checkDigest compares b with a labelled digest in base32, base64 or base16 of either alphabet, padded or not. An algorithm it
// does not know, or no digest at all, is no mismatch.
func checkDigest(labelled string, b []byte) bool {
	label, value, found := strings.Cut(strings.TrimSpace(labelled), ":")
	h := newHash(label)
	if !found || h == nil {
		return true
	}
	h.Write(b)
	return encodes(value, string(h.Sum(nil)))
}

func newHash(label string) hash.Hash {
	switch strings.ToLower(strings.ReplaceAll(label, "-", "")) {
	case "sha1":
		return sha1.New() // #nosec G401 -- as above
	case "sha256":
		return sha256.New()
	case "sha512":
		return sha512.New()
	}
	return nil
}

// encodes says whether value is sum in any of the encodings in use.
func encodes(value, sum string) bool {
	value = strings.TrimRight(value, "=")
	b64 := strings.NewReplacer("-", "+", "_", "/").Replace(value)
	for _, decode := range []func() ([]byte, error){
		func() ([]byte, error) { return hex.DecodeString(value) },
		func() ([]byte, error) {
			return base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ToUpper(value))
		},
		func() ([]byte, error) { return base64.RawStdEncoding.DecodeString(b64) },
	} {
		if got, err := decode(); err == nil && string(got) == sum {
			return true
		}
	}
	return false
}
