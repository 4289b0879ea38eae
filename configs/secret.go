package configs

import "log/slog"

const hidden = "[secret]"

// Secret is a value that never prints: every way of formatting, logging or encoding it gives "[secret]", or nothing when it is empty.
type Secret struct{ value string }

// NewSecret hides value.
func NewSecret(value string) Secret { return Secret{value: value} }

// Reveal gives the value itself, to hand to the one who needs it.
func (s Secret) Reveal() string { return s.value }

// IsZero says whether there is no secret.
func (s Secret) IsZero() bool { return s.value == "" }

// String is "[secret]", or empty when there is none.
func (s Secret) String() string {
	if s.value == "" {
		return ""
	}
	return hidden
}

// GoString is String, for %#v.
func (s Secret) GoString() string { return s.String() }

// MarshalText is String, for JSON, YAML and the like.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue is String, for slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }
