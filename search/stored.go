package search

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"

	"rostrum/internal/statement"
)

// Decode reads the statement; without whole, quotes, cues and evidence are left out. What it gives is the caller's to keep.
func (s Stored) Decode(whole bool) (*statement.Statement, error) {
	var st statement.Statement
	if err := json.Unmarshal(s.Head, &st); err != nil {
		return nil, fmt.Errorf("decode statement: %w", err)
	}
	if whole && len(s.Rest) > 0 {
		if err := json.Unmarshal(s.Rest, &st); err != nil {
			return nil, fmt.Errorf("decode the rest of statement %s: %w", st.ID, err)
		}
	}
	st.Text = string(s.Text)
	return &st, nil
}

// AppendJSON appends the whole statement as one line of JSON, without its newline. The objects are joined as they stand: text,
// quotes, cues and evidence are a statement's last fields.
func (s Stored) AppendJSON(dst []byte) ([]byte, error) {
	if len(s.Head) < 2 || s.Head[len(s.Head)-1] != '}' {
		return dst, fmt.Errorf("join statement: %d bytes are no JSON object", len(s.Head))
	}
	dst = append(dst, s.Head[:len(s.Head)-1]...)
	if len(s.Text) > 0 {
		dst = AppendQuoted(append(dst, `,"text":`...), s.Text)
	}
	if len(s.Rest) > 2 {
		return append(append(dst, ','), s.Rest[1:]...), nil
	}
	return append(dst, '}'), nil
}

const hex = "0123456789abcdef"

// AppendQuoted appends s as a JSON string. Bytes that are not UTF-8 become U+FFFD.
func AppendQuoted[T string | []byte](dst []byte, s T) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c < utf8.RuneSelf && c != '"' && c != '\\' {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(string(s[i:min(len(s), i+utf8.UTFMax)]))
			if r != utf8.RuneError || size > 1 {
				i += size
				continue
			}
		}
		dst = append(dst, s[start:i]...)
		dst = appendEscaped(dst, c)
		i++
		start = i
	}
	return append(append(dst, s[start:]...), '"')
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
	if c >= utf8.RuneSelf {
		return append(dst, `\ufffd`...)
	}
	return append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
}
