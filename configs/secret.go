package configs

import (
	"fmt"
	"io"
	"log/slog"
)

// Secret is a value that never prints: every way of formatting, logging or encoding it gives "[secret]", or nothing when it is empty.
type Secret struct {
	value *string // a pointer, since fmt prints what lies in unexported fields without asking it
}

// NewSecret hides value.
func NewSecret(value string) Secret {
	if value == "" {
		return Secret{}
	}
	return Secret{&value}
}

// Reveal gives the value itself, to hand to the one who needs it.
func (s Secret) Reveal() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// IsZero says whether there is no secret.
func (s Secret) IsZero() bool { return s.value == nil }

// Equal says whether both hide the same.
func (s Secret) Equal(other Secret) bool { return s.Reveal() == other.Reveal() }

// String is "[secret]", or empty when there is none.
func (s Secret) String() string {
	if s.IsZero() {
		return ""
	}
	return "[secret]"
}

// Format is String, for every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// GoString is String.
func (s Secret) GoString() string { return s.String() }

// MarshalText is String, for JSON, YAML and the like.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue is String, for slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }
