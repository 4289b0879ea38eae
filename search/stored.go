package search

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/bits"
	"strings"
	"unicode/utf8"

	"rostrum/internal/statement"
)

// Decode reads the statement; without whole, quotes, cues and evidence are left out. What it gives is the caller's to keep.
func (s Stored) Decode(whole bool) (*statement.Statement, error) {
	return s.DecodeInto(&statement.Statement{}, true, whole)
}

// DecodeInto reads the statement into st, using the memory of its lists again, and gives it back; without text and rest the text, and
// quotes, cues and evidence, are left out.
func (s Stored) DecodeInto(st *statement.Statement, text, rest bool) (*statement.Statement, error) {
	if err := DecodeHead(string(s.Head), st); err != nil {
		return nil, err
	}
	if rest {
		if err := DecodeRest(s.Rest, st); err != nil {
			return nil, err
		}
	}
	if text {
		st.Text = string(s.Text)
	}
	return st, nil
}

// DecodeHead reads a Stored.Head into st, using the memory of its lists again. The strings of st are parts of head.
func DecodeHead(head string, st *statement.Statement) error {
	if readHead(head, st) {
		return nil
	}
	*st = statement.Statement{}
	if err := json.Unmarshal([]byte(head), st); err != nil {
		return fmt.Errorf("decode statement: %w", err)
	}
	return nil
}

// DecodeRest reads a Stored.Rest, which may be empty, into the st of its head.
func DecodeRest(rest []byte, st *statement.Statement) error {
	if len(rest) == 0 {
		return nil
	}
	if err := json.Unmarshal(rest, st); err != nil {
		return fmt.Errorf("decode the rest of statement %s: %w", st.ID, err)
	}
	return nil
}

// wholeParts follow the text of a statement that is given whole, empty ones too. A string can't hold them so: its quotation marks are escaped.
var wholeParts = [][]byte{[]byte(`"quotes":[`), []byte(`"cues":[`), []byte(`"evidence":[`)}

// AppendJSON appends the whole statement as one line of JSON, without its newline. The objects are joined as they stand: text,
// quotes, cues and evidence are a statement's last fields, and there when they are empty.
func (s Stored) AppendJSON(dst []byte) ([]byte, error) {
	if len(s.Head) < 2 || s.Head[len(s.Head)-1] != '}' {
		return dst, fmt.Errorf("join statement: %d bytes are no JSON object", len(s.Head))
	}
	dst = append(dst, s.Head[:len(s.Head)-1]...)
	dst = AppendQuoted(append(dst, `,"text":`...), s.Text)
	if len(s.Rest) > 2 {
		dst = append(append(dst, ','), s.Rest[1:len(s.Rest)-1]...)
	}
	for _, part := range wholeParts {
		if !bytes.Contains(s.Rest, part) {
			dst = append(append(append(dst, ','), part...), ']')
		}
	}
	return append(dst, '}'), nil
}

const hex = "0123456789abcdef"

// AppendQuoted appends s as a JSON string. Bytes that are not UTF-8 become U+FFFD.
func AppendQuoted[T string | []byte](dst []byte, s T) []byte {
	if !valid(s) {
		return AppendQuoted(dst, strings.ToValidUTF8(string(s), "\ufffd"))
	}
	dst = append(dst, '"')
	start := 0
	for i := plain(s, 0); i < len(s); i = plain(s, i+1) {
		dst = append(dst, s[start:i]...)
		dst = appendEscaped(dst, s[i])
		start = i + 1
	}
	return append(append(dst, s[start:]...), '"')
}

func valid[T string | []byte](s T) bool {
	if b, ok := any(s).([]byte); ok {
		return utf8.Valid(b)
	}
	return utf8.ValidString(string(s))
}

// plain gives the first place from i on that must be escaped, else the length. It looks at eight bytes at a time: a byte below 0x20,
// a quotation mark or a backslash sets the high bit of its place, and what comes after it in the word does not matter.
func plain[T string | []byte](s T, i int) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	for ; i+8 <= len(s); i += 8 {
		w := uint64(s[i]) | uint64(s[i+1])<<8 | uint64(s[i+2])<<16 | uint64(s[i+3])<<24 |
			uint64(s[i+4])<<32 | uint64(s[i+5])<<40 | uint64(s[i+6])<<48 | uint64(s[i+7])<<56
		quote, slash := w^ones*'"', w^ones*'\\'
		if found := ((w-ones*' ')&^w | (quote-ones)&^quote | (slash-ones)&^slash) & highs; found != 0 {
			return i + bits.TrailingZeros64(found)/8
		}
	}
	for ; i < len(s); i++ {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' {
			return i
		}
	}
	return len(s)
}

func appendEscaped(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	case '\t':
		return append(dst, `\t`...)
	}
	return append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
}
